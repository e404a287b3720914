"""One of each thing that an address can name, and the address of each route with them: what a walk over all pages stands on."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

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
from yimatong.records.models import Fact, Look, Official
from yimatong.stations.appeals.models import Complaint, Dispute
from yimatong.stations.declarations.models import Channel
from yimatong.stations.dispositions import actions as dispositions
from yimatong.stations.issuing.actions import blanks, fraud, points, standing
from yimatong.stations.issuing.models import HeldEntry, Paper, RosterAsked
from yimatong.stations.notifications.actions import outreach as notifying
from yimatong.stations.notifications.models import Outreach
from yimatong.stations.passes.models import SpecialPermit


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def standstill(town: Town, morning: None) -> str:
    """The number of a record edited past the program, on which a verdict stands still."""
    fact = Fact.objects.filter(person_id=town.numbers["李确诊"], kind="case", struck_at=None).first()
    assert fact is not None
    return test_restatements.standing_still(fact)


@pytest.fixture
def everything(signed_in: Any, town: Town, db: None, morning: None, standstill: str) -> dict[str, Any]:
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


def address_of(known: dict[str, Any], written: str, value: str | None = None, at_: int = 0) -> str:
    """A route's address, with its own things in it, or one hostile value in the place of its parameter `at_`."""
    names = re.findall(r"<(?:\w+:)?(\w+)>", written)
    for place, name in enumerate(names):
        own = known.get(name) if name in ("look", "entry", "block", "asked") else None
        if written.startswith(("corrections/new", "looks/")) and name == "look":
            own = known["look-of-office"]
        if written.startswith("permits/new"):
            own = known["look-of-permit"]
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
        ours = str(own or plain or known.get(beginning, 1))
        written = re.sub(
            rf"<(?:\w+:)?{name}>",
            lambda _, use=value if value is not None and place == at_ else ours: use,
            written,
            count=1,
        )
    return "/" + written
