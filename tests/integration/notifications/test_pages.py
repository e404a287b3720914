"""The inbox: on top of one's own page until it is put aside, all of it in a list, titles alone for the page of the code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.notifications.people import account, somebody
from tests.integration.passes.conftest import clean_home, system
from tests.integration.passes.town import bind
from tests.integration.web.residents import Resident, shown_lines
from yimatong.core.time import minute_down
from yimatong.records import clock
from yimatong.records.models import Official, Person
from yimatong.stations.declarations.models import Dependant, Message
from yimatong.stations.notifications.actions.telling import tell
from yimatong.stations.notifications.models import Notification

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
__all__ = ["clean_home", "system"]
Kind = Notification.Kind


def turned(person: Person, colour: str = "yellow", about: str = "run/1") -> None:
    until = minute_down(clock.now() + timedelta(days=5))
    tell(
        kind=Kind.COLOUR_CHANGED,
        person=person.number,
        about=about,
        at=clock.now(),
        details={"colour": colour, "until": until},
    )


def test_a_message_stands_on_top_until_it_is_put_aside_and_then_in_the_list() -> None:
    person = somebody(1)
    resident = Resident(person=person.number, language="zh")
    turned(person)

    top = shown_lines(resident.see("home"))
    assert "颜色有变化" in top
    assert "现为黄码，至" in top
    number = Notification.objects.get().pk
    assert resident.client.post(reverse("me:messages"), {"number": number}).status_code == 302
    assert "颜色有变化" not in shown_lines(resident.see("home"))
    assert "颜色有变化" in shown_lines(resident.see("messages"))


def test_the_same_in_english_says_what_to_do_first() -> None:
    person = somebody(1)
    turned(person, "red")
    top = shown_lines(Resident(person=person.number).see("home"))
    assert "It is now Red" in top
    assert "Stay where you are" in top


def test_a_childs_message_is_in_its_guardians_inbox_with_the_name_and_in_nobody_elses() -> None:
    mother, child, stranger = somebody(1), somebody(2), somebody(3)
    resident, other = Resident(person=mother.number), Resident("17000000999", person=stranger.number)
    Dependant.objects.create(account=resident.account, person=child, relation="child", since=clock.now())
    turned(child)

    assert "王小明 ·" in shown_lines(resident.see("home"))
    assert "has changed" not in shown_lines(other.see("messages"))
    refused = other.client.post(reverse("me:messages"), {"number": Notification.objects.get().pk})
    assert refused.status_code in (404, 422)


def test_what_waits_for_a_telephone_call_is_in_no_inbox() -> None:
    person = somebody(1)
    tell(
        kind=Kind.TEST_POSITIVE, person=person.number, about="fact/1", at=clock.now(), details={"sampled": 1}, held=True
    )
    resident = Resident(person=person.number)
    assert "tested again" not in shown_lines(resident.see("home")) + shown_lines(resident.see("messages"))


def test_the_page_of_the_code_gets_titles_alone_by_its_token(system: Official) -> None:
    person = somebody(1)
    bound = bind(account(person, "somebody"), person.number)
    turned(person, "red")

    answer = Client().get("/e/told", headers={"Authorization": f"YMT {bound.token}"})
    (one,) = answer.json()["told"]
    assert one["title"] == {"zh": "颜色有变化", "en": "Your colour has changed"}
    assert "红" not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client().get("/e/told", headers={"Authorization": "YMT aaaaaaaaaaaaaaaaaaaaaa"}).status_code == 401
    assert Client().get("/e/told").status_code == 401


def test_every_kind_has_a_card_that_can_be_read() -> None:
    person = somebody(1)
    resident = Resident(person=person.number, language="zh")
    minute = minute_down(clock.now())
    details = {
        "colour": "yellow",
        "until": minute,
        "number": "0203000012",
        "sampled": minute,
        "result": "negative",
        "due": minute,
    }
    for kind in Kind:
        tell(kind=kind, person=person.number, about="x/1", at=clock.now(), details=details)

    page = resident.see("messages")
    assert page.count('class="news') >= len(Kind)
    assert "{" not in shown_lines(page[page.index("<main") : page.index("</main")])


def test_a_phone_that_is_given_with_complaints_is_texted_a_few_times_a_day_at_most() -> None:
    statuses = [
        Client()
        .post("/complain/", {"kind": "other", "phone": "17000000007"}, REMOTE_ADDR=f"192.0.2.{turn}")
        .status_code
        for turn in range(7)
    ]
    assert statuses == [302] * 5 + [429] * 2
    assert Message.objects.filter(kind="told").count() == 5
