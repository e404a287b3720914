"""Sentences of issuing, in two languages: what is wrong, and what to do. Codes never change."""

from __future__ import annotations

from yimatong.core.errors import Sentences

REFUSALS: Sentences = {
    "not-green": (
        "按现行研判，这个人不符合绿码标准，不能发证。",
        "By the judgement in force this person does not meet the standard of green.",
        "把下面的原因读给本人听；可按所列办法检测，或在这里提出申诉。",
        "Read the reasons below to the person; they can be tested as it says, or object here.",
    ),
    "wait-for-judgement": (
        "最新登记的事实已符合绿码标准，须等下一次研判生效。",
        "By the latest facts the person is green; that counts with the next judgement.",
        "通常几分钟即可，请稍候再试。",
        "It takes some minutes; try again then.",
    ),
    "not-declared": (
        "这个人还没有申报。",
        "This person has not declared yet.",
        "先在窗口代为申报，随后即可研判。",
        "Let them declare at the desk; they are judged at once.",
    ),
    "not-judged": (
        "系统还没有生效的研判结果。",
        "There is no judgement in force yet.",
        "等第一次研判完成；可用 yimatong runs list 查看。",
        "Wait for the first run; see yimatong runs list.",
    ),
    "has-one-already": (
        "这个人已有一张有效的甬行证（{number}）。",
        "This person has a valid paper pass already ({number}).",
        "遗失或损坏的，办理补发；到期前几天可以换新证。",
        "If it is lost or damaged, replace it; it can be renewed in its last days.",
    ),
    "out-of-scope": (
        "这个人不在本发证点的发证范围内。",
        "This person is outside the scope of this issuing point.",
        "请到居住地的村、社区或小区发证点办理。",
        "Send them to the point of the village or compound where they live.",
    ),
    "outside-hours": (
        "现在不是本发证点的工作时间。",
        "This issuing point is not open now.",
        "在工作时间办理；急需的请到仍在办公的发证点。",
        "Come in its hours, or go to a point that is open.",
    ),
    "no-numbers": (
        "本区县的证号已用完，或号段里没有号码了。",
        "There are no numbers left: the district's are used up, or the block is empty.",
        "请防控办查看 yimatong issuing points。",
        "Let the control office see yimatong issuing points.",
    ),
    "stopped": (
        "本发证点已停办。",
        "This issuing point was stopped.",
        "请到其他发证点办理。",
        "Go to another issuing point.",
    ),
    "document-not-seen": (
        "没有核对证件原件。",
        "The document itself was not seen.",
        "核对证件原件后再发；未成年人无证件的，核对户口簿或出生证明和家长证件。",
        "See the document first; for a child without one, the household register or birth record, and the parent's.",
    ),
    "document-missing": (
        "这个人没有证件，也没有填写家长。",
        "This person has no document, and no parent is named.",
        "未成年人填写一位家长；其他人凭证件办理。",
        "Name a parent of a child; anybody else needs a document.",
    ),
    "not-a-child": (
        "只有没有证件的未成年人才用家长的证件号码。",
        "A parent's number is for a child who has no document.",
        "有证件的，用本人证件办理。",
        "Use the person's own document.",
    ),
    "not-the-guardian": (
        "填写的家长不是登记在案的监护人，或没有证件号码。",
        "The parent who is named is not the guardian on record, or has no document.",
        "核对户口簿，填写登记在案的监护人。",
        "Check the household register, and name the guardian on record.",
    ),
    "has-another": (
        "原证已作废；这个人手里还有一张有效的甬行证（{number}），不再补发。",
        "The old pass is dead; the person has another valid one ({number}), so none is issued.",
        "请使用这一张；也遗失的，再补发这一张。",
        "Use that one; if it is lost too, replace it.",
    ),
    "not-valid-now": (
        "这张证已经失效，不能补发。",
        "This pass is dead already and is not replaced.",
        "按新办证办理。",
        "Issue a new one.",
    ),
    "slot-full": (
        "这个时段已约满。",
        "This slot is full.",
        "选择其他时段。",
        "Choose another one.",
    ),
    "slot-wrong": (
        "这个时段不能预约。",
        "This slot can't be booked.",
        "在开放时间和可预约的日期内选择。",
        "Choose one in the hours, within the days that can be booked.",
    ),
    "door-word": (
        "这不是发证点门口屏幕上现在的六位数。",
        "This is not the number that stands on the screen at the door now.",
        "到门口看屏幕上的六位数（每五分钟更换），或请工作人员给您一个号。",
        "Read the six digits on the screen at the door (they change every five minutes), or ask the staff for a number.",
    ),
    "booked-already": (
        "您已有一个预约。",
        "You have booked already.",
        "先取消原来的预约。",
        "Cancel the one that you have.",
    ),
}

