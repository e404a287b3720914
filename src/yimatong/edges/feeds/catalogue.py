"""Every feed of people and facts, by its contract. docs/reference/feeds.md is written from here."""

from __future__ import annotations

from yimatong.core.facts import Kind
from yimatong.core.text import NOTHING, message as _, message_in
from yimatong.edges.feeds import words
from yimatong.edges.feeds.columns import ID_NUMBER, ID_TYPE, NAME, PHONE, SOURCE, WHO, word
from yimatong.edges.feeds.contract import LONG_AGO, Column, Contract
from yimatong.edges.feeds.earlier.contracts import PLATFORM, POLICE

CONTRACTS: dict[str, Contract] = {
    contract.feed: contract
    for contract in (
        Contract(
            "people", _("People and homes"),
            _("A person a row, with one home or none. Nobody is recorded twice."),
            (
                ID_TYPE, ID_NUMBER,
                Column("name", "text", NAME.zh, NAME.en, NAME.note, NAME.example, required=True),
                Column("sex", "word", ("性别",), ("sex", "gender"), _("may be empty"), "女", words=words.SEXES),
                PHONE,
                Column("division", "division", ("街道代码", "乡镇街道代码", "行政区划代码"), ("division", "street code"),
                       _("9 or 12 digits of the street of the home; needed with a home"), "330203001"),
                Column("compound", "text", ("小区", "小区名称", "村"), ("compound", "village"), _("may be empty"), "月湖小区", most=120),
                Column("building", "text", ("楼栋", "幢", "楼号"), ("building",), _("needed with a home"), "3幢", most=120),
                Column("stairwell", "text", ("单元", "楼道"), ("stairwell", "entrance"), _("empty means the only one"), "2单元"),
                Column("home_from", "start", ("入住时间", "入住日期"), ("home_from", "moved in"), _("needed with a home"), "2018-06-01", earliest=LONG_AGO),
                Column("home_to", "end", ("搬离时间", "搬离日期"), ("home_to", "moved out"), _("empty: still lives there"), "", ahead=True, earliest=LONG_AGO),
            ), None,
        ),
        Contract(
            "cases", _("Cases"), _("Confirmed, suspected and asymptomatic cases."),
            (*WHO,
             word("case", ("病例分类", "分类", "诊断"), ("case", "classification"), NOTHING, words.CASES),
             Column("reported_at", "start", ("报告时间", "确诊时间", "报告日期"), ("reported_at", "reported"), NOTHING, "2020-02-10 16:30", required=True),
             Column("closed_at", "end", ("结案时间", "排除时间"), ("closed_at", "closed"), _("empty: still open"), ""),
             Column("onset_on", "day", ("发病日期",), ("onset_on", "onset"), _("may be empty"), "2020-02-08"),
             SOURCE), Kind.CASE, "case", "reported_at", "closed_at", "onset_on",
        ),
        Contract(
            "contacts", _("Contacts"), _("Contacts that the investigation established."),
            (*WHO,
             word("contact", ("接触对象", "接触类型"), ("contact", "contact with"), _("with whom"), words.CONTACTS),
             Column("contact_from", "start", ("接触时间", "首次接触时间", "接触日期"), ("contact_from", "first contact"), NOTHING, "2020-02-09 10:00", required=True),
             Column("contact_to", "end", ("末次接触时间", "最后接触时间"), ("contact_to", "last contact"), _("empty: once"), "2020-02-09 12:00"),
             SOURCE), Kind.CONTACT, "contact", "contact_from", "contact_to",
        ),
        Contract(
            "orders", _("Quarantine orders"), _("Central and home quarantine under medical observation."),
            (*WHO,
             word("order", ("隔离方式", "隔离类型"), ("order", "quarantine"), NOTHING, words.ORDERS),
             Column("ordered_from", "start", ("开始时间", "隔离开始时间", "开始日期"), ("ordered_from", "from"), NOTHING, "2020-02-10", required=True, ahead=True),
             Column("ordered_to", "end", ("结束时间", "解除时间", "结束日期"), ("ordered_to", "to"), _("empty: not yet known"), "2020-02-24", ahead=True),
             SOURCE), Kind.ORDER, "order", "ordered_from", "ordered_to",
        ),
        Contract(
            "tests", _("Nucleic acid tests"), _("A sample a row. The instant is that of sampling, not of the report."),
            (*WHO,
             word("result", ("检测结果", "结果", "核酸结果"), ("result",), NOTHING, words.TESTS),
             Column("sampled_at", "start", ("采样时间", "采样日期"), ("sampled_at", "sampled"), NOTHING, "2020-02-15 08:30", required=True),
             SOURCE), Kind.TEST, "result", "sampled_at",
        ),
        Contract(
            "symptoms", _("Symptoms"), _("Symptoms found by fever clinics, checkpoints and declarations."),
            (*WHO,
             word("symptom", ("症状",), ("symptom",), NOTHING, words.SYMPTOMS),
             Column("found_at", "start", ("发现时间", "出现时间", "就诊时间"), ("found_at", "found"), NOTHING, "2020-02-14 09:10", required=True),
             Column("gone_at", "end", ("消失时间",), ("gone_at", "gone"), _("may be empty"), ""),
             SOURCE), Kind.SYMPTOM, "symptom", "found_at", "gone_at",
        ),
        Contract(
            "permits", _("Special permits"), _("Permits of goods drivers, commuters across provinces and returning workers."),
            (*WHO,
             word("permit", ("凭证类别", "通行证类别", "类别"), ("permit", "class"), NOTHING, words.PERMITS),
             Column("valid_from", "start", ("有效期起", "生效时间", "生效日期"), ("valid_from", "from"), NOTHING, "2020-02-12", required=True, ahead=True),
             Column("valid_to", "end", ("有效期止", "失效时间", "失效日期"), ("valid_to", "to"), NOTHING, "2020-03-12", required=True, ahead=True),
             SOURCE), Kind.PERMIT, "permit", "valid_from", "valid_to",
        ),
        Contract(
            "declarations", message_in("feed", "Declarations"), _("Declarations made elsewhere, as in the police's earlier system; they are not asked for again."),
            (*WHO,
             Column("channel", "word", ("申报渠道", "渠道"), ("channel",), _("empty means the police"), "公安", words=words.DECLARATIONS, default="police"),
             Column("declared_at", "start", ("申报时间", "申报日期"), ("declared_at", "declared"), NOTHING, "2020-02-12 20:15", required=True),
             SOURCE), Kind.DECLARATION, "channel", "declared_at",
        ),
        POLICE,
        PLATFORM,
        Contract(
            "presence", _("Presence in the city"), _("Whether somebody is in the city."),
            (*WHO,
             word("presence", ("在市情况", "是否在甬"), ("presence",), NOTHING, words.PRESENCES),
             Column("since", "start", ("自何时", "起始时间"), ("since",), NOTHING, "2020-02-01", required=True, ahead=True),
             Column("to", "end", ("至何时", "终止时间"), ("to",), _("may be empty"), "", ahead=True),
             SOURCE), Kind.PRESENCE, "presence", "since", "to",
        ),
        Contract(
            "discharges", _("Discharges"), _("From hospital or from quarantine."),
            (*WHO,
             word("discharge", ("解除类型", "类型"), ("discharge",), NOTHING, words.DISCHARGES),
             Column("discharged_at", "start", ("解除时间", "出院时间", "出院日期", "解除日期"), ("discharged_at", "discharged"), NOTHING, "2020-02-19 10:00", required=True),
             SOURCE), Kind.DISCHARGE, "discharge", "discharged_at",
        ),
    )
}  # fmt: skip
"""The feeds by name, in the order in which a new city would fill them."""
