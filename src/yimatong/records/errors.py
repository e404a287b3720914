"""Mistakes around the records, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "not-allowed": (
        "角色“{role}”不能执行操作 {action}。",
        "the role {role} may not do {action}.",
        "请由有此权限的人员办理：{allowed}。",
        "let somebody do it who may: {allowed}.",
    ),
    "official-not-active": (
        "该工作人员已停用。",
        "this official is not active any more.",
        "请使用在用的工作人员账号。",
        "use the account of an official who is active.",
    ),
    "acting-for-another": (
        "只能以本人的名义办理。",
        "this can only be done in one's own name.",
        "请由该工作人员本人登录后办理。",
        "let the official sign in and do it.",
    ),
    "official-unknown": (
        "没有名为“{username}”的工作人员。",
        "there is no official called {username}.",
        "核对用户名，或先任命该工作人员。",
        "check the user name, or appoint the official first.",
    ),
    "record-unknown": (
        "没有这条记录：{record}。",
        "there is no such record: {record}.",
        "核对编号。",
        "check the number.",
    ),
    "record-struck": (
        "{record} 已于此前撤销，不能再改。",
        "{record} was struck before and stays as it is.",
        "如确有其事，请重新登记一条。",
        "if it is so after all, record it anew.",
    ),
    "record-ended": (
        "{record} 已有结束时间，不能再次设置。",
        "{record} has an end already and can't be ended twice.",
        "如结束时间有误，请撤销该记录并重新登记。",
        "if that end is wrong, strike the record and record it anew.",
    ),
    "record-repeats": (
        "同一人的同一事实已登记为 {record}。",
        "the same fact about the same person is recorded already as {record}.",
        "无需再次登记；如内容有误，请先撤销原记录。",
        "there is nothing to record; if it is wrong, strike it first.",
    ),
    "interval-backwards": (
        "{record} 的结束时间早于开始时间。",
        "{record} would end before it starts.",
        "核对两个时间。",
        "check the two instants.",
    ),
    "kind-unknown": (
        "没有这种事实：{kind}/{detail}。",
        "there is no such kind of fact: {kind}/{detail}.",
        "使用 docs/reference/feeds.md 所列的种类。",
        "use one of those listed in docs/reference/feeds.md.",
    ),
    "reason-missing": (
        "必须写明理由。",
        "a reason must be given.",
        "用一句话写明理由（不写个人信息）。",
        "say why in a sentence, without personal data.",
    ),
    "delivery-unknown": (
        "没有编号为 {delivery} 的交付。",
        "there is no delivery {delivery}.",
        "用 yimatong feeds list 查看交付。",
        "see yimatong feeds list.",
    ),
    "delivery-not-taken": (
        "交付 {delivery} 的状态为“{state}”，不能撤回。",
        "delivery {delivery} is {state} and can't be withdrawn.",
        "只能撤回已接收的交付。",
        "only a delivery that was taken can be withdrawn.",
    ),
    "snapshot-not-last": (
        "之后还有已接收的名单（交付 {later}），须先撤回。",
        "a later list was taken after this one (delivery {later}); withdraw that first.",
        "从最新的一份起依次撤回。",
        "withdraw from the latest back.",
    ),
    "held-row-settled": (
        "该待处理行此前已处理。",
        "this held row was settled before.",
        "刷新后再看。",
        "look again.",
    ),
    "held-row-not-a-match": (
        "该行不是因人员不能确认而被扣留，不能这样放行。",
        "this row was not held because of its person, and can't be released this way.",
        "请按报告改正原文件后重新交付。",
        "correct the file as the report says and deliver it again.",
    ),
    "document-wrong": (
        "证件号码有误（{flaw}）。",
        "the document number can't be true ({flaw}).",
        "请对照证件原件改正。",
        "correct it by the document itself.",
    ),
    "person-known": (
        "此证件的人员已登记，编号 {person}。",
        "the person with this document is recorded already, number {person}.",
        "使用已有的人员编号。",
        "use the number that is there.",
    ),
    "identity-not-theirs": (
        "编号 {person} 的人员名下的加密号码不是该人员的，无法读取。",
        "the sealed number beside person {person} is not that person's and does not open.",
        "该人员的身份记录可能被改动过：请由两名工作人员核对证件后更正。",
        "the identity may have been tampered with: let two officials look at the document and correct it.",
    ),
    "document-of-another": (
        "该证件已登记在编号 {person} 的人员名下。",
        "this document is on record for person {person}.",
        "核对证件；如该人员的证件登记有误，请先更正那一条。",
        "look at the document; where that person's is the mistaken one, correct it first.",
    ),
    "correction-same": (
        "拟更正的内容与现登记的身份相同。",
        "the correction says what is on record already.",
        "核对拟更正的内容。",
        "check what is to be corrected.",
    ),
    "correction-waiting": (
        "该人员已有一项更正待另一名工作人员确认（编号 {correction}）。",
        "a correction of this person waits for another official already (number {correction}).",
        "先处理那一项更正。",
        "settle that one first.",
    ),
    "correction-settled": (
        "该项更正已处理，或其后该人员的身份已有变化。",
        "this correction was settled before, or the identity has changed since it was proposed.",
        "刷新后再看；如仍需更正，请重新提出。",
        "look again, and propose it anew where it is still needed.",
    ),
    "correction-by-the-same": (
        "提出更正的人不能自己处理该项更正。",
        "whoever proposed a correction can't settle it.",
        "请另一名工作人员核对证件后处理。",
        "let another official look at the document and settle it.",
    ),
    "correction-not-as-proposed": (
        "更正 {correction} 的内容与提出时不同。",
        "correction {correction} does not say what was proposed.",
        "不要确认；请拒绝该项更正，重新提出，并报告管理员。",
        "do not confirm it: refuse it, propose it anew and tell the administrator.",
    ),
    "place-number-taken": (
        "地点编号已被占用，或超出编号范围。",
        "a place number is taken already or out of range.",
        "让系统编号，或使用未用过的编号。",
        "let the system number it, or use a free number.",
    ),
    "division-unknown": (
        "没有代码为 {code} 的行政区划。",
        "there is no division {code}.",
        "先运行 yimatong feeds divisions，再核对代码。",
        "run yimatong feeds divisions first, then check the code.",
    ),
    "policy-none-in-force": (
        "还没有生效的防控政策。",
        "no policy is in force yet.",
        "用 yimatong policy enforce 文件夹 --by 用户名 使政策包生效。",
        "put a pack into force: yimatong policy enforce FOLDER --by USERNAME.",
    ),
    "policy-not-enforced": (
        "文件夹 {folder} 中的政策（{digest}）没有生效；生效的是 {in_force}。",
        "the policy in the folder {folder} ({digest}) is not in force; {in_force} is.",
        "先运行 yimatong policy enforce 文件夹 --by 用户名；不发布的试算用 yimatong runs as-of --policy。",
        "run yimatong policy enforce FOLDER --by USERNAME first; a trial that publishes nothing is yimatong runs as-of --policy.",
    ),
    "policy-enforced-meanwhile": (
        "此间另一政策已经生效。",
        "another policy came into force meanwhile.",
        "重新运行，先看与现行政策的差别。",
        "run it again, and look at the difference to the one in force.",
    ),
    "policy-changed-while-kept": (
        "数据库中保存的政策 {digest} 与它的摘要不符。",
        "the policy {digest} kept in the database does not have that digest.",
        "数据库可能被直接改动过，请从备份核对。",
        "the database may have been changed by hand; compare it with a backup.",
    ),
    "enforcement-edited": (
        "第 {number} 次政策生效的记录不是本系统写入的，或被改动过。",
        "enforcement {number} of a policy was not written by this system, or was edited since.",
        "数据库可能被直接改动过：在恢复该记录前不研判，现有结果保持不变；请从备份核对。",
        "the database may have been changed by hand: nobody is judged until the row is put back, verdicts stay; compare it with a backup.",
    ),
}


class RecordsError(YimatongError):
    """Something about the records that a person can mend."""


mistake = Mistakes(RecordsError, SENTENCES)


HARM = {
    "identity-key": ("同一个人会被登记成两个人", "the same person would be recorded twice"),
    "secret-key": ("在其他服务器上登录的人会被退出", "whoever signed in at another server would be signed out"),
    "pass-secret": ("已收回的证码会重新有效", "what was recalled would be valid again"),
    "audit-key": ("已发布的结果都会被当作被人改动过", "everything that was published would count as edited by hand"),
}
"""What would come of working with another key than the city's."""


