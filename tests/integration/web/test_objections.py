"""The office's queue of objections (G2): the disputed fact, its source, what was said, the outcome, and the person who is told."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from openpyxl import load_workbook

from tests.integration.web.looking import page
from tests.integration.web.residents import Resident, shown_lines
from tests.integration.web.test_desk import a_point, found
from tests.integration.web.town import Town, at
from yimatong.core.colour import Colour
from yimatong.records import clock
from yimatong.records.actions import facts
from yimatong.records.models import AuditEntry, Fact, Look, Official, Stay
from yimatong.stations.appeals import objections as queries
from yimatong.stations.appeals.models import Dispute, DisputeOutcome
from yimatong.stations.issuing.models import Point
from yimatong.stations.judgements import online
from yimatong.stations.judgements.queries import explain

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
SAID = "那天我在家，没有去医院"


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 20 February 2020, ten o'clock."""
    monkeypatch.setattr(clock, "now", lambda: at(20, 10))


@pytest.fixture
def point(town: Town, db: None) -> Point:
    """A point with a clerk, open all day."""
    return a_point(town, "月湖社区", "desk")


@pytest.fixture
def at_the_point(signed_in: Any, town: Town, point: Point) -> Dispute:
    """李确诊 says at the desk that the case is not theirs."""
    client = signed_in("desk")
    address = found(client, town, point, "李确诊")
    fact = re.findall(r'name="fact" value="([^"]+)"', page(client, address))[0]
    assert client.post(f"{address}objection/", {"fact": fact, "words": SAID}).status_code == 302
    return Dispute.objects.get()


@pytest.fixture
def on_their_page(town: Town) -> tuple[Resident, Dispute]:
    """赵武汉 says on their own page that they were not in Wuchang."""
    resident = Resident(person=town.numbers["赵武汉"])
    (fact,) = re.findall(r'name="evidence" value="(visit/[^"]+)"', resident.see("dispute", "self", 1))
    answer = resident.client.post("/me/self/why/1/", {"evidence": fact, "words": SAID})
    assert answer.status_code == 302
    return resident, Dispute.objects.get(person=town.numbers["赵武汉"])


def settled(client: Any, number: int, **given: Any) -> Any:
    return client.post(f"/objections/{number}/settle/", given)


def test_an_objection_of_a_point_is_read_by_a_recorded_look_and_a_corrected_fact_changes_the_colour(
    signed_in, town, at_the_point
):
    office, number = signed_in("office"), at_the_point.pk
    html = page(office, "/objections/")
    assert "Confirmed case" in html
    assert "市卫健委" in html
    assert "月湖社区" in html
    assert "2020-02-22 10:00" in html, "48 hours, by papers.yaml"
    assert SAID not in html
    assert SAID not in page(office, f"/objections/{number}/")
    before = Look.objects.filter(person=town.numbers["李确诊"]).count()
    answer = office.post(f"/objections/{number}/words/")
    assert SAID in answer.content.decode()
    assert "Confirmed case · 2020-02-14 10:00" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    look = Look.objects.filter(person=town.numbers["李确诊"]).latest("pk")
    assert Look.objects.filter(person=town.numbers["李确诊"]).count() == before + 1
    assert (look.by.username, look.where, look.why) == ("office", "objection", f"appeal: dispute/{number}")
    assert settled(office, number, finding="corrected", words=" ").status_code == 422
    assert settled(office, number, finding="painted", words="x").status_code == 422
    assert not DisputeOutcome.objects.exists()
    answer = settled(office, number, finding="corrected", words="样本混淆，系误报。")
    assert answer["Location"] == f"/objections/{number}/?done=corrected"
    fact = Fact.objects.get(pk=at_the_point.fact_id)
    assert (fact.struck, fact.strike_reason) == (True, f"dispute/{number}")
    assert explain(town.numbers["李确诊"]).colour == Colour.RED, "nobody paints: the judgement does it"
    assert online.judge_person(town.numbers["李确诊"], as_of=at(20, 10)).colour == Colour.GREEN
    assert settled(office, number, finding="stands", words="again").status_code == 422, "once"
    actions = set(AuditEntry.objects.filter(subject=f"dispute/{number}").values_list("action", flat=True))
    assert actions == {"dispute.record", "dispute.settle"}
    resident = Resident(person=town.numbers["李确诊"])
    told = shown_lines(resident.see("why", "self"))
    assert "You were right: the fact is corrected" in told
    assert "样本混淆，系误报。" in told
    assert "it is answered" in shown_lines(resident.see("home"))


def test_a_fact_that_stands_is_answered_with_its_reason_on_the_page_and_at_the_desk(
    signed_in, town, point, at_the_point
):
    number = at_the_point.pk
    resident = Resident(person=town.numbers["李确诊"])
    assert "looks into it and answers here, by 2020-02-22 10:00" in shown_lines(resident.see("why", "self"))
    assert settled(signed_in("health"), number, finding="stands", words="医院复核：结果无误。").status_code == 302
    assert not Fact.objects.get(pk=at_the_point.fact_id).struck
    told = shown_lines(resident.see("why", "self"))
    assert "The office looked into it: the fact stands." in told
    assert "医院复核：结果无误。" in told
    desk = signed_in("desk")
    assert "医院复核：结果无误。" in page(desk, found(desk, town, point, "李确诊")), "the clerk reads it aloud"
    assert "医院复核：结果无误。" in page(desk, f"/objections/{number}/")
    assert "医院复核：结果无误。" not in page(signed_in("auditor"), f"/objections/{number}/")


