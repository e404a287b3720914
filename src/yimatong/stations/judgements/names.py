"""Names of divisions and places in both languages, for explanations."""

from __future__ import annotations

from datetime import date

from pypinyin import Style, lazy_pinyin

from yimatong.core.text import Text, given, same
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


def division_text(division: int, day: date) -> Text:
    """The name of a 9-digit division on a day (a county where it ends in 000); its code where it has none."""
    county, street = division // 1000 * 10**6, division * 1000
    code = county if division % 1000 == 0 else street
    found = _named(code, day)
    return found or given({"zh": str(code // 10**6 if code == county else division), "en": str(division)})


def long_division_text(division: int, day: date) -> Text:
    """The full name from the province down."""
    zh = division_name(division, day) or str(division)
    return given({"zh": zh, "en": romanised(zh) if not zh.isdigit() else zh})


def place_text(place: int) -> Text | None:
    """The name of a place, or None where the gazetteer does not have it."""
    found = Place.objects.filter(pk=place).values_list("name", flat=True).first()
    return same(found) if found else None


def stairwell_text(stairwell: int) -> Text | None:
    """Building and stairwell, or None."""
    found = Stairwell.objects.filter(pk=stairwell).values_list("building__name", "name").first()
    return same(" ".join(found)) if found else None


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
    return given({"zh": name, "en": romanised(name)}) if name else None