def another_key(name: str) -> EnvironmentProblem:
    """This server's key is not the one that the city's records are kept under."""
    zh, en = HARM[name]
    return EnvironmentProblem(
        f"another-{name}",
        place=name,
        zh=f"本机的 {name} 与这个数据库所用的不同：{zh}。",
        en=f"this server's {name} is not the one of this database: {en}.",
        remedy_zh=f"把原服务器数据目录中的 {name} 复制到本机（或设置相应的环境变量）后再启动；不要另行生成。",
        remedy_en=f"copy {name} from the home folder of the server that has it (or set its variable) and start again; never make another.",
    )


def no_key(name: str) -> EnvironmentProblem:
    """This server has no key of that name, while the database has people who are kept under one."""
    return EnvironmentProblem(
        f"no-{name}",
        place=name,
        zh=f"本机没有 {name}，而这个数据库中已有人员；此时不会生成新的密钥。",
        en=f"this server has no {name}, and people are recorded in this database; no key is made where people are.",
        remedy_zh=f"从备份或另一台服务器的数据目录复制 {name}，或设置相应的环境变量。",
        remedy_en=f"copy {name} from a backup or from another server's home folder, or set its variable.",
    )


def another_zone(policy: str, named: str, ours: str) -> EnvironmentProblem:
    """A policy counts its days in another zone than this installation."""
    return EnvironmentProblem(
        "policy-zone-differs",
        place=policy,
        zh=f"防控政策的时区是 {named}，本系统的时区是 {ours}。",
        en=f"the policy counts its days in {named}, and this installation in {ours}.",
        remedy_zh=f"两处须一致：设置 YIMATONG_TIME_ZONE={named} 后重新启动，或使时区为 {ours} 的政策包生效（yimatong policy enforce）。",
        remedy_en=f"let both name the same: set YIMATONG_TIME_ZONE={named} and start again, or put a policy of {ours} into force "
        "(yimatong policy enforce).",
    )


def roles_not_allowed(user: str) -> EnvironmentProblem:
    """The database user may not create the two roles that keep verdicts from being painted."""
    once = f'CREATE ROLE yimatong_app; CREATE ROLE yimatong_judge; GRANT yimatong_app, yimatong_judge TO "{user}";'
    other = f'ALTER ROLE "{user}" CREATEROLE'
    return EnvironmentProblem(
        "database-roles-not-allowed",
        place="PostgreSQL",
        zh=f"数据库用户 {user} 无权创建或使用角色 yimatong_app 和 yimatong_judge。",
        en=f"the database user {user} may not create or use the roles yimatong_app and yimatong_judge.",
        remedy_zh=f"请数据库管理员执行一次：{once}（或 {other}），然后重新运行。",
        remedy_en=f"let the administrator of the database run once: {once} (or {other}), then run this again.",
    )
