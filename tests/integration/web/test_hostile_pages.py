"""Every route of people's pages with hostile values in its address, its query and its forms: refused or taken, never a 5xx, and soon.

Everything that a page can be about is there (`everything`), so that the views get as far as they can. `make test` walks every route, every
parameter of an address and every field: all fields at once with other values by turns, so that within a module of views each field has had
each value; each alone with one of the worst; what is heavy once a module. `make soak` has all of it at each route. What programs ask (/e/, /s/,
/d/, /texts/) is walked in tests/integration/checkpoints/test_hostile_programs.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from time import thread_time
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests import hostile
from tests.integration.dispositions.gate import a_checkpoint, a_device, sealed_for
from tests.integration.web import test_corrections, test_permits, test_restatements
from tests.integration.web.looking import opened
from tests.integration.web.residents import Resident
from tests.integration.web.test_desk import a_point, found, issued
from tests.integration.web.town import Town, appoint, at, id_number
from yimatong.records import clock, identity
from yimatong.records.actions import deliveries
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.actions.intake import HeldBack, Taken
from yimatong.records.models import AuditEntry, Fact, Look, Official
from yimatong.stations.appeals.models import Complaint, Dispute
from yimatong.stations.declarations.models import Channel
from yimatong.stations.dispositions import actions as dispositions
from yimatong.stations.issuing.actions import blanks, fraud, points, standing
from yimatong.stations.issuing.models import HeldEntry, Paper, RosterAsked
from yimatong.stations.notifications.actions import outreach as notifying
from yimatong.stations.notifications.models import Outreach
from yimatong.stations.passes.models import SpecialPermit

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
PROGRAMS = ("e/", "s/", "d/", "texts/")
ROLES = ("office", "desk", "health", "auditor", "company")
SLOWEST = 5.0
"""Seconds of work in this process, whatever else the machine does; an ordinary answer takes a hundredth of them."""
PLACES = (
    str(2**63 - 1), str(2**31), "0", hostile.DIGITS, "a%00b", "%00", "%ED%A0%80", "%E2%80%AE", "x" * 3000, "-1", "9" * 19,
)  # fmt: skip
"""In the place of a parameter of an address."""
GROUPS = (
    "checkpoints/", "collections/", "complain", "corrections/", "declarations/", "deliveries/", "desk/", "fraud/", "hand-overs/", "held-entries/",
    "me/", "numbers/", "objections/", "outreach/", "people/", "permits/", "points/", "rosters/", "",
)  # fmt: skip
"""By which the walk of `make soak` is cut; the last has all others."""


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def standstill(town: Town) -> str:
    """The number of a record edited past the program, on which a verdict stands still."""
    fact = Fact.objects.filter(person_id=town.numbers["李确诊"], kind="case", struck_at=None).first()
    assert fact is not None
    return test_restatements.standing_still(fact)


@pytest.fixture
def everything(signed_in: Any, town: Town, db: None, standstill: str) -> dict[str, Any]:
    """One of each thing that an address can name, by the beginning of the address."""
    clerk, now, office = signed_in("desk"), at(20, 10), signed_in("office")
    point = a_point(town, "月湖社区", "desk")
    company = points.open_point(
        by=town.office, kind="company", title="甬江制造", division=330203001, address="江厦街28号", hours=[[["00:00", "23:59"]]] * 7, scope="roster", now=now,
    )  # fmt: skip
    appoint(town, "company", "employer")
    for username in ("company", "desk"):
        points.appoint(by=town.office, point=company.pk, official=Official.objects.get(username=username))
    address = found(clerk, town, point)
    issued(clerk, address)
    paper = Paper.objects.get()
    case = fraud.open_case(by=town.office, number=paper.number, says="lent", grounds="在卡点由他人出示", now=now)
    HeldEntry.objects.create(
        point=point, desk="app-3", key=uuid4(), number="330203-0000001-2", code="clock-wrong",
        entry_sealed=identity.seal(json.dumps({"issued_at": now.isoformat(), "person": town.numbers["周绿"]}), "row"),
    )  # fmt: skip
    block = blanks.receive(by=Official.objects.get(username="desk"), point=point.pk, count=5, now=now)
    gate = a_checkpoint(330203001)
    device = a_device(gate)
    written = json.dumps({"name": "王海生", "document": id_number(1), "phone": "13900000001"}).encode()
    handed = dispositions.record_hand_over(
        device=device.pk, checkpoint=gate.pk, n=1, happened=now, now=now, to="health", why="fever", person=town.numbers["孙绿"],
        sealed=sealed_for(device, written), temperature=385,
    )  # fmt: skip
    Client().post(f"/complain/{gate.pk}/", {"kind": "plate", "words": "保安不让我的外地车牌进小区"})
    resident = Resident(person=town.numbers["赵武汉"])
    evidence = re.findall(r'name="evidence" value="(visit/[^"]+)"', resident.see("dispute", "self", 1))[0]
    resident.client.post("/me/self/why/1/", {"evidence": evidence, "words": "我没有去过武昌"})
    delivery, _fresh = deliveries.open_delivery(
        by=town.office, feed="tests", stamp=Stamp("tests.xlsx", 10, "a" * 64), source="市疾控中心", legal_basis="test"
    )  # fmt: skip
    kept = deliveries.keep_held(
        delivery=delivery, held=[(3, [HeldBack(3, "result", "word-unknown")], json.dumps({"结果": "阴阴"}))]
    )
    deliveries.close(delivery=delivery, rows=12, taken=Taken(taken=10, unchanged=1), held=kept)
    looked = re.findall(r"/looks/(\d+)/", opened(office, town.numbers["李确诊"]))[0]
    where = test_permits.found(clerk, town)
    clerk.post(where, test_permits.filled())
    Channel.objects.create(
        slug="wallet", kind="assertion", title_zh="钱包", title_en="Wallet", issuer="wallet", jwks={"keys": []}
    )
    made = office.post(f"/corrections/new/{looked}/", test_corrections.GIVEN)
    outreach = notifying.open_task(person=town.numbers["孙绿"], why=Outreach.Why.NOBODY, now=now)
    task = standing.open_task(paper, "recalled", "colour", now)
    csv = "姓名,证件号码,检测分类\n孙绿,{},".format(id_number(list(town.numbers).index("孙绿") + 1)).encode()
    signed_in("company").post(f"/rosters/{company.pk}/upload/", {"file": SimpleUploadedFile("w.csv", csv)})
    desk_look = Look.objects.filter(where="desk").latest("pk").pk
    corrected = re.findall(r"/corrections/(\d+)/", made.headers.get("Location", "/corrections/1/"))[0]
    return {
        "runs/": town.runs[-1], "looks/": looked, "checkpoints/": gate.pk, "hand-overs/": handed.pk, "outreach/": outreach.pk,
        "objections/": Dispute.objects.latest("pk").pk, "corrections/": corrected, "complaints/": Complaint.objects.latest("pk").pk,
        "permits/": SpecialPermit.objects.latest("pk").pk, "desk/": point.pk, "points/": point.pk, "collections/": task.pk, "fraud/": case.pk,
        "held-entries/": HeldEntry.objects.latest("pk").pk, "rosters/": company.pk, "deliveries/": delivery.pk, "complain/": gate.pk,
        "me/points/": point.pk, "me/": 1, "look": desk_look, "entry": paper.entry.pk, "block": getattr(block, "pk", 1), "asked": RosterAsked.objects.latest("pk").pk,
        "look-of-office": looked, "look-of-permit": re.findall(r"\d+", where)[0], "resident": resident, "corrections/records/": standstill,
    }  # fmt: skip


class Walk:
    """One walk: who asks, what was asked, and what went wrong."""

    def __init__(self, signed_in: Any, known: dict[str, Any], *, whole: bool) -> None:
        self.known, self.whole = known, whole
        self.seen: set[ModuleType] = set()
        self.alone: set[tuple[ModuleType, str]] = set()
        self.turns: dict[ModuleType, Iterator[list[int]]] = {}
        self.turn = cycle(hostile.WORST)
        self.clients: dict[str, Client] = {role: signed_in(role) for role in ROLES} | {
            "resident": known["resident"].client,
            "nobody": Client(),
        }
        for client in self.clients.values():
            client.raise_request_exception = False
        self.asked = 0
        self.broken: list[str] = []

    def address(self, written: str, value: str | None = None, at_: int = 0) -> str:
        """A route's address, with its own things in it, or one hostile value in the place of its parameter `at_`."""
        names = re.findall(r"<(?:\w+:)?(\w+)>", written)
        for place, name in enumerate(names):
            own = self.known.get(name) if name in ("look", "entry", "block", "asked") else None
            if written.startswith(("corrections/new", "looks/")) and name == "look":
                own = self.known["look-of-office"]
            if written.startswith("permits/new"):
                own = self.known["look-of-permit"]
            beginning = next(
                (
                    key
                    for key in ("me/points/", "corrections/records/", written.partition("<")[0].split("/")[0] + "/")
                    if written.startswith(key)
                ),
                "",
            )
            plain = {
                "about": "self", "key": "coresidents" if written.endswith("/add/") else "person", "what": "record",
                "slug": "wallet" if written.endswith("/return/") else "browser", "form": "card", "slip": "S1", "day": "2020-02-20",
                "name": "icon.svg",
            }.get(name)  # fmt: skip
            ours = str(own or plain or self.known.get(beginning, 1))
            written = re.sub(
                rf"<(?:\w+:)?{name}>",
                lambda _, use=value if value is not None and place == at_ else ours: use,
                written,
                count=1,
            )
        return "/" + written

    def ask(self, who: str, method: str, address: str, data: Any = None, **more: Any) -> Any:
        """One request, in a transaction of its own that is taken back."""
        begun, before = thread_time(), AuditEntry.objects.count() if method != "get" else 0
        self.asked += 1
        sent: Any = {} if data is None else {"data": data}
        with transaction.atomic():
            client = self.clients[who]
            call = (
                client.get if method == "get" else client.post if method == "post" else partial(client.generic, "POST")
            )
            answer = call(address, **sent, **more)
            if getattr(answer, "streaming", False):
                b"".join(answer.streaming_content)
            half = answer.status_code in (400, 404, 413) and method != "get" and AuditEntry.objects.count() != before
            transaction.set_rollback(True)
        took = thread_time() - begun
        told = f"{who} {method} {address[:150]} {str(data)[:90]!r}…{str(data)[-40:]!r}: {answer.status_code}"
        if answer.status_code >= 500:
            exception = getattr(answer, "exc_info", None)
            self.broken.append(f"{told} {exception and repr(exception[1])[:200]}")
        if took > SLOWEST:
            self.broken.append(f"{told} after {took:.1f} s of work")
        if half:
            self.broken.append(f"{told} and something was written")
        return answer

    def turn_of(self, module: ModuleType) -> list[int]:
        """Which turns of the values a route of a module takes: its routes share them, and each has at least one."""
        every = list(range(len(hostile.VALUES)))
        if self.whole:
            return every
        if module not in self.turns:
            routes = sum(hostile.module_of(pattern.callback) is module for _, _, pattern in hostile.routes())
            share = -(-len(every) // routes)
            self.turns[module] = cycle([every[at : at + share] for at in range(0, len(every), share)])
        return next(self.turns[module])

    def worst(self) -> tuple[str, ...]:
        """What stands alone in a field: one of the worst by turns, or each of them."""
        return hostile.WORST if self.whole else (next(self.turn),)

    def who_may(self, written: str, address: str, methods: tuple[str, ...]) -> list[str]:
        """Whose session a route answers: the first official to whom it is there, a resident, or anybody."""
        if written.startswith("me/"):
            return ["resident", "nobody"]
        said: dict[str, set[int]] = {}
        for role in ROLES:
            said[role] = {self.ask(role, method, address).status_code for method in methods}
            if said[role] & {200, 422}:
                return [role]
        return [next((role for role in ROLES if said[role] - {302, 403, 404, 405}), "office")]


def walked(written: str) -> str:
    """The group of a route."""
    return next(group for group in GROUPS if written.startswith(group))


def test_no_value_of_a_stranger_breaks_a_page(signed_in, everything):
    _walk_all(Walk(signed_in, everything, whole=False), [entry for group in GROUPS for entry in _group(group)])


def test_every_page_that_is_walked_is_there(signed_in, everything):
    """A walk of what nobody finds would find nothing."""
    walk = Walk(signed_in, everything, whole=False)
    lost = []
    for written, _pattern in (entry for group in GROUPS for entry in _group(group)):
        address = walk.address(written)
        who = walk.who_may(written, address, ("get", "post"))[0]
        if walk.ask(who, "get", address).status_code == 404 and walk.ask(who, "post", address).status_code == 404:
            lost.append(written)
    assert not lost, "\n".join(lost)


@pytest.mark.soak
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.strip("/") or "others")
def test_no_value_at_all_breaks_a_page(signed_in, everything, group):
    _walk_all(Walk(signed_in, everything, whole=True), _group(group))


