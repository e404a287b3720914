"""Who is told what, by which way: verdicts, evenings, nights, guardians, and whoever nothing reaches (H4, D8, S13, practice A12 and B9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.integration.notifications.people import NIGHT, NOON, STREET, account, follow, somebody, texts, told
from tests.integration.passes.town import publish
from yimatong.core.time import minute_down
from yimatong.records.models import Person
from yimatong.stations.declarations.models import Dependant, Message
from yimatong.stations.declarations.wording import Telling
from yimatong.stations.notifications.actions import following, routing
from yimatong.stations.notifications.models import Notification, Outreach, ToldUpTo

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def ends(person: Person, moment: datetime) -> None:
    """Have what is in force of somebody end in a minute; the tables refuse it, and rest for it."""
    minute = minute_down(moment)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE verdicts DISABLE TRIGGER ALL")
        cursor.execute(
            "UPDATE verdicts SET until = %s, next_change = %s WHERE person_id = %s", [minute, minute + 1, person.number]
        )
        cursor.execute("ALTER TABLE verdicts ENABLE TRIGGER ALL")


def test_97_changed_verdicts_make_97_messages_each_once() -> None:
    people = [somebody(number, phone=f"1700000{number:04d}") for number in range(1, 98)]
    publish({person.number: "green" for person in people})
    follow()
    assert all(told(person) == ["first_judged"] for person in people)

    publish({person.number: "yellow" for person in people})
    follow()
    follow()

    assert Notification.objects.filter(kind="colour_changed").count() == 97
    assert all(len(of_one) == 2 and of_one[0] != of_one[1] for of_one in texts().values())
    assert len(texts()) == 97


def test_a_text_carries_no_colour_no_link_and_no_reason_and_names_sender_and_number() -> None:
    person = somebody(1, phone="17000000001")
    publish({person.number: "red"})
    follow()

    (text,) = texts()["17000000001"]
    assert text.startswith("【宁波防控】")
    assert "12345" in text
    assert not any(word in text for word in ("红", "黄", "绿", "red", "yellow", "green", "http", "www", ".cn", "王"))


def test_at_night_only_whoever_must_not_leave_is_told_and_the_others_at_seven() -> None:
    red, freed = somebody(1, phone="17000000001"), somebody(2, phone="17000000002")
    publish({red.number: "green", freed.number: "red"})
    follow()
    before = {number: len(of_one) for number, of_one in texts().items()}

    publish({red.number: "red", freed.number: "green"})
    follow(NIGHT)

    assert told(freed)[-1] == "ended"  # in the inbox at the minute
    assert len(texts()["17000000001"]) == before["17000000001"] + 1
    assert len(texts()["17000000002"]) == before["17000000002"]
    follow(NIGHT + timedelta(hours=8))
    assert len(texts()["17000000002"]) == before["17000000002"] + 1


def test_what_was_overtaken_in_the_night_is_not_sent_in_the_morning() -> None:
    person = somebody(1, phone="17000000001")
    publish({person.number: "green"})
    follow()
    publish({person.number: "yellow"})
    follow(NIGHT)
    publish({person.number: "green"})
    follow(NIGHT)
    follow(NIGHT + timedelta(hours=8))

    assert told(person) == ["first_judged", "colour_changed", "ended"]
    assert len(texts()["17000000001"]) == 2
    assert "可以正常出行" in texts()["17000000001"][-1]


def test_for_a_child_the_guardian_is_told() -> None:
    mother, child = somebody(1, phone="17000000001"), somebody(2, phone="17000000009")
    link = account(mother, "mother", phone="17000000005")
    Dependant.objects.create(account=link, person=child, relation="child", since=NOON)
    publish({child.number: "yellow"})
    follow()

    assert set(texts()) == {"17000000005"}
    assert not Outreach.objects.exists()


def test_whoever_has_neither_inbox_nor_phone_comes_onto_the_townships_list_for_twelve_hours() -> None:
    grandmother, green = somebody(1), somebody(2)
    publish({grandmother.number: "yellow", green.number: "green"})
    follow()

    task = Outreach.objects.get()
    assert (task.person_id, task.to, task.why, task.street) == (grandmother.number, "township", "nobody", STREET)
    assert task.due_at == NOON + timedelta(hours=12)
    assert Notification.objects.get(person=grandmother).outreach == task
    publish({grandmother.number: "green"})
    follow()
    assert Outreach.objects.count() == 1  # the same visit tells both, until it is closed


def test_whoever_is_free_again_and_has_no_phone_hears_it_at_the_door() -> None:
    grandmother = somebody(1)
    publish({grandmother.number: "red"})
    following.begin_here()
    publish({grandmother.number: "green"})
    follow()

    assert [one.kind for one in Outreach.objects.get().told.all()] == ["ended"]


def test_a_text_that_did_not_arrive_is_told_at_the_door_unless_there_is_an_inbox() -> None:
    alone, with_inbox = somebody(1, phone="17000000001"), somebody(2, phone="17000000002")
    account(with_inbox, "somebody")
    publish({alone.number: "yellow", with_inbox.number: "yellow"})
    follow()
    Message.objects.filter(kind="told").update(state="failed", phone_sealed=None, text_sealed=None)

    routing.tell_undelivered(now=NOON)
    routing.tell_undelivered(now=NOON)

    assert [(task.person_id, task.why) for task in Outreach.objects.all()] == [(alone.number, "undelivered")]


def test_a_verdict_that_ends_within_a_day_is_told_once_the_evening_before() -> None:
    evening = datetime(2020, 2, 20, 10, 0, tzinfo=UTC)
    soon, later, now_over = somebody(1), somebody(2), somebody(3)
    publish({soon.number: "yellow", later.number: "yellow", now_over.number: "yellow"})
    for person, end in ((soon, 23), (later, 25), (now_over, -1)):
        ends(person, evening + timedelta(hours=end))

    assert following.tell_evening(now=evening - timedelta(minutes=1)) == 0
    assert following.tell_evening(now=evening + timedelta(minutes=3)) == 1
    assert following.tell_evening(now=evening + timedelta(minutes=4)) == 0
    assert told(soon) == ["ending"]


def test_what_was_published_before_the_telling_began_is_told_to_nobody() -> None:
    person = somebody(1)
    publish({person.number: "red"})
    following.begin_here()
    follow()

    assert told(person) == []
    assert ToldUpTo.objects.get(pk="run").number > 0


def test_a_clock_that_was_days_ahead_silences_no_evening() -> None:
    evening = datetime(2020, 2, 20, 10, 30, tzinfo=UTC)
    following.tell_evening(now=evening + timedelta(days=9))
    person = somebody(1)
    publish({person.number: "yellow"})
    ends(person, evening + timedelta(hours=5))

    assert following.tell_evening(now=evening) == 1


def test_one_whose_words_cannot_be_made_holds_up_nobody_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, right = somebody(1, phone="17000000001"), somebody(2, phone="17000000002")
    publish({wrong.number: "yellow", right.number: "yellow"})
    following.follow_runs(now=NOON)
    first = Notification.objects.order_by("id").first()
    assert first is not None
    words = routing.text_of

    def text_of(one: Notification, how: Telling) -> str:
        if one.pk == first.pk:
            raise KeyError("code")
        return words(one, how)

    monkeypatch.setattr(routing, "text_of", text_of)
    assert routing.route(now=NOON) == 2
    assert routing.route(now=NOON) == 0
    assert len(texts()) == 1
    assert Notification.objects.get(pk=first.pk).ways == routing.LEFT_OUT
