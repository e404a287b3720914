"""A small synthetic town in the database, recorded through the product's own actions and judged for real.

Everybody is made up: ID numbers carry the area code 330299, which was never assigned. Days are of February 2020.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from stdnum.cn import ric

from yimatong.core.facts import Level
from yimatong.records.actions import areas, facts, officials, people, places
from yimatong.records.models import Division, Official
from yimatong.stations.judgements.actions import run_full

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2020, 2, 20)
PASSWORD = "a-long-password-2020"
STREETS = {
    330203001: "南门街道", 330203005: "鼓楼街道", 330205003: "庄桥街道", 330206002: "新碶街道", 330211001: "招宝山街道",
    330212001: "下应街道", 330213001: "锦屏街道", 330225001: "丹东街道", 330226001: "跃龙街道", 330281001: "梨洲街道",
    330282001: "浒山街道", 420106001: "杨园街道", 440106001: "石牌街道",
}  # fmt: skip
ABOVE = {
    33: "浙江省", 3302: "宁波市", 330203: "海曙区", 330205: "江北区", 330206: "北仑区", 330211: "镇海区", 330212: "鄞州区",
    330213: "奉化区", 330225: "象山县", 330226: "宁海县", 330281: "余姚市", 330282: "慈溪市",
    42: "湖北省", 4201: "武汉市", 420106: "武昌区", 44: "广东省", 4401: "广州市", 440106: "天河区",
}  # fmt: skip
LEVELS = {2: "province", 4: "city", 6: "county", 9: "street"}
WUCHANG, TIANHE = 420106001, 440106001


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of February 2020 in Shanghai."""
    return datetime(2020, 2, day, hour, minute, tzinfo=SHANGHAI)


def id_number(serial: int) -> str:
    """A valid ID number that is nobody's: born on 1980-01-01 in an area that never was."""
    body = f"33029919800101{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


@dataclass
class Town:
    """Who lives there, by a name that tests use."""

    office: Official
    numbers: dict[str, int] = field(default_factory=dict)
    buildings: dict[int, int] = field(default_factory=dict)
    runs: list[int] = field(default_factory=list)
    failed: int = 0

    def person(self, name: str, street: int = 330203001, *, declared: bool = True, stairwell: str = "1单元") -> int:
        """Somebody who lives on a stairwell of the street's building, and declared on 10 February unless told otherwise."""
        serial = len(self.numbers) + 1
        made = people.register(
            by=self.office, today=TODAY, name=name, id_type="resident", id_number=id_number(serial), division=street
        )  # fmt: skip
        self.numbers[name] = made.number
        steps = places.ensure_stairwells([(self.building(street), stairwell)])
        (number,) = steps.values()
        people.settle(by=self.office, person=made.number, stairwell=number, start=at(1), source="test", legal_basis="test")  # fmt: skip
        if declared:
            self.fact(name, "declaration", "self", at(10, 9))
        return made.number

    def building(self, street: int) -> int:
        """The street's one building."""
        if street not in self.buildings:
            (number,) = places.ensure_places([("building", f"{STREETS[street]}1号楼", street, None)]).values()
            self.buildings[street] = number
        return self.buildings[street]

    def fact(self, name: str, kind: str, detail: str, start: datetime, end: datetime | None = None) -> int:
        """A fact about somebody."""
        made = facts.record(
            by=self.office, person=self.numbers[name], kind=kind, detail=detail, start=start, end=end,
            source="市卫健委", legal_basis="传染病防治法第十二条",
        )  # fmt: skip
        return made.pk

    def stay(self, name: str, street: int, arrive: datetime, leave: datetime) -> None:
        """A stay of somebody in the street's building."""
        people.record_stay(
            by=self.office, person=self.numbers[name], place=self.building(street), arrive=arrive, leave=leave,
            source="申报", legal_basis="test",
        )  # fmt: skip

    def judge(self, as_of: datetime) -> int:
        """Judge everybody; the number of the run."""
        policy = Path(settings.YIMATONG_POLICIES) / "cn-zj-ningbo"
        return run_full(by=self.office, policy=policy, as_of=as_of).run


def divisions() -> None:
    """The divisions that the town needs, as of 2020."""
    names = {**ABOVE, **STREETS}
    for code, name in names.items():
        digits = str(code)
        parents = [known for known in names if digits.startswith(str(known)) and known != code]
        parent = max(parents, default=None)
        Division.objects.create(
            code=int(digits.ljust(12, "0")), name=name, level=LEVELS[len(digits)], source="test",
            parent=int(str(parent).ljust(12, "0")) if parent else None, valid_from=date(2016, 11, 1),
        )  # fmt: skip


def empty() -> Town:
    """A town with divisions and one official of the control office, and nobody else."""
    divisions()
    system = officials.the_system()
    office = officials.appoint(by=system, username="office", name="王防控", role="control_office", password=PASSWORD)
    places.lay_out(STREETS)
    return Town(office)


def appoint(town: Town, username: str, role: str, street: int | None = None) -> Official:
    """Another official, of a county where a street of it is given."""
    county = Division.objects.get(code=street // 1000 * 10**6) if street else None
    return officials.appoint(
        by=town.office, username=username, name=username, role=role, password=PASSWORD, jurisdiction=county
    )


def populated() -> Town:
    """Eight people whose colours are known, in three districts.

    李确诊 is a confirmed case; 陈邻居 lives on the same stairwell; 赵武汉 was in Wuchang, a key area, until the 12th and has one
    negative test; 钱广州 was in another province; 孙绿 and 周绿 are green; 吴未报 never declared; 郑解除 was lifted by two tests.
    """
    town = empty()
    areas.record(
        by=town.office, level=Level.KEY, low=420106000, high=420106999, text="武昌区", start=at(1),
        source="test", legal_basis="test",
    )  # fmt: skip
    town.person("李确诊")
    town.fact("李确诊", "case", "confirmed", at(14, 10))
    town.person("陈邻居")
    town.person("赵武汉", 330205003)
    town.stay("赵武汉", WUCHANG, at(8, 8), at(12, 18))
    town.fact("赵武汉", "test", "negative", at(17, 9))
    town.person("钱广州", 330205003)
    town.stay("钱广州", TIANHE, at(9, 8), at(16, 18))
    town.person("孙绿", 330212001)
    town.person("周绿", 330212001)
    town.person("吴未报", 330212001, declared=False)
    town.person("郑解除", 330212001)
    town.stay("郑解除", WUCHANG, at(8, 8), at(9, 18))
    town.fact("郑解除", "test", "negative", at(12, 9))
    town.fact("郑解除", "test", "negative", at(14, 9))
    return town
