"""Names of divisions, places and facts in both languages, for explanations."""

from __future__ import annotations

from datetime import date

from pypinyin import Style, lazy_pinyin

from yimatong.core.policy.model import Text
from yimatong.records.models import Division, Place, Stairwell
from yimatong.records.queries import division_name

SUFFIXES = (
    ("自治区", ""),
    ("自治县", " County"),
    ("省", " Province"),
    ("市", ""),
    ("区", " District"),
    ("县", " County"),
)

FACTS: dict[str, Text] = {
    "declaration": Text("申报", "Declaration"),
    "case/confirmed": Text("确诊病例", "Confirmed case"),
    "case/suspected": Text("疑似病例", "Suspected case"),
    "case/asymptomatic": Text("无症状感染者", "Asymptomatic infection"),
    "contact/confirmed": Text("确诊病例的密切接触者（登记）", "Close contact of a confirmed case (recorded)"),
    "contact/symptomatic": Text("接触过有症状人员（登记）", "Contact with somebody with symptoms (recorded)"),
    "order/central": Text("集中隔离医学观察", "Central quarantine"),
    "order/home": Text("居家隔离医学观察", "Home quarantine"),
    "order/other": Text("其他需管控情形", "Other order"),
    "symptom/fever": Text("发热", "Fever"),
    "symptom/dyspnoea": Text("气促", "Shortness of breath"),
    "symptom/respiratory": Text("呼吸道症状", "Respiratory symptoms"),
    "visit/key": Text("到过疫情重点地区", "Stay in a key area"),
    "visit/specified": Text("到过其他特定地区", "Stay in a specified area"),
    "visit/higher_risk": Text("到过较高风险县（市、区）", "Stay in a higher-risk county"),
    "visit/control_zone": Text("到过管控区域", "Stay in a control zone"),
    "travel/other_province": Text("跨省旅居", "Stay in another province"),
    "exposure/confirmed": Text(
        "与确诊病例同处一地（分析得出）", "At the same place as a confirmed case (found by analysis)"
    ),
    "neighbour/case": Text("与确诊病例同楼道", "Same stairwell as a confirmed case"),
    "neighbour/contact": Text("与密切接触者同楼道", "Same stairwell as a close contact"),
}
"""What rests behind a reason: kind and detail."""


def fact_text(kind: str, detail: str) -> Text:
    """A fact's name in both languages; the kind alone where its detail has none."""
    return FACTS.get(f"{kind}/{detail}") or FACTS.get(kind) or Text(f"{kind}/{detail}", f"{kind}/{detail}")


def division_text(division: int, day: date) -> Text:
    """The name of a 9-digit division on a day (a county where it ends in 000); its code where it has none."""
    county, street = division // 1000 * 10**6, division * 1000
    code = county if division % 1000 == 0 else street
    found = _named(code, day)
    return found or Text(str(code // 10**6 if code == county else division), str(division))


def long_division_text(division: int, day: date) -> Text:
    """The full name from the province down."""
    zh = division_name(division, day) or str(division)
    return Text(zh, romanised(zh) if not zh.isdigit() else zh)


def place_text(place: int) -> Text | None:
    """The name of a place, or None where the gazetteer does not have it."""
    found = Place.objects.filter(pk=place).values_list("name", flat=True).first()
    return Text(found, found) if found else None


def stairwell_text(stairwell: int) -> Text | None:
    """Building and stairwell, or None."""
    found = Stairwell.objects.filter(pk=stairwell).values_list("building__name", "name").first()
    return Text(" ".join(found), " ".join(found)) if found else None


def romanised(zh: str) -> str:
    """A place name in pinyin, with what it is in English: 海曙区 is Haishu District."""
    suffix, english = next(((s, e) for s, e in SUFFIXES if zh.endswith(s) and len(zh) > len(s) + 1), ("", ""))
    stem = zh.removesuffix(suffix) if suffix else zh
    return "".join(lazy_pinyin(stem, style=Style.NORMAL)).capitalize() + english


def _named(code: int, day: date) -> Text | None:
    rows = (
        Division.objects.filter(code=code, valid_from__lte=day).order_by("-valid_from").values_list("name", flat=True)
    )
    name = rows.first()
    return Text(name, romanised(name)) if name else None