def test_what_was_derived_is_corrected_by_the_record_that_it_was_found_from(signed_in, town, on_their_page):
    resident, said = on_their_page
    office, stay = signed_in("office"), Stay.objects.get(person=town.numbers["赵武汉"])
    other = Stay.objects.get(person=town.numbers["钱广州"])
    opened = office.post(f"/objections/{said.pk}/words/").content.decode()
    assert f'value="stay/{stay.pk}"' in opened
    assert "Stay: 湖北省武汉市武昌区杨园街道 杨园街道1号楼 · 2020-02-08 08:00 – 2020-02-12 18:00 · 申报" in shown_lines(
        opened
    )
    wrong = settled(office, said.pk, finding="corrected", words="核实", records=[f"stay/{other.pk}"])
    assert wrong.status_code == 422
    nothing = settled(office, said.pk, finding="corrected", words="核实")
    assert nothing.status_code == 422
    assert "no record was struck" in nothing.content.decode()
    assert not Stay.objects.filter(struck_at__isnull=False).exists()
    answer = settled(office, said.pk, finding="corrected", words="车票核实，未到武汉。", records=[f"stay/{stay.pk}"])
    assert answer.status_code == 302
    stay.refresh_from_db()
    assert (stay.struck_at is not None, stay.strike_reason) == (True, f"dispute/{said.pk}")
    assert DisputeOutcome.objects.get().struck == [f"stay/{stay.pk}"]
    assert "车票核实，未到武汉。" in resident.see("why", "self")


def test_a_fact_that_went_by_another_way_is_settled_without_striking_anything(signed_in, town, at_the_point):
    facts.strike(by=town.office, fact=at_the_point.fact_id, why="delivery withdrawn", now=at(20, 9))
    office = signed_in("office")
    assert "The fact counts no more already" in office.post(f"/objections/{at_the_point.pk}/words/").content.decode()
    assert settled(office, at_the_point.pk, finding="corrected", words="数据已撤回").status_code == 302
    assert DisputeOutcome.objects.get().struck == []
    assert Fact.objects.get(pk=at_the_point.fact_id).strike_reason == "delivery withdrawn"


def test_what_is_in_force_still_is_not_called_corrected(signed_in, town, on_their_page):
    Stay.objects.filter(person=town.numbers["赵武汉"]).update(
        struck_at=at(20, 9), struck_by=town.office, strike_reason="withdrawn"
    )
    answer = settled(signed_in("office"), on_their_page[1].pk, finding="corrected", words="数据已撤回")
    assert answer.status_code == 422
    assert "the fact still counts" in answer.content.decode()


def test_who_may_see_and_settle(signed_in, town, at_the_point, on_their_page):
    assert Dispute.objects.count() == 2
    number, theirs = at_the_point.pk, on_their_page[1].pk
    desk, jiangbei = signed_in("desk"), signed_in("jiangbei")
    assert f"/objections/{number}/" in page(desk, "/objections/")
    assert f"/objections/{theirs}/" not in page(desk, "/objections/"), "a clerk has those of the own point"
    assert desk.get(f"/objections/{theirs}/").status_code == 404
    assert f"/objections/{theirs}/" in page(jiangbei, "/objections/"), "赵武汉 lives in 江北"
    assert jiangbei.get(f"/objections/{number}/").status_code == 404
    assert settled(jiangbei, number, finding="stands", words="x").status_code == 404
    for username in ("desk", "auditor"):
        client = signed_in(username)
        assert client.post(f"/objections/{number}/words/").status_code == 403
        assert settled(client, number, finding="stands", words="x").status_code == 403
    assert Resident(subject="17000000209").client.get("/objections/").status_code == 302
    assert not DisputeOutcome.objects.exists()


def test_whoever_wrote_it_down_does_not_settle_it(signed_in, town, point):
    office = signed_in("office")
    address = found(office, town, point, "李确诊")
    fact = re.findall(r'name="fact" value="([^"]+)"', page(office, address))[0]
    office.post(f"{address}objection/", {"fact": fact, "words": SAID})
    said = Dispute.objects.get()
    assert "Another official settles it." in office.post(f"/objections/{said.pk}/words/").content.decode()
    assert settled(office, said.pk, finding="stands", words="x").status_code == 422
    with pytest.raises(DatabaseError, match="not by who wrote it down"), transaction.atomic():
        DisputeOutcome.objects.create(dispute=said, finding="stands", words_sealed=b"x", by=town.office, at=at(20, 10))
    clerk = Official.objects.get(username="desk")
    with pytest.raises(DatabaseError, match="settled by the office"), transaction.atomic():
        DisputeOutcome.objects.create(dispute=said, finding="stands", words_sealed=b"x", by=clerk, at=at(20, 10))
    assert settled(signed_in("health"), said.pk, finding="stands", words="x").status_code == 302
    for change in ("UPDATE dispute_outcomes SET finding = 'corrected'", "DELETE FROM dispute_outcomes"):
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(change)


def test_the_list_filters_says_what_is_late_and_goes_to_excel_without_words(
    signed_in, monkeypatch, at_the_point, on_their_page
):
    office = signed_in("office")
    settled(office, on_their_page[1].pk, finding="stands", words="核实")
    monkeypatch.setattr(clock, "now", lambda: at(22, 11))
    html = page(office, "/objections/?objections.state=late")
    assert f"/objections/{at_the_point.pk}/" in html
    assert "Stay in a key area" not in re.sub(r"<select.*?</select>", "", html, flags=re.DOTALL)
    sheet = load_workbook(BytesIO(office.get("/objections/?export=objections").content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("Confirmed case" in cell for cell in cells)
    assert not any(SAID in cell or "核实" in cell for cell in cells)
    assert [one.dispute.pk for one in queries.late(at(22, 11))] == [at_the_point.pk]
    assert queries.late(at(22, 9)) == ()
    assert "It is late" in Resident(subject="17000000208", person=at_the_point.person_id).see("why", "self")