def _group(group: str) -> list[tuple[str, Any]]:
    mine = [(written, pattern) for written, _, pattern in hostile.routes() if not written.startswith(PROGRAMS)]
    return [(written, pattern) for written, pattern in mine if walked(written) == group]


def _walk_all(walk: Walk, routes: list[tuple[str, Any]]) -> None:
    assert routes
    for written, pattern in routes:
        before = walk.asked
        _walk(walk, written, pattern)
        assert walk.asked > before + 6, written
    assert not walk.broken, "\n".join(walk.broken[:60])


def _walk(walk: Walk, written: str, pattern: Any) -> None:
    module = hostile.module_of(pattern.callback)
    first = module not in walk.seen
    walk.seen.add(module)
    address = walk.address(written)
    (who, *others) = walk.who_may(written, address, ("get", "post"))
    shown = walk.ask(who, "get", address)
    html = shown.content.decode(errors="replace") if shown.status_code == 200 and not shown.streaming else ""
    drawn = hostile.Forms(html).forms
    turns = walk.turn_of(module)
    _places(walk, who, written, PLACES if first or walk.whole else PLACES[:5])
    _queries(walk, who, address, module, html, turns)
    base = _form(module, drawn, address)
    for given in hostile.turned(sorted(base), turns):
        walk.ask(who, "post", address, given)
    for name in sorted(base):
        for value in walk.worst():
            walk.ask(who, "post", address, base | {name: value})
    walk.ask(who, "post", address, {name: [value, "x"] * 3 for name, value in base.items()})
    if first or walk.whole:
        for value in hostile.EVERYWHERE:
            walk.ask(
                who, "post", address, dict.fromkeys(sorted(base)[: None if len(value) < 9 else 3] or ("x",), value)
            )
        _malformed(walk, who, address)
    for other in others:
        walk.ask(other, "post", address, base)


