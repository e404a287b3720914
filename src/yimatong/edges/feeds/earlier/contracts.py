"""The two feeds of earlier declarations, by their contracts."""

from __future__ import annotations

from yimatong.core.facts import Kind
from yimatong.core.text import NOTHING, Text, given, message as _
from yimatong.edges.feeds import words
from yimatong.edges.feeds.columns import SOURCE, WHO
from yimatong.edges.feeds.contract import Column, Contract

YES_NO = {"yes": ("是", "有", "yes", "y", "true", "1"), "no": ("否", "无", "no", "n", "false", "0")}
DECISIONS = {
    "green": ("绿", "绿码", "green"),
    "yellow": ("黄", "黄码", "yellow"),
    "red": ("红", "红码", "red"),
}
REFERENCE = Column(
    "reference", "text", ("登记编号", "业务编号", "编号"), ("reference",), _("the other system's own number"),
    "GA20200212-000001", most=64,
)  # fmt: skip
DECLARED_AT = Column(
    "declared_at", "start", ("申报时间", "登记时间", "申报日期"), ("declared_at", "declared"), NOTHING,
    "2020-02-12 20:15", required=True,
)  # fmt: skip


def yes_no(name: str, zh: tuple[str, ...], en: tuple[str, ...]) -> Column:
    """A question answered by yes or no; nothing said is no."""
    return Column(name, "word", zh, en, _("empty means no"), "否", words=YES_NO, default="no")


HEALTH = (
    yes_no("fever", ("发热", "是否发热"), ("fever",)),
    yes_no("dyspnoea", ("气促", "呼吸困难"), ("dyspnoea", "shortness of breath")),
    yes_no("respiratory", ("呼吸道症状", "咳嗽"), ("respiratory", "cough")),
    Column("symptoms_from", "start", ("症状开始时间", "发病时间"), ("symptoms_from",), _("empty means when it was declared"), "2020-02-12"),
    yes_no("contact", ("接触过有症状者", "是否接触发热人员"), ("contact",)),
    Column("contact_on", "start", ("接触时间", "接触日期"), ("contact_on",), _("empty means when it was declared"), "2020-02-11"),
)  # fmt: skip
JOURNEY = (
    Column("visited", "region", ("到过的地区代码", "旅居地代码"), ("visited", "region"), _("a further journey is a further row, the other columns the same"), "330300"),
    Column("visited_from", "start", ("到达日期", "旅居开始日期"), ("visited_from",), _("together with the region"), "2020-02-01"),
    Column("visited_to", "end", ("离开日期", "旅居结束日期"), ("visited_to",), _("together with the region"), "2020-02-03"),
)  # fmt: skip
LIVING = (
    Column("division", "division", ("街道代码", "乡镇街道代码"), ("division", "street code"), _("where they live now; may be empty"), "330203001"),
    Column("address", "text", ("详细住址", "现住址"), ("address",), _("to fill the form in for the person; kept sealed"), "月湖小区3幢2单元", most=200),
)  # fmt: skip


def earlier(feed: str, origin: str, title: Text, about: Text, own: tuple[Column, ...]) -> Contract:
    """A feed of earlier declarations."""
    spelling = words.DECLARATIONS[origin]
    channel = Column(
        "channel", "word", ("申报渠道", "渠道"), ("channel",), _("empty means {spelling}", spelling=given({"zh": spelling[0], "en": spelling[-1]})),
        spelling[0], words={origin: spelling}, default=origin,
    )  # fmt: skip
    columns = (*WHO, REFERENCE, channel, DECLARED_AT, *own, *LIVING, *HEALTH, *JOURNEY, SOURCE)
    return Contract(feed, title, about, columns, Kind.DECLARATION, "channel", "declared_at", origin=origin)


POLICE = earlier(
    "police_declarations", "police", _("Declarations of the police's earlier system"),
    _("Declarations made in the police's earlier system; they are not asked for again, the person only confirms them."),
    (),
)  # fmt: skip
PLATFORM = earlier(
    "platform_decisions", "platform", _("Declarations and decisions of the province's platform"),
    _(
        "The platform's declarations and its decision on each; CSV, Excel, or JSON with an object a "
        "line. The decision is kept as provenance; a colour still comes from facts and rules."
    ),
    (Column("decision", "word", ("平台结论", "码色"), ("decision", "colour"), _("may be empty"), "绿码", words=DECISIONS),),
)  # fmt: skip
