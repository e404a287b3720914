"""Names of divisions on one day, ready to be looked up: what is inside what, and every spelling that is accepted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

KINDS = (
    "街道办事处", "地区办事处", "地区街道", "地区镇", "地区乡", "片区街道", "街道片区", "街道办",
    "街道", "地区", "片区", "办事处", "镇", "乡", "街",
)  # fmt: skip
"""The endings of a street's name. One may stand for another where the county has one street of that stem only: a town
that became a street keeps its people, and lists write 东海街 for 东海街道, 南磨房（地区）乡 for 南磨房地区."""
MUNICIPALITIES = {110000000000, 120000000000, 310000000000, 500000000000}
CORPS = "兵团"
UNTIDY = re.compile(r"[\s()（）]")
COMMITTEES = ("居民委员会", "村民委员会", "居委会", "村委会")
CORPS_UNIT = re.compile("^兵团(农?[一二三四五六七八九十]+师)?")
"""Regiments of the Xinjiang corps are streets of the statistics, written 兵团六十二团; they have no other county in common."""
ZONES = (re.compile("高新(技术)?(产业)?(开发|园)?区$"), re.compile("(经济技术|经济|经|技术)?开(发)?区$"))
"""The two sorts of development zones, as their names end: 高新区 is 高新技术产业开发区, 开发区 and 经开区 are 经济技术开发区."""
LONG_STEM = 2
LONGEST_ENDING = 4
NO_UNIT = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


@dataclass(frozen=True, slots=True)
class Named:
    """A division: its 12-digit code and its official name."""

    code: int
    name: str


@dataclass
class Inside:
    """What lies inside a county (or a city): spelling -> the divisions that may be meant, for streets and for villages."""

    streets: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    villages: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    longest: int = 0

    def add_street(self, name: str, code: int) -> None:
        """Under its official name, tidied."""
        self.streets[name].add(code)
        self.longest = max(self.longest, len(name) + LONGEST_ENDING)

    @cached_property
    def variants(self) -> dict[str, set[int]]:
        """Every street under the other endings of its stem; to be asked for when all streets are there."""
        found: dict[str, set[int]] = defaultdict(set)
        for name, codes in self.streets.items():
            stem = stem_of(name)
            for kind in KINDS if len(stem) >= LONG_STEM else ():
                found[stem + kind] |= codes
        return found

    def add_village(self, spellings: Iterable[str], street: int) -> None:
        """A village or community points at its street, under each of its spellings."""
        for spelling in spellings:
            self.villages[spelling].add(street)
            self.longest = max(self.longest, len(spelling))


@dataclass(slots=True)
class Names:
    """All divisions of a day. Codes have 12 digits."""

    provinces: dict[str, int] = field(default_factory=dict)
    cities: dict[tuple[int, str], int] = field(default_factory=dict)
    counties: dict[tuple[int, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    inside: dict[int, Inside] = field(default_factory=lambda: defaultdict(Inside))
    sole: dict[int, int] = field(default_factory=dict)
    zones: dict[int, list[Named]] = field(default_factory=lambda: defaultdict(list))
    official: Mapping[int, str] = field(default_factory=dict)

    def add_village(self, name: str, street: int, *, of_a_city: bool) -> None:
        """A village or community of a street, below its county; below its city too where all villages of that are added."""
        spellings = village_spellings(tidy(name))
        self.inside[street // 10**6 * 10**6].add_village(spellings, street)
        if of_a_city:
            self.inside[street // 10**8 * 10**8].add_village(spellings, street)

    def county(self, above: int, name: str) -> int | None:
        """The one county of that name below a province or city, or None."""
        found = self.counties.get((above, name), set())
        return next(iter(found)) if len(found) == 1 else None


def of(rows: Iterable[tuple[int, str, str, int | None]]) -> Names:
    """The names of rows (code, name, level, parent) that are valid on one day."""
    listed = list(rows)
    names = Names(official={code: name for code, name, _, _ in listed})
    for code, name, level, parent in listed:
        if level == "province":
            names.provinces[name] = code
        elif level == "city":
            names.cities[code // 10**10 * 10**10, name] = code
        elif level == "county":
            _add_county(names, code, name)
        elif level == "street":
            _add_street(names, code, name)
        elif parent is not None:
            names.add_village(name, parent, of_a_city=True)
    _find_sole_counties(names)
    return names


def _find_sole_counties(names: Names) -> None:
    """A city without counties (东莞) is its own county; so is the one county that bears its city's name (嘉峪关)."""
    below: dict[int, set[int]] = {city: set() for city in names.cities.values()}
    for (above, _), codes in names.counties.items():
        if above in below:
            below[above] |= codes
    for city, counties in below.items():
        if not counties:
            names.sole[city] = city
        elif len(counties) == 1 and names.official[min(counties)] == names.official[city]:
            names.sole[city] = min(counties)


def _add_street(names: Names, code: int, name: str) -> None:
    """Below its county and its city, without the county's name where the statistics put that in front (端州区睦岗街道)."""
    county = code // 10**6 * 10**6
    plain = tidy(name.removeprefix(names.official.get(county, "")) or name)
    names.inside[county].add_street(plain, code)
    names.inside[code // 10**8 * 10**8].add_street(plain, code)
    province = code // 10**10 * 10**10
    if province in MUNICIPALITIES:
        names.inside[province].add_street(plain, code)
    if name.startswith(CORPS):
        names.inside[province].add_street(tidy(CORPS_UNIT.sub("", name)), code)


def _add_county(names: Names, code: int, name: str) -> None:
    """Below its city, and below its province too: municipalities and counties without a city have none in between."""
    names.counties[code // 10**8 * 10**8, name].add(code)
    names.counties[code // 10**10 * 10**10, name].add(code)
    if 71 <= code // 10**6 % 100 <= 79:
        names.zones[code // 10**8 * 10**8].append(Named(code, name))


def tidy(text: str) -> str:
    """A name without blanks and with half-width brackets taken out, their content kept: 南磨房（地区）乡 -> 南磨房地区乡."""
    return UNTIDY.sub("", text)


def stem_of(name: str) -> str:
    """A street's name without its ending, two endings where it has two (地区乡)."""
    for _ in range(2):
        ending = next((kind for kind in KINDS if name.endswith(kind) and len(name) > len(kind)), "")
        name = name.removesuffix(ending)
    return name


def village_spellings(name: str) -> set[str]:
    """How lists write a village or community: 安泰社区居委会 -> 安泰社区, 大汤山村委会 -> 大汤山村."""
    short = name
    if name.endswith(COMMITTEES):
        short = name.removesuffix(next(ending for ending in COMMITTEES if name.endswith(ending)))
    if name.endswith(("村委会", "村民委员会")) and not short.endswith("村"):
        return {f"{short}村"}
    if not short.endswith(("社区", "村", "嘎查", "居委会")) and len(short) >= LONG_STEM:
        return {f"{short}社区", f"{short}居委会"}
    return {short} if len(short) > LONG_STEM else set()
