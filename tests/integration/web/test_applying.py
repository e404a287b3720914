"""E4, C6: applying on the spot, as a scanner asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from tests.integration.checkpoints.guard import Guard
from tests.integration.web.residents import Resident
from tests.integration.web.town import TIANHE, WUCHANG, Town, at, id_number
from yimatong.core.errors import YimatongError
from yimatong.edges.web.scanner import applying
from yimatong.records import clock, identity
from yimatong.records.actions import places
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Fact, Look, Person, Stay
from yimatong.stations.checkpoints.actions import enrolling, opening
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.errors import AnswersWrong
from yimatong.stations.declarations.models import Account, Declaration
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.passes.actions import keys

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])

NOW = at(20, 10)
REAL = datetime(2026, 2, 20, 2, 0, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "name": "陈远行", "id_type": "resident", "id_number": id_number(900), "phone": "", "home_division": TIANHE,
    "came_from": [{"division": TIANHE}], "symptoms": [], "contact_symptomatic": False, "contact_confirmed": False,
    "statement": "2020-02-15", "read_aloud": True,
}  # fmt: skip


def applied(**changed: Any) -> dict[str, str | None]:
    return applying.apply(WHOLE | changed, checkpoint=7, device=3, now=NOW, at=REAL)


def test_somebody_new_is_judged_at_once(town: Town) -> None:
    answer = applied()
    person = Person.objects.get(name="陈远行")
    expected = applying.judge_person(person.number, as_of=NOW).colour
    assert answer["state"] == "judged"
    assert answer["colour"] == expected
    assert (answer["name"], answer["tail"]) == ("陈*行", id_number(900)[-4:])
    declaration = queries.declaration_of(person.number)
    assert declaration is not None
    assert declaration.source == "declaration:checkpoint"
    assert queries.checkpoint_of(declaration) == 7
    assert queries.receipt_of(declaration) == answer["receipt"]
    assert set(Fact.objects.filter(person=person).values_list("kind", "detail")) == {
        ("declaration", "desk"),
        ("presence", "in_city"),
    }
    assert person.phone_key is None
    assert declaration.phone_key is None


def test_a_journey_to_a_key_area_counts_at_once_not_only_after_the_next_run(town: Town) -> None:
    safe = applied(came_from=[], home_division=330203001)
    assert (safe["state"], safe["colour"]) == ("judged", "green")
    risky = applied(
        id_number=id_number(901), came_from=[{"division": WUCHANG, "from": "2020-02-10", "to": "2020-02-19"}]
    )
    assert risky["colour"] in {"yellow", "red"}
    person = Person.objects.get(id_tail=id_number(901)[-4:], name="陈远行")
    assert Stay.objects.filter(person=person, division=WUCHANG).count() == 1
    assert not CurrentVerdict.objects.filter(person=person.number).exists()


def test_fever_said_at_the_gate_is_a_fact(town: Town) -> None:
    answer = applied(symptoms=["fever"], came_from=[])
    assert answer["colour"] == "yellow"
    assert Fact.objects.filter(person__name="陈远行", kind="symptom", detail="fever").count() == 1


def test_somebody_who_declared_is_told_and_not_changed(town: Town) -> None:
    first = applied(came_from=[], home_division=330203001)
    before = list(Fact.objects.values_list("pk", flat=True)), Declaration.objects.count()
    again = applied(came_from=[{"division": WUCHANG}], phone="13900000001", symptoms=["fever"])
    assert (list(Fact.objects.values_list("pk", flat=True)), Declaration.objects.count()) == before
    assert again["state"] == "known"
    assert again["receipt"] == ""
    assert first["state"] == "judged"
    person = Person.objects.get(name="陈远行")
    assert person.phone_key is None
    assert Look.objects.filter(person=person, where="checkpoint").count() == 1


def test_known_is_told_the_colour_in_force(town: Town) -> None:
    name, number = next((name, number) for name, number in town.numbers.items() if colour(number) == "red")
    declared_by_the_feed = Fact.objects.filter(person_id=number, kind="declaration")
    assert declared_by_the_feed.exists()
    document = id_number(list(town.numbers).index(name) + 1)
    answer = applied(name=name, id_number=document)
    assert (answer["state"], answer["colour"]) == ("known", "red")


def test_a_document_under_another_name_is_held_and_tells_no_colour(town: Town) -> None:
    name = next(iter(town.numbers))
    answer = applied(name="欧阳无忌", id_number=id_number(1))
    assert (answer["state"], answer["colour"]) == ("held", None)
    assert name != "欧阳无忌"
    assert not Declaration.objects.filter(person=town.numbers[name]).exists()


def test_mistakes_come_by_the_fields_of_the_body(town: Town) -> None:
    with pytest.raises(AnswersWrong) as wrong:
        applied(
            name="", id_number="330299198001010011", home_division=1, came_from=[{"division": "x"}], symptoms=["cough"]
        )
    assert {one.field for one in wrong.value.errors} >= {
        "name",
        "id_number",
        "home_division",
        "came_from.0.division",
        "symptoms",
    }
    assert all(one.sentence.of("zh") and one.sentence.of("en") and one.remedy.of("zh") for one in wrong.value.errors)
    assert not Person.objects.filter(name="陈远行").exists()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"read_aloud": False}, "not-read-aloud"),
        ({"statement": "1999-01-01"}, "statement-not-in-force"),
        ({"id_type": "none", "id_number": None, "birth_date": "2015-01-01"}, "guardian-needed"),
        ({"id_type": "passport", "id_number": "E12345678", "birth_date": "2012-01-01"}, "guardian-needed"),
    ],
)
def test_nothing_is_taken_without_consent_or_from_a_child_alone(town: Town, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(YimatongError) as refusal:
        applied(**changed)
    assert refusal.value.code == code
    assert not Declaration.objects.exists()


def test_a_document_is_not_tried_for_ever(town: Town) -> None:
    codes = []
    for _ in range(14):
        try:
            applied(name="欧阳无忌", id_number=id_number(1))
        except YimatongError as refusal:
            codes.append(refusal.code)
    assert codes == ["too-many-attempts"] * 2


def test_nobody_signs_in_through_the_checkpoints_channel(town: Town) -> None:
    applied(came_from=[])
    assert Account.objects.filter(channel__slug="checkpoint").count() == 1
    assert "checkpoint" not in {channel.slug for channel in queries.channels_open()}
    assert Source()


def test_the_form_is_drawn_from_the_declarations_own_words(town: Town) -> None:
    form = applying.form(NOW)
    assert form["statement"]["version"] == WHOLE["statement"]
    assert set(form["symptoms"]) == {"fever", "dyspnoea", "respiratory"}
    assert "none" not in form["id_types"]
    assert {one["division"] for one in applying.divisions("武昌")["found"]} == {"420106000"}


def test_a_declaration_on_ones_own_phone_notes_the_checkpoint_whose_address_was_scanned(town: Town) -> None:
    (compound,) = places.ensure_places([("compound", "海湾新村", 330203001, None)]).values()
    (building,) = places.ensure_places([("building", "1幢", 330203001, compound)]).values()
    (stairwell,) = places.ensure_stairwells([(building, "1单元")]).values()
    resident = Resident("17000000277")
    resident.client.get(reverse("me:welcome"), {"at": "7"})
    for nonsense in ("x", "-1", "７", "99999999999", ""):
        resident.client.get(reverse("me:welcome"), {"at": nonsense})
    assert resident.client.cookies["yimatong-at"].value == "7"
    resident.declare_everything({"compound": compound, "building": building, "stairwell": stairwell}, id_number(801))
    (person,) = Person.objects.filter(id_key=identity.id_key("resident", id_number(801)))
    declaration = queries.declaration_of(person.number)
    assert declaration is not None
    assert queries.checkpoint_of(declaration) == 7
    assert "checkpoint" not in queries.answers_of(declaration)


def colour(person: int) -> str:
    return str(CurrentVerdict.objects.get(person=person).colour)


def test_a_scanner_applies_over_http_and_hears_colour_and_name_only(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    system = the_system()
    keys.ensure(by=system, now=NOW)
    gate = opening.open_checkpoint(
        by=system, title_zh="北口", title_en="North exit", division=330203001, at=datetime.now(UTC)
    )
    (offer,) = enrolling.offer_enrolments(by=system, checkpoint=gate.number, at=datetime.now(UTC))
    guard = Guard.enrolled(offer.secret)
    form = guard.ask("GET", "/s/apply").json()
    assert form["statement"]["version"] == WHOLE["statement"]
    assert guard.ask("GET", "/s/divisions?q=wuhan").json()["found"]
    wrong = guard.ask("POST", "/s/apply", WHOLE | {"id_number": "330299199001010011"})
    assert (wrong.status_code, wrong.json()["fields"][0]["field"]) == (422, "id_number")
    answer = guard.ask("POST", "/s/apply", WHOLE | {"came_from": [], "home_division": str(330203001)})
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["state"], said["colour"], said["name"]) == ("judged", "green", "陈*行")
    assert not {"reason", "rules", "symptoms", "phone"} & said.keys()
