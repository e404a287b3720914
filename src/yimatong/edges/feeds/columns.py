"""Columns that several feeds have: who a row is about, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from yimatong.core.text import Text, message as _
from yimatong.edges.feeds import words
from yimatong.edges.feeds.contract import Column

ID_TYPE = Column(
    "id_type", "word", ("证件类型", "证件种类"), ("id_type", "document type"),
    _("empty means the resident's card"), "居民身份证", words=words.ID_TYPES, default="resident",
)  # fmt: skip
ID_NUMBER = Column(
    "id_number", "document", ("证件号码", "身份证号", "身份证号码", "证件号", "公民身份号码"),
    ("id_number", "id number", "document number"),
    _("as text; tells one person from every other"), "330299199003071235", most=40,
)  # fmt: skip
PERSON = Column(
    "person", "number", ("人员编号",), ("person", "person number"),
    _("our own number of the person, in place of the document"), "1024",
)  # fmt: skip
NAME = Column(
    "name", "text", ("姓名",), ("name",),
    _("as on the document; a row under another name is held"), "王小明",
)  # fmt: skip
PHONE = Column(
    "phone", "document", ("手机号", "手机号码", "联系电话", "电话"), ("phone", "mobile"),
    _("a row with a name or phone alone waits for somebody to confirm the person"),
    "13800000000", most=30,
)  # fmt: skip
SOURCE = Column(
    "source", "text", ("来源", "检测机构", "报告单位", "填报单位"), ("source", "laboratory", "reported by"),
    _("empty means the source named for the delivery"), "市疾控中心", most=64,
)  # fmt: skip
WHO = (ID_TYPE, ID_NUMBER, PERSON, NAME, PHONE)


def word(
    name: str, zh: tuple[str, ...], en: tuple[str, ...], note: Text, accepted: Mapping[str, tuple[str, ...]]
) -> Column:
    """A required column of a closed list."""
    return Column(name, "word", zh, en, note, next(iter(accepted.values()))[0], required=True, words=accepted)
