"""From a list's words to a division's code: by names alone, in steps that can be read aloud; what is not certain stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ruamel.yaml import YAML

from yimatong.edges.feeds.risk_areas.lists import Entry
from yimatong.edges.feeds.risk_areas.names import ZONES, Inside, Names, tidy

Scope = Literal["whole", "place", "rest"]
How = Literal["street", "ending", "village", "county", "zone", "city"]
"""By what a text was resolved: the street's official name; its name with another ending; a village or community inside
it; the county alone, since the text names no street; a development zone with a code of its own; the city alone."""

REST = re.compile("除.*(外|以外)|其他(区域|地区|地方|楼栋|栋楼)|其它(区域|地区)|其余|以外|之外|剩余")
REST_BEGINS = re.compile(
    r"[(（]?(上述|除|其他|其它|其余|剩余|高风险区?(以外|之外|外)|中高?、?.{0,4}风险区?(以外|之外|外))"
)
WHOLE = re.compile(
    r"^(全域|全境|全部|全镇|全乡|全街道?|全区|全县|全市|全村|整体|所有区域|辖区|域内|范围内|[(（]全域[)）])*[。.、,，]?$"
)
NAMES_A_STREET = re.compile(
    r"^[\u4e00-\u9fa5·]{2,10}?(街道|镇|乡|苏木|民族乡|街道办事处)(?!政府|卫生|中学|小学|中心|医院|派出所|道)"
)
KNOWN_ZONES: dict[tuple[str, str], int] = {
    (zone["city"], name): zone["code"] * 10**6
    for zone in YAML(typ="safe").load(Path(__file__).with_name("zones.yaml").read_text(encoding="utf-8"))
    for name in zone["names"]
}
IN_BRACKETS = re.compile(r"[(（](.+)[)）]$")
DIRECT = re.compile("省直辖|自治区直辖")
"""What stands for the city of a county that has none."""
CORPS_NAME, CORPS_IS_IN, CORPS_CITIES = "新疆生产建设兵团", "新疆维吾尔自治区", 6590
DIVISION_OF_CORPS = re.compile(r"^(新疆生产建设)?(兵团)?第[一二三四五六七八九十]+师")
LONGEST_SHORT_FORM = 6
ZONE_PREFIX = re.compile(
    r"^[\u4e00-\u9fa5]{0,8}?(新区|新城|高新区|经开区|开发区|园区|起步区|示范区|管理区|风景区|南部山区|片区)(?=.)"
)
"""A development zone that a text names before its street: 高新区新城街道, 沣东新城三桥街道."""
MUNICIPALITIES = {"北京市", "天津市", "上海市", "重庆市"}
SEPARATORS = re.compile(r"[、,，;；及和]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where a text is: `low` to `high` (9 digits, both included), how much of it, and how that was found.

    `place` is the named place inside (scope `place`, or the rest of that place), None where the division itself is meant.
    """

    low: int
    high: int
    scope: Scope
    place: str | None
    how: How


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why a text could not be resolved: `province`, `county` (no such county, and no street tells), or `street`
    (it means a whole street that is not known)."""

    why: Literal["province", "county", "street"]


@dataclass(frozen=True, slots=True)
class Above:
    """What the three names above a text come to: a 12-digit code, its level, and words that still belong to the text."""

    code: int
    level: Literal["city", "county", "zone"]
    words: str


def resolve(entry: Entry, names: Names) -> list[Resolved] | Unresolved:
    """The areas that a text means: mostly one; several where it lists whole streets (葛渔城镇、码头镇全域)."""
    province = names.provinces.get(CORPS_IS_IN if entry.province == CORPS_NAME else entry.province)
    if province is None:
        return Unresolved("province")
    above = _above(entry, province, names)
    if above is None:
        return Unresolved("county")
    text = above.words + _without_prefixes(tidy(entry.text), entry, names, above)
    return _several(text, above, names) or _one(text, above, names)


def _above(entry: Entry, province: int, names: Names) -> Above | None:
    """The county of an entry; where its third name is no county, the city, and the name goes to the text if it is a street."""
    city, county = entry.city, entry.county
    if entry.province == CORPS_NAME:
        return _corps(tidy(entry.text), province, names)
    if (district := _of_municipality(entry, province, names)) is not None:
        return district
    city_code = names.cities.get((province, city))
    if DIRECT.search(city):
        direct = names.county(province, county)
        return None if direct is None else Above(direct, "county", "")
    if city_code is None:
        if (known := KNOWN_ZONES.get((city, county))) is not None:
            return Above(known, "zone", "")
        return _without_city(province, entry, names)
    if (code := names.county(city_code, county)) is not None:
        return Above(code, "county", "")
    is_street = tidy(county) in names.inside[city_code].streets
    if (sole := names.sole.get(city_code)) is not None:
        return Above(sole, "county", tidy(county) if is_street else "")
    if (zone := _zone(city_code, entry, names)) is not None:
        return Above(zone, "zone", "")
    if (inner := IN_BRACKETS.search(county)) and (code := names.county(city_code, inner[1])) is not None:
        return Above(code, "county", "")
    return Above(city_code, "city", tidy(county) if is_street else "")


def _of_municipality(entry: Entry, province: int, names: Names) -> Above | None:
    """The district of a municipality: it stands as the city with its street below, or below a city called like the province."""
    city, county = entry.city, entry.county
    if city not in (entry.province, county) and entry.province not in MUNICIPALITIES:
        return None
    if (known := KNOWN_ZONES.get((city, county))) is not None:
        return Above(known, "zone", "")
    first, second = (county, "") if city == entry.province else (city, "" if county == city else county)
    code = names.county(province, first)
    return None if code is None else Above(code, "county", tidy(second))


def _without_city(province: int, entry: Entry, names: Names) -> Above | None:
    """Where the second name is no city: a county below the province, a zone of a municipality, or a county by itself."""
    if (direct := names.county(province, entry.city)) is not None:
        return Above(direct, "county", "" if entry.county == entry.city else tidy(entry.county))
    if entry.province in MUNICIPALITIES:
        # Zones of a municipality: 北京市 经济开发区 荣华街道, 重庆市 重庆市 两江新区.
        is_street = tidy(entry.county) in names.inside[province].streets
        return Above(province, "city", tidy(entry.county) if is_street else "")
    alone = names.county(province, entry.county)
    return None if alone is None else Above(alone, "county", "")


def _corps(text: str, province: int, names: Names) -> Above:
    """Lists of the Xinjiang corps name no city: the text names one of its cities, or a regiment, or nothing certain."""
    text = DIVISION_OF_CORPS.sub("", text)
    for (above, name), codes in names.counties.items():
        if (
            above == province
            and len(codes) == 1
            and text.startswith(name)
            and next(iter(codes)) // 10**8 == CORPS_CITIES
        ):
            return Above(next(iter(codes)), "county", "")
    return Above(province, "city", "")


def _zone(city: int, entry: Entry, names: Names) -> int | None:
    """A development zone that the entry names as its county: by zones.yaml, by its name, or by its sort where the
    city has one plain zone of that sort (高新区 in 石家庄 is 石家庄高新技术产业开发区)."""
    if (entry.city, entry.county) in KNOWN_ZONES:
        return KNOWN_ZONES[entry.city, entry.county]
    zones = names.zones.get(city, [])
    exact = [zone.code for zone in zones if tidy(zone.name).endswith(tidy(entry.county))]
    if len(exact) == 1:
        return exact[0]
    own = _zone_sort(entry.county, entry)
    alike = [zone.code for zone in zones if own is not None and _zone_sort(zone.name, entry) == own]
    return alike[0] if len(alike) == 1 else None


def _zone_sort(name: str, entry: Entry) -> tuple[int, str] | None:
    """The sort of a zone and what its name says beyond the sort, its city and its province."""
    for number, sort in enumerate(ZONES):
        if (ending := sort.search(tidy(name))) is not None:
            beyond = tidy(name)[: ending.start()]
            for above in (entry.province, entry.city):
                beyond = re.sub(f"^{above[:-1]}[省市]?", "", beyond)
            return number, re.sub("国家级?", "", beyond)
    return None


def _without_prefixes(text: str, entry: Entry, names: Names, above: Above) -> str:
    """The text without the names above it, which many lists repeat."""
    official = names.official.get(above.code, "")
    if entry.province == CORPS_NAME:
        return DIVISION_OF_CORPS.sub("", text).removeprefix(official)
    for name in (entry.province, entry.city, tidy(entry.county), official):
        if name and text.startswith(name) and name != above.words:
            text = text.removeprefix(name)
    # 海南州兴海县子科滩镇: a short form of the city, then the county in full.
    begins = text.find(official) if official else -1
    if 0 < begins <= LONGEST_SHORT_FORM:
        text = text[begins + len(official) :]
    return text.removeprefix(above.words) if above.words else text


def _one(text: str, above: Above, names: Names) -> list[Resolved] | Unresolved:
    """One area: the street that the text begins with, then what is left."""
    found = _street(text, names.inside[above.code])
    if found is None and (prefix := ZONE_PREFIX.match(text)) is not None:
        found = _street(text[prefix.end() :], names.inside[above.code])
    if found is None and above.level == "zone":
        found = _street(text, names.inside[above.code // 10**8 * 10**8])
    if found is not None:
        code, how, rest = found
        return [_area(code // 1000, code // 1000, rest, how)]
    if above.level == "city":
        return Unresolved("county")
    if _scope(text)[0] == "whole" and text and NAMES_A_STREET.match(text):
        return Unresolved("street")
    low = above.code // 1000
    return [_area(low, low + 999, text, "zone" if above.level == "zone" else "county")]


def _several(text: str, above: Above, names: Names) -> list[Resolved] | None:
    """Several whole streets, each by its own name; None where it is anything else."""
    parts = [part for part in SEPARATORS.split(re.sub("(全域|全境|等)$", "", text)) if part]
    if len(parts) < 2:
        return None
    found = [_street(part, names.inside[above.code]) for part in parts]
    whole = [street for street in found if street is not None and street[2] == "" and street[1] != "village"]
    if len(whole) != len(parts):
        return None
    return [Resolved(code // 1000, code // 1000, "whole", None, how) for code, how, _ in whole]


def _street(text: str, inside: Inside) -> tuple[int, How, str] | None:
    """The street that a text begins with: the longest of its official names and their other endings, or else the
    longest village inside it. A spelling that two streets could mean resolves nothing."""
    by_name: tuple[tuple[How, dict[str, set[int]]], ...] = (("street", inside.streets), ("ending", inside.variants))
    by_village: tuple[tuple[How, dict[str, set[int]]], ...] = (("village", inside.villages),)
    for tables in (by_name, by_village):
        for length in range(min(inside.longest, len(text)), 1, -1):
            for how, table in tables:
                codes = table.get(text[:length], set())
                if len(codes) == 1:
                    return min(codes), how, text if how == "village" else text[length:]
    return None


def _area(low: int, high: int, rest: str, how: How) -> Resolved:
    scope, place = _scope(rest)
    return Resolved(low, high, scope, place, how)


def _scope(rest: str) -> tuple[Scope, str | None]:
    """How much is meant by what follows the street's name: all of it, a place in it, or the rest of either."""
    if WHOLE.match(rest):
        return "whole", None
    if (begins := REST_BEGINS.search(rest)) is not None and REST.search(rest):
        return "rest", rest[: begins.start()] or None
    return "place", rest
