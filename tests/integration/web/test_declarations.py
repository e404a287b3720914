"""The queues of declarations: who waits for a verdict, what contradicts something, which communities are missing; nobody is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.integration.web.looking import page
from tests.integration.web.residents import Resident, shown_lines
from tests.integration.web.town import Town, id_number
from yimatong.records import clock
from yimatong.stations.declarations.actions import declaring
from yimatong.stations.declarations.actions.contradicting import contradict
from yimatong.stations.declarations.models import Contradiction, Declaration, MissingPlace

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
ANSWERS = {
    "name": "林晓岚", "sex": "female", "id_type": "resident", "phone": "17000000201", "home_division": 330203001,
    "home_missing": True, "home_text": "新城花园 3幢 2单元", "symptoms": [], "contact_symptomatic": False, "contact_confirmed": False,
    "in_city": True, "elsewhere": False,
}  # fmt: skip


def declared(resident: Resident, serial: int, ago: timedelta) -> Declaration:
    """A declaration of the resident, made that long ago."""
    answers = ANSWERS | {"id_number": id_number(serial)}
    now = clock.now() - ago
    made = declaring.declare(
        account=resident.account, answers=answers, statement="2020-02-15", now=now, at=timezone.now()
    )
    return made.declaration


def test_who_waits_is_listed_the_overdue_first_and_the_homes_that_no_list_has(signed_in, town: Town) -> None:
    late = declared(Resident("17000000401"), 601, timedelta(days=3))
    declared(Resident("17000000402"), 602, timedelta(0))
    said = shown_lines(page(signed_in(), reverse("web:declarations")))
    waiting = said.split("Why it waits")[1].split("Contradictions")[0]
    assert waiting.index("overdue") < waiting.index("in time")
    assert str(late.pk) in waiting
    assert MissingPlace.objects.count() == 2
    assert said.count("海曙区南门街道") >= 2
    for word in ("林晓岚", "新城花园", id_number(601), "17000000401"):
        assert word not in said


def test_a_contradiction_stands_there_until_it_is_settled(signed_in, town: Town) -> None:
    resident = Resident("17000000403")
    made = declared(resident, 603, timedelta(0))
    assert made.person_id
    contradict(
        person=made.person_id,
        sort=Contradiction.Sort.ITINERARY,
        says="stay-elsewhere",
        evidence=["stay/1"],
        key="1",
        now=clock.now(),
    )
    said = shown_lines(page(signed_in("desk"), reverse("web:declarations")))
    assert "a journey that was not declared" in said
    assert "waits for the person" in said
    resident.account.refresh_from_db()
    for number in ("9" * 5_000, str(2**63), "-1", "²", "１", ""):
        refused = resident.client.post(reverse("me:questions"), {"number": number, "go": "answer", "words": "x"})
        assert refused.status_code < 500
    assert Contradiction.objects.get().heard_at is None
    answer = resident.client.post(
        reverse("me:questions"), {"number": Contradiction.objects.get().pk, "go": "answer", "words": "那天在家"}
    )
    assert answer.status_code == 302
    assert "was heard, to be settled" in shown_lines(page(signed_in(), reverse("web:declarations")))
    assert "There is nothing to answer" in resident.see("questions")


def test_an_auditor_does_not_work_on_declarations(signed_in) -> None:
    assert signed_in("auditor").get(reverse("web:declarations")).status_code == 403
