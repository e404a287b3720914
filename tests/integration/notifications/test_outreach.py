"""Telling in person: who sees and closes which task, what is read out, and that nobody who is gone is lost (B9, B10, H4)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections

from tests.integration.notifications.test_telling import NOON, follow, somebody
from tests.integration.passes.town import publish
from tests.integration.web.town import divisions
from yimatong.core.errors import YimatongError
from yimatong.records.actions import officials
from yimatong.records.models import AuditEntry, Division, Official, Person
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.actions import outreach
from yimatong.stations.notifications.actions.telling import tell
from yimatong.stations.notifications.models import Notification, Outreach, OutreachAttempt

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
HERE, ELSEWHERE = 330203001, 330205003
LATER = NOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def gazetteer() -> None:
    divisions()


def official(role: str = "clerk", county: int | None = 330203) -> Official:
    """A new official of a county, or of the whole city."""
    jurisdiction = Division.objects.get(code=county * 10**6) if county else None
    return officials.appoint(
        by=officials.the_system(), username=f"{role}-{county or 'city'}-{uuid4().hex[:6]}", name="李网格", role=role,
        password="a-long-password-2020", jurisdiction=jurisdiction,
    )  # fmt: skip


def a_task(person: Person) -> Outreach:
    """The task of somebody yellow whom nothing reaches."""
    publish({person.number: "yellow"})
    follow()
    return Outreach.objects.get(person=person, closed_at=None)


def a_call(person: Person) -> Outreach:
    """The task of a positive sample, with what is held until somebody has telephoned."""
    tell(kind=Notification.Kind.TEST_POSITIVE, about="fact/1", at=NOON, person=person.number, held=True)
    made = outreach.open_task(person=person.number, why=Outreach.Why.CALL, now=NOON)
    Notification.objects.filter(person=person).update(outreach=made)
    return made


def refused(code: str, by: Official, row: Outreach, outcome: str = "told", **more: int) -> None:
    with pytest.raises(YimatongError) as mistake:
        outreach.close(by=by, outreach=row.pk, outcome=outcome, now=LATER, **more)
    assert mistake.value.code == code


def test_a_task_is_seen_and_closed_in_its_own_jurisdiction_alone() -> None:
    row = a_task(somebody(1))
    here, there, city = official(), official(county=330205), official(county=None)

    assert [len(queries.tasks(by=one, now=NOON)) for one in (here, there, city)] == [1, 0, 1]
    refused("outreach-unknown", there, row)
    closed = outreach.close(by=here, outreach=row.pk, outcome="told", now=LATER)
    assert (closed.outcome, closed.closed_at, closed.closed_by) == ("told", LATER, here)
    assert [one.state for one in queries.tasks(by=here, now=LATER)] == ["closed"]


def test_a_positive_sample_is_the_health_departments_and_an_auditor_closes_nothing() -> None:
    door, call = a_task(somebody(1)), a_call(somebody(2))
    seen = {role: {one.outreach.pk for one in queries.tasks(by=official(role), now=NOON)}
            for role in ("clerk", "control_office", "health", "auditor")}  # fmt: skip

    both = {door.pk, call.pk}
    assert seen == {"clerk": {door.pk}, "control_office": {door.pk}, "health": both, "auditor": both}
    refused("outreach-unknown", official("control_office"), call)
    refused("not-allowed", official("auditor"), door)
    assert not Outreach.objects.filter(closed_at__isnull=False).exists()


def test_of_two_who_close_at_once_one_is_told_that_it_is_done() -> None:
    row, both = a_task(somebody(1)), [official(), official("control_office")]
    ready = Barrier(2)

    def close(by: Official) -> str:
        ready.wait(20)
        try:
            outreach.close(by=by, outreach=row.pk, outcome="told", now=LATER)
        except YimatongError as mistake:
            return mistake.code
        finally:
            connections.close_all()
        return "closed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, both)) == ["closed", "outreach-closed"]
    assert AuditEntry.objects.filter(action="outreach.close").count() == 1


def test_a_try_leaves_the_task_open_and_is_counted() -> None:
    row, by = a_task(somebody(1)), official()
    outreach.attempt(by=by, outreach=row.pk, now=NOON + timedelta(hours=1))
    outreach.attempt(by=by, outreach=row.pk, now=LATER)

    (shown,) = queries.tasks(by=by, now=LATER)
    assert (shown.state, shown.tries, shown.last_try) == ("tried", 2, LATER)
    assert queries.stand(queries.task(by=by, outreach=row.pk), NOON + timedelta(hours=13)).state == "late"
    outreach.close(by=by, outreach=row.pk, outcome="relative", now=LATER)
    with pytest.raises(YimatongError):
        outreach.attempt(by=by, outreach=row.pk, now=LATER)
    assert OutreachAttempt.objects.count() == 2


def test_of_a_positive_sample_the_person_alone_is_told_and_then_it_stands_in_the_inbox() -> None:
    person, by = somebody(1), official("health")
    row = a_call(person)

    refused("call-first", by, row, "relative")
    assert Notification.objects.get(person=person).held
    outreach.close(by=by, outreach=row.pk, outcome="phoned", now=LATER)
    assert not Notification.objects.get(person=person).held


def test_whoever_moved_is_told_where_they_live_now_by_the_same_hour() -> None:
    person, by = somebody(1), official()
    row = a_task(person)
    Person.objects.filter(pk=person.pk).update(division=ELSEWHERE)

    outreach.close(by=by, outreach=row.pk, outcome="gone", now=LATER)

    (following,) = queries.tasks(by=official(county=330205), now=LATER)
    made = following.outreach
    assert (made.street, made.due_at, made.why, made.follows_id) == (ELSEWHERE, row.due_at, row.why, row.pk)
    assert following.kinds == ("first_judged",)
    (before,) = queries.tasks(by=by, now=LATER)
    assert (before.state, before.goes_on) == ("closed", made)


def test_whose_home_nobody_knows_goes_on_with_the_city_which_alone_can_say_that_they_are_gone() -> None:
    person, by, city = somebody(1), official(), official("control_office", None)
    row = a_task(person)
    late = row.due_at + timedelta(hours=1)

    outreach.close(by=by, outreach=row.pk, outcome="gone", now=late)

    assert queries.open_for(by=by) == 0
    made = Outreach.objects.get(closed_at=None)
    assert (made.street, made.due_at) == (None, late + outreach.CALL)
    assert queries.open_for(by=city) == 1
    outreach.close(by=city, outreach=made.pk, outcome="gone", now=late)
    assert not Outreach.objects.filter(closed_at=None).exists()
    assert Outreach.objects.filter(outcome="gone").count() == 2


def test_nobody_is_sent_back_to_a_street_where_they_were_not_found() -> None:
    person, here, there = somebody(1), official(), official(county=330205)
    row = a_task(person)
    Person.objects.filter(pk=person.pk).update(division=ELSEWHERE)
    outreach.close(by=here, outreach=row.pk, outcome="gone", now=LATER)
    Person.objects.filter(pk=person.pk).update(division=HERE)

    outreach.close(by=there, outreach=Outreach.objects.get(closed_at=None).pk, outcome="gone", now=LATER)

    assert Outreach.objects.get(closed_at=None).street is None


def test_a_call_that_goes_on_elsewhere_is_still_held_and_still_the_health_departments() -> None:
    person, by = somebody(1), official("health")
    row = a_call(person)
    outreach.close(by=by, outreach=row.pk, outcome="gone", now=LATER)

    made = Outreach.objects.get(closed_at=None)
    assert (made.to, made.why, made.due_at) == ("health", "call", LATER + outreach.CALL)
    told = Notification.objects.get(person=person)
    assert (told.outreach_id, told.held) == (made.pk, True)


def test_a_yellow_that_is_green_again_is_not_read_out_as_yellow() -> None:
    person = somebody(1)
    row = a_task(person)
    publish({person.number: "green"})
    follow()

    (said,) = queries.to_be_said(row)
    assert (said.kind, said.details["colour"]) == ("ended", "green")
    assert said.outreach_id == row.pk, "the same visit tells it"


def test_what_came_while_somebody_was_at_the_door_is_not_taken_as_told() -> None:
    person, by = somebody(1), official()
    row = a_task(person)
    said = queries.to_be_said(row)[-1].pk
    publish({person.number: "red"})
    follow()

    refused("outreach-more", by, row, said=said)
    now = queries.to_be_said(row)
    assert [one.details["colour"] for one in now] == ["red"]
    assert outreach.close(by=by, outreach=row.pk, outcome="told", now=LATER, said=now[-1].pk).outcome == "told"


def test_news_after_a_task_was_closed_opens_another() -> None:
    person, by = somebody(1), official()
    row = a_task(person)
    outreach.close(by=by, outreach=row.pk, outcome="told", now=LATER)
    publish({person.number: "red"})
    follow()

    assert Outreach.objects.get(closed_at=None).pk != row.pk
    assert Outreach.objects.count() == 2


def test_the_audit_says_what_was_done_and_nothing_of_the_person() -> None:
    person, by = somebody(1), official()
    row = a_task(person)
    outreach.attempt(by=by, outreach=row.pk, now=LATER)
    outreach.close(by=by, outreach=row.pk, outcome="gone", now=LATER)

    made = Outreach.objects.get(closed_at=None)
    links = AuditEntry.objects.filter(action__startswith="outreach.").order_by("number")
    assert [(one.action, one.subject) for one in links] == [
        ("outreach.attempt", f"outreach/{row.pk}"),
        ("outreach.close", f"outreach/{row.pk}"),
    ]
    assert f"outreach/{made.pk}" in str(links[1].details)
    assert not any(
        word in str([one.details for one in links]) for word in (person.name, str(person.number) + '"', "330203")
    )


def test_who_is_due_first_and_who_is_late_is_known() -> None:
    assert (queries.first_due(), queries.late(NOON)) == (None, (0, None))
    row = a_task(somebody(1))

    assert queries.first_due() == row
    assert queries.late(row.due_at) == (0, None)
    assert queries.late(row.due_at + timedelta(seconds=1)) == (1, row.due_at)
