"""What the declarations say to people, by code: what is wrong in Chinese and English, what to do in Chinese and English."""

from __future__ import annotations

from yimatong.core.errors import Sentences

SENTENCES: Sentences = {
    # Answers: {zh} and {en} are the field's label.
    "answer-missing": ("“{zh}”还没有填写。", "“{en}” is not filled in.", "请填写。", "please fill it in."),
    "answer-shape": ("“{zh}”的内容无法识别。", "“{en}” cannot be read.", "请重新填写。", "please fill it in anew."),
    "answer-too-long": ("“{zh}”过长。", "“{en}” is too long.", "请缩短。", "please shorten it."),
    "answer-choice": ("“{zh}”不在可选项中。", "“{en}” is none of the choices.", "请从列表中选择。", "please choose from the list."),
    "id-number-shape": (
        "“{zh}”的位数或字符与证件类型不符。", "“{en}” does not fit the type of document.",
        "请核对证件类型，并对照证件逐位填写。", "check the type, and copy the number from the document.",
    ),
    "id-number-date": (
        "“{zh}”中的出生日期不存在。", "the birth date inside “{en}” does not exist.",
        "请对照证件逐位填写。", "copy the number from the document.",
    ),
    "id-number-check-digit": (
        "“{zh}”有一位填错（校验码不符）。", "a digit of “{en}” is wrong (the check digit does not fit).",
        "请对照证件逐位填写。", "copy the number from the document, digit by digit.",
    ),
    "number-without-document": (
        "选择了“尚无证件”，却填写了证件号码。", "“No document yet” was chosen, and yet there is a number.",
        "请改选证件类型，或清空号码。", "choose the type of the document, or empty the number.",
    ),
    "document-needed": (
        "年满14周岁须有证件。", "from the age of 14 on a document is needed.",
        "请填写证件；证件遗失者可到发证点办理甬行证。", "give the document; who has lost it can go to an issuing point for a paper pass.",
    ),
    "guardian-needed": (
        "不满14周岁的儿童由监护人申报。", "a child below 14 is declared by a guardian.",
        "请监护人登录后在“家人”中申报；也可到发证点办理甬行证。", "let a guardian sign in and declare under “family”, or go to an issuing point for a paper pass.",
    ),
    "child-has-a-document": (
        "这里只为没有证件的儿童申报。", "this is for a child who has no document.",
        "有证件的，用本人证件申报。", "declare with the child's own document.",
    ),
    "not-read-aloud": (
        "尚未向申报人宣读真实性承诺。", "the truthfulness statement was not read aloud.",
        "宣读全文，申报人同意后再提交。", "read all of it aloud, and send when the person has agreed.",
    ),
    "phone-shape": (
        "“{zh}”不是有效的号码。", "“{en}” is no valid number.",
        "大陆手机号填11位，其他号码以 + 和国家（地区）代码开头。", "11 digits for the mainland; other numbers begin with + and the country's code.",
    ),
    "date-wrong": ("“{zh}”不是有效日期。", "“{en}” is no valid date.", "请从日历中选择。", "choose it from the calendar."),
    "date-ahead": ("“{zh}”在将来。", "“{en}” lies ahead.", "请核对日期。", "check the date."),
    "date-too-early": ("“{zh}”过早。", "“{en}” is too long ago.", "请核对日期。", "check the date."),
    "dates-backwards": ("“{zh}”早于开始日期。", "“{en}” is before the first day.", "请核对两个日期。", "check the two dates."),
    "home-unknown": (
        "“{zh}”不在地名库中，或不属于上一级。", "“{en}” is not in the gazetteer, or not part of what was chosen before.",
        "请重新选择，或勾选“名单里没有我的小区”。", "choose again, or tick “My community is missing”.",
    ),
    "division-unknown": ("“{zh}”没有这个区划。", "“{en}”: there is no such division.", "请重新选择。", "choose again."),
    "itinerary-empty": (
        "选择了到过外地，但没有填写去过哪里。", "“outside the city” was chosen, but no place is given.",
        "请填写去过的地方，或改选“没有”。", "give the places, or choose no.",
    ),
    "too-many-rows": ("“{zh}”超过 {most} 行。", "“{en}” has more than {most} rows.", "请合并或减少。", "join or remove some."),
    # Declaring.
    "answers-wrong": ("有些内容需要改正。", "some answers need to be corrected.", "请改正标出的各项。", "correct what is marked."),
    "statement-not-in-force": (
        "如实申报的承诺文字已更新。", "the truthfulness wording has changed.",
        "请重新阅读并确认。", "read it again and agree.",
    ),
    "person-not-yours": (
        "您的账号不能为此人办理。", "your account cannot act for this person.",
        "请本人登录，或先在“家人”中申报。", "let them sign in themselves, or declare for them under “family” first.",
    ),
    "another-person": (
        "此账号已用于另一人的申报。", "this account has declared for somebody else as themselves.",
        "为家人申报请用“家人”；账号转给他人使用的，请本人另行登录。", "declare for family under “family”; somebody else needs a sign-in of their own.",
    ),
    "document-not-the-channels": (
        "证件与登录渠道实名信息不符。", "the document is not the one that the channel knows you by.",
        "请填写本人证件；为家人申报请用“家人”。", "give your own document; declare for family under “family”.",
    ),
    "too-many-dependants": (
        "一个账号最多管理 {most} 名家人。", "an account can look after {most} family members at most.",
        "请先移出一名家人，或由其本人申报。", "detach one first, or let them declare themselves.",
    ),
    "record-unknown": ("没有这条记录。", "there is no such record.", "请返回后重试。", "go back and try again."),
    "case-not-open": ("该事项已处理。", "this matter is settled.", "刷新后再看。", "look again."),
    "case-not-heard": (
        "尚未听取本人说明，不能了结。", "the person has not been heard yet; the case cannot be settled.",
        "请等待本人说明，或等说明期限届满。", "wait for the answer, or for the end of the time to answer.",
    ),
    "reason-missing": ("必须写明理由。", "a reason must be given.", "用一句话写明，不写个人信息。", "say it in a sentence, without personal data."),
    "words-missing": ("请写下您的说明。", "please write your answer.", "用几句话说明情况。", "say in a few sentences how it is."),
    "symptom-unknown": ("没有这种症状。", "there is no such symptom.", "请从列表中选择。", "choose from the list."),
    "not-declared": ("还没有申报。", "nothing was declared yet.", "请先申报。", "please declare first."),
    # Channels.
    "channel-unknown": ("没有名为 {slug} 的渠道。", "there is no channel {slug}.", "用 yimatong channels list 查看。", "see yimatong channels list."),
    "channel-known": ("渠道 {slug} 已登记。", "the channel {slug} is registered already.", "换一个名称，或用 rotate 更换密钥。", "choose another name, or give it new keys with rotate."),
    "channel-incomplete": (
        "渠道 {slug} 缺少：{missing}。", "the channel {slug} lacks {missing}.",
        "见 docs/reference/channels.md。", "see docs/reference/channels.md.",
    ),
    "channel-messages-unsafe": (
        "渠道 {slug} 的服务消息地址不是 HTTPS。", "the address for service messages of the channel {slug} is not HTTPS.",
        "请提供 https:// 地址；只有本机可用 http://。", "give an https:// address; only this machine itself may have http://.",
    ),
    "channel-not-allowed": ("角色“{role}”不能管理渠道。", "the role {role} may not register channels.", "请防控办人员办理。", "let the control office do it."),
    "channel-stopped": (
        "此登录渠道暂停使用。", "this way to sign in is stopped for now.",
        "请改用其他渠道；也可到发证点办理甬行证。", "use another one, or go to an issuing point for a paper pass.",
    ),
    "channel-busy": (
        "此登录渠道当前人数过多。", "too many people are signing in this way just now.",
        "请一分钟后再试，或改用其他渠道。", "try again in a minute, or use another way.",
    ),
    "hand-over-unknown": (
        "这次登录不是从本页开始的，或已超过10分钟。", "this sign-in was not begun here, or more than ten minutes ago.",
        "请重新登录。", "begin again.",
    ),
    "hand-over-repeated": (
        "这次登录信息已使用过。", "what the channel sent was used before.",
        "请重新登录。", "begin again.",
    ),
    "hand-over-wrong": (
        "渠道传来的登录信息不能核实（{detail}）。", "what the channel sent cannot be verified ({detail}).",
        "请重新登录；仍然如此请改用其他渠道。", "begin again; if it stays so, use another way.",
    ),
    "hand-over-elsewhere": (
        "登录是在另一个浏览器中开始的。", "the sign-in was begun in another browser.",
        "请在同一个浏览器中重新登录，并允许使用 Cookie。", "begin again in one browser, with cookies allowed.",
    ),
    "hand-over-cancelled": (
        "您没有在该渠道完成登录。", "the sign-in was not completed there.",
        "请重新登录，或改用其他渠道。", "begin again, or use another way.",
    ),
    "channel-silent": (
        "暂时联系不上该渠道。", "the channel does not answer just now.",
        "请稍后再试，或改用其他渠道。", "try again in a while, or use another way.",
    ),
    # Codes, receipts, limits.
    "too-many-attempts": (
        "尝试次数过多。", "too many attempts.",
        "请 {minutes} 分钟后再试；也可到发证点或拨打 12345。", "try again in {minutes} minutes, go to an issuing point, or call 12345.",
    ),
    "sign-in-waits": (
        "此账号的密码尝试次数过多，{minutes} 分钟后可再试。", "too many passwords were tried for this account; the next can be tried in {minutes} minutes.",
        "请用您登录过的电脑或平板登录，不受影响；新设备请联系防控办，领取新设备登录码。",
        "sign in on a device on which you have signed in before, which goes on; for a new one ask the control office for a code.",
    ),
    "code-wrong": (
        "验证码不对，或已过期。", "the code is wrong, or its time is over.",
        "请核对短信，或重新获取验证码。", "check the message, or ask for a new code.",
    ),
    "sms-number-unknown": (
        "此号码没有登记。", "this number is not registered.",
        "请用申报时登记的手机号发送，或到发证点办理甬行证。", "send it from the phone given in the declaration, or go to an issuing point.",
    ),
    "owner-has-no-phone": (
        "此人没有登记手机号，不能用短信确认。", "no phone is known of that person, so a message cannot confirm it.",
        "请持证件到发证点核实。", "go to an issuing point with the document.",
    ),
}  # fmt: skip