MISTAKES: Sentences = {
    "point-unknown": ("没有这个发证点。", "there is no such issuing point.", "核对编号。", "check the number."),
    "point-wrong": (
        "发证点的登记有误（{field}）。",
        "the issuing point can't be opened as given ({field}).",
        "照 docs/reference/issuing.md 更正。",
        "correct it as docs/reference/issuing.md says.",
    ),
    "point-stopped": (
        "本发证点已停办。",
        "this issuing point was stopped.",
        "请到其他发证点办理。",
        "go to another issuing point.",
    ),
    "person-unknown": (
        "系统里没有持这个证件的人。",
        "nobody with this document is recorded.",
        "核对证件种类和号码；确实没有的，在窗口代为申报。",
        "check the kind and the number of the document; whoever is not recorded declares at the desk.",
    ),
    "identity-in-doubt": (
        "姓名与登记的不符，不能确定是谁。",
        "the name is not the one on record: it is not certain who this is.",
        "请本人带证件到发证点核对；手里的证暂不生效。",
        "let them come to the point with the document; the pass in their hands is not good yet.",
    ),
    "line-not-given": (
        "上门名单里没有这一户。",
        "this home is not on the route that was given.",
        "核对名单；按证件办理。",
        "check the list; work by the document.",
    ),
    "desk-revoked": (
        "这台离线窗口已停用，它带回的内容由防控办核对。",
        "this offline desk was revoked; what it brings home is looked at by the control office.",
        "交回设备；证在核对后补登。",
        "hand the device in; passes are entered after they were checked.",
    ),
    "sealed-wrong": (
        "这条记录打不开。",
        "this record cannot be opened.",
        "记录留在设备上；请带设备到防控办。",
        "it stays on the device; bring that to the control office.",
    ),
    "record-wrong": (
        "这条记录的格式不对（{field}）。",
        "this record is not in its form ({field}).",
        "更新离线窗口程序；照存根补登。",
        "update the desk's page; enter the pass from its stub.",
    ),
    "record-unexpected": (
        "服务器没能处理这条记录；内容已留存，由防控办核对。",
        "the server could not deal with this record; it is kept, and looked at by the control office.",
        "不必重做；防控办补登后可查到。",
        "nothing has to be done again; it is there once the control office has entered it.",
    ),
    "not-staff": (
        "您不是这个发证点的工作人员。",
        "you are not on the staff of this issuing point.",
        "由防控办把您加入该点，或到本人所在的点办理。",
        "let the control office appoint you, or work at your own point.",
    ),
    "number-wrong": (
        "证号有误（{flaw}）。",
        "the number can't be right ({flaw}).",
        "对照证面重新输入。",
        "type it again from the pass.",
    ),
    "number-unknown": (
        "没有发过这个证号。",
        "no pass with this number was ever issued.",
        "对照证面核对。",
        "check it by the pass.",
    ),
    "number-used": (
        "这个证号已经用过。",
        "this number has been used.",
        "号码只用一次；换一张空白证，并核对登记册。",
        "a number is used once; take another blank, and check the register.",
    ),
    "not-in-stock": (
        "这些空白证不在本点的库存里。",
        "these blanks are not in the stock of this point.",
        "用 yimatong issuing points 核对。",
        "see yimatong issuing points.",
    ),
    "clock-wrong": (
        "登记的发证时间不可能。",
        "the time of issue can't be.",
        "核对设备的时钟和存根上的时间。",
        "check the clock of the desk, and the time on the stub.",
    ),
    "too-many-numbers": (
        "一次最多领 {most} 个号码。",
        "at most {most} numbers can be leased at once.",
        "分几次领。",
        "lease them in parts.",
    ),
    "request-differs": (
        "这个领号请求此前用在别的窗口。",
        "this request for numbers was another desk's.",
        "用新的请求编号。",
        "use a new request.",
    ),
    "child-unknown": (
        "这位家长名下没有申报过叫这个名字的孩子，或不止一个。",
        "no child of this name was declared for this parent, or more than one.",
        "在窗口为孩子申报，再到“空白证”照存根录入。",
        "declare the child at a desk, then enter the stub under Blanks.",
    ),
    "day-wrong": (
        "日期应写成 2020-02-20 的样子。",
        "a day is written like 2020-02-20.",
        "按年-月-日重新输入。",
        "type it again: year, month, day.",
    ),
    "nothing-to-print": (
        "这个发证点在 {day} 没有可打印的证。",
        "this issuing point has no pass of {day} that can be printed.",
        "核对发证点和日期；yimatong issuing register --point {point} --day {day} 列出当天登记册。作废的证不打印。",
        "check both; yimatong issuing register --point {point} --day {day} lists that day. Dead passes are not printed.",
    ),
    "too-many-to-print": (
        "这一天有 {count} 张证，网页上一次最多打印 {most} 张。",
        "there are {count} passes of this day; the page prints at most {most} at once.",
        "请管理员用 yimatong issuing print --point {point} --day {day} FILE.pdf 打印成一个文件。",
        "have them printed into one file with yimatong issuing print --point {point} --day {day} FILE.pdf.",
    ),
    "batch-differs": (
        "同一记录编号收到了不同的内容。",
        "another record came under the same number.",
        "这条记录留在平板上；请把平板交给发证点管理员。",
        "the record stays on the tablet; give the tablet to whoever looks after the point.",
    ),
    "signed-already": ("这一行已有签名。", "this line is signed already.", "无需再签。", "there is nothing to sign."),
    "signature-wrong": (
        "签名为空或过大。",
        "the signature is empty or too large.",
        "请重新签名或扫描。",
        "sign or scan it again.",
    ),
    "task-unknown": ("没有这个收回任务。", "there is no such collection task.", "核对编号。", "check the number."),
    "task-closed": ("这个收回任务已办结。", "this task is closed.", "无需再办。", "there is nothing to do."),
    "outcome-wrong": (
        "这种任务不能这样办结。",
        "such a task does not end this way.",
        "选择所列的结果之一。",
        "choose one of the outcomes listed.",
    ),
    "case-unknown": ("没有这个案件。", "there is no such case.", "核对编号。", "check the number."),
    "case-open": (
        "这张证已有未办结的案件。",
        "there is an open case about this pass.",
        "在原案件中继续办理。",
        "go on with that case.",
    ),
    "case-not-heard": (
        "答复期限还没有到，现在不能作决定。",
        "the time to answer is not over; before that nothing is decided.",
        "等到期限；在此之前本人可以在窗口或网上说明。",
        "wait for the deadline; until then the holder may answer at the desk or online.",
    ),
    "hearing-over": (
        "网上答复的期限已过。",
        "the time to answer online is over.",
        "在案件办结之前，可以带证件到发证的窗口当面说明。",
        "until the case is settled, say it at the desk of the point that issued the pass; bring the document.",
    ),
    "words-missing": (
        "请写下您的说明（最多 {most} 字）。",
        "write what you want to say (at most {most} characters).",
        "用自己的话说明，例如证是怎样取得的、给谁用过。",
        "in your own words: how you got the pass, and who has used it.",
    ),
    "same-official": (
        "立案人不能自己作出认定。",
        "whoever opened the case does not settle it.",
        "由另一位防控办人员作出认定。",
        "let another official of the control office do it.",
    ),
    "case-settled": ("这个案件已经处理。", "this case is settled.", "无需再办。", "there is nothing to do."),
    "line-unknown": ("名单里没有这一行。", "there is no such line of the roster.", "核对编号。", "check the number."),
    "on-roster": ("这个人已在名单上。", "this person is on the roster.", "无需再加。", "there is nothing to add."),
    "no-roster": (
        "只有企业和楼宇的发证点有名单。",
        "only points of companies and buildings have a roster.",
        "由本单位的发证点登记。",
        "let the company's own point do it.",
    ),
    "consent-is-own": (
        "线上同意只能由本人在自己的页面作出。",
        "online consent is given by the person alone, on their own page.",
        "请本人在“我的单位”页同意，或在本单位发证点签纸质同意书。",
        "let the person agree on their own page, or sign on paper at the company's issuing point.",
    ),
    "person-not-recorded": (
        "这份证件的人还没有登记。",
        "nobody with this document is recorded yet.",
        "请本人先申报，再签同意书。",
        "let the person declare first, and sign then.",
    ),
    "not-on-roster": (
        "有人不在名单上或已撤回同意。",
        "somebody is not on the roster, or took back their consent.",
        "核对名单。",
        "check the roster.",
    ),
    "ticket-unknown": ("没有这个排队号。", "there is no such ticket.", "核对号码。", "check the number."),
    "held-unknown": ("没有这条待处理记录。", "there is no such held entry.", "核对编号。", "check the number."),
    "reason-missing": (
        "必须写明理由。",
        "a reason must be given.",
        "用一句话写明（不写个人信息）。",
        "say why in a sentence, without personal data.",
    ),
}