def _places(walk: Walk, who: str, written: str, values: tuple[str, ...]) -> None:
    for at_ in range(len(re.findall("<", written))):
        for value in values:
            address = walk.address(written, value, at_)
            if walk.ask(who, "get", address).status_code != 404 or walk.whole:
                walk.ask(who, "post", address)


def _queries(walk: Walk, who: str, address: str, module: ModuleType, html: str, turns: list[int]) -> None:
    names = {"q", "page", "next", "day", "at", "export", *hostile.read_by(module)}
    tables = set(re.findall(r"""[?&;"]([a-z_-]+)\.(?:sort|q|page)=?""", html))
    names |= {f"{table}.{key}" for table in tables for key in ("sort", "q", "page", "district", "colour", "rule")}
    names |= {name for method, _, given in hostile.Forms(html).forms if method == "get" for name in given}
    for given in hostile.turned(sorted(names), turns):
        walk.ask(who, "get", address, given)
    for name in sorted(name for name in names if walk.whole or (module, name) not in walk.alone):
        walk.alone.add((module, name))
        for value in walk.worst():
            walk.ask(who, "get", address, {name: value})
    walk.ask(who, "get", address + "?" + "&".join(f"{name}=a%00b" for name in names))
    walk.ask(who, "get", address + "?" + "&".join(f"{name}=%ED%A0%80" for name in names))


def _form(module: ModuleType, drawn: list[tuple[str, str, dict[str, str]]], address: str) -> dict[str, str]:
    """What an honest person would send: every field that the module's forms have, that it reads, or that the page draws."""
    fields = hostile.forms_of(module)
    base = {name: hostile.plausible(name, fields.get(name)) for name in {*fields, *hostile.read_by(module)}}
    for method, action, given in drawn:
        if method == "post" and (not action or action == address or action.startswith("?")):
            base |= {name: value or base.get(name, "1") for name, value in given.items()}
    return base


def _malformed(walk: Walk, who: str, address: str) -> None:
    """Bodies that are no form, or more than one."""
    for body, kind in (
        (b"&".join(b"f%d=1" % at_ for at_ in range(10_000)), "application/x-www-form-urlencoded"),
        (b"a=%ED%A0%80&a=%00&%00=1", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "multipart/form-data; boundary=\xc3\x28"),
        (b"[" * 100_000, "application/json"),
        (b"a=1", "text/plain; charset=nonsense"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"x" * (3 << 20), "application/x-www-form-urlencoded"),
    ):
        walk.ask(who, "generic", address, body, content_type=kind)


def test_every_route_is_walked_here_or_among_the_programs():
    from tests.integration.checkpoints.test_hostile_programs import WALKED

    programs = {written for written, _, _ in hostile.routes() if written.startswith(PROGRAMS)}
    assert programs == set(WALKED)
    assert not [written for written, _, _ in hostile.routes() if "<int:" in written or "<str:" in written]