AT_SYNC: Sentences = {
    "doubled": (
        "这个人另有一张有效的甬行证，本证照常有效，待告知本人。",
        "This person has another valid pass; this one holds too, until they were told.",
        "按任务单告知本人，收回其中一张。",
        "Tell them, as the task says, and collect one of the two.",
    ),
    "answers-wrong": (
        "申报内容有误，没有登记。",
        "The declaration can't be right, and was not entered.",
        "照存根联系本人，在窗口重新申报、补登。",
        "Call them by the stub; declare anew and enter the pass at the desk.",
    ),
    "statement-not-in-force": (
        "申报时用的承诺文本已不是现行的。",
        "The statement that was read aloud is not the one in force.",
        "请本人按现行文本重新申报。",
        "Let them declare anew with the one in force.",
    ),
}
"""What became of a record that a desk brought home, beside mistakes and refusals."""
OTHERWISE = (
    "没有登记成功。", "It was not entered.", "带上存根，请防控办核对。", "Bring the stub to the control office.",
)  # fmt: skip


class _Gaps(dict[str, str]):
    """A sentence that is told by its code alone has its gaps left open."""

    def __missing__(self, key: str) -> str:
        return "…"


def said_of(code: str) -> tuple[str, str, str, str]:
    """What a code means and what to do, in Chinese and English, where nothing but the code is known."""
    zh, en, remedy_zh, remedy_en = {**MISTAKES, **REFUSALS, **AT_SYNC}.get(code, OTHERWISE)
    return (
        zh.format_map(_Gaps()), en.format_map(_Gaps()), remedy_zh.format_map(_Gaps()), remedy_en.format_map(_Gaps()),
    )  # fmt: skip
