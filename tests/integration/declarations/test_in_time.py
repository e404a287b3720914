"""T+1 over a real judgement: who has declared is judged, who waits is named, and a symptom of the evening turns yellow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connections

from tests.integration.declarations.conftest import NOW, declare, later, real
from yimatong.edges.cli.declarations import command
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Person
from yimatong.stations.declarations.actions import checking_in
from yimatong.stations.declarations.models import Account, Contradiction, Message
from yimatong.stations.judgements import actions, contradictions, overdue, tasks

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
NINGBO = Path(__file__).resolve().parents[3] / "policies" / "cn-zj-ningbo"


def judge(moment: datetime) -> None:
    actions.run_full(by=the_system(), policy=NINGBO, as_of=moment, engine="reference")


def touch(moment: datetime) -> None:
    actions.run_touched(by=the_system(), policy=NINGBO, as_of=moment)


def colour(person: int) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT colour FROM current_verdicts WHERE person = %s", [person])
        row = cursor.fetchone()
    return row[0] if row else "unknown"


def test_green_in_the_minute_of_declaring_and_yellow_in_the_evening_of_the_fever(verified, answers):
    judge(NOW - timedelta(hours=1))
    account = verified()
    done = declare(account, answers(), now=NOW + timedelta(seconds=40))
    touch(NOW + timedelta(seconds=45))
    assert colour(done.person) == "green"
    evening = later(hours=9, seconds=50)
    account = Account.objects.get(pk=account.pk)
    assert checking_in.check_in(account=account, person=done.person, symptoms=["fever"], now=evening, at=real()).touched
    touch(evening)
    assert colour(done.person) == "yellow"


def test_a_contact_said_by_mistake_is_taken_back_and_judged_again(verified, answers):
    judge(NOW - timedelta(hours=1))
    account = verified()
    done = declare(account, answers(contact_symptomatic=True, contact_symptomatic_on="2020-02-17"))
    touch(NOW)
    assert colour(done.person) == "yellow"
    declare(account, answers(), now=later(minutes=5))
    touch(later(minutes=5))
    assert colour(done.person) == "green"


def test_a_declared_journey_to_a_key_area_is_red(verified, answers):
    judge(NOW - timedelta(hours=1))
    rows = [{"division": 420106000, "place": "", "from": "2020-02-10", "to": "2020-02-12"}]
    from yimatong.core.facts import Level
    from yimatong.records.models import Area

    Area.objects.create(
        level=Level.KEY, listed_level="key", scope="whole", low=420000000, high=429999999, division_text="湖北省", text="湖北省",
        key="hubei", start=datetime(2020, 1, 20, tzinfo=UTC), source="list", legal_basis="law",
    )  # fmt: skip
    done = declare(verified(), answers(elsewhere=True, itinerary=rows))
    judge(NOW)
    assert colour(done.person) == "red"


def test_who_waits_is_named_and_past_the_next_day_it_is_overdue(verified, answers):
    judge(NOW - timedelta(hours=1))
    done = declare(verified(), answers())
    assert [one.person for one in overdue.waiting(NOW)] == [done.person]
    assert overdue.alarm(later(hours=19)) == ()
    assert [one.declaration for one in overdue.alarm(later(hours=20))] == [done.declaration.pk]
    last = datetime(2020, 2, 19, 15, 59, tzinfo=UTC)
    assert overdue.overdue(last) == ()
    assert [one.late(last + timedelta(minutes=1)) for one in overdue.overdue(last + timedelta(minutes=1))] == [True]
    judge(later(hours=21))
    assert overdue.waiting(later(hours=22)) == ()


def test_a_correction_waits_for_the_next_run_that_knows_it(verified, answers):
    account = verified()
    declare(account, answers())
    judge(NOW)
    corrected = declare(account, answers(home_since="2019-01-01"), now=later(hours=1))
    assert [one.declaration for one in overdue.waiting(later(hours=1))] == [corrected.declaration.pk]
    judge(later(hours=2))
    assert overdue.waiting(later(hours=2)) == ()


def test_a_held_declaration_waits_until_it_is_settled(verified, answers, by_phone):
    declare(verified(), answers())
    judge(NOW)
    held = declare(by_phone("13700000000"), answers())
    assert [(one.declaration, one.person) for one in overdue.waiting(NOW)] == [(held.declaration.pk, None)]


def test_the_command_says_who_waits_and_ends_with_one(verified, answers):
    nobody = CliRunner().invoke(command, ["overdue", "--now", "2020-02-20T08:00+08:00"], standalone_mode=False)
    assert nobody.return_value == 0
    declare(verified(), answers())
    somebody = CliRunner().invoke(command, ["overdue", "--now", "2020-02-20T08:00+08:00"], standalone_mode=False)
    assert somebody.return_value == 1
    assert "* declaration" in somebody.output


def test_the_alarm_is_a_line_of_the_log_every_hour(verified, answers, monkeypatch):
    declare(verified(), answers())
    lines = []
    monkeypatch.setattr(
        tasks.log, "error", lambda event, **words: lines.append((event, words["waiting"], words["overdue"]))
    )
    tasks.watch_the_clock(timestamp=0)
    assert lines == [("declarations.wait_for_20_hours", 1, 1)]


def test_a_journey_that_was_derived_and_denied_opens_a_case(verified, answers):
    done = declare(verified(), answers())
    judge(NOW)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE travels DISABLE TRIGGER USER")
        cursor.execute(
            'INSERT INTO travels (person, division, place, start, "end", run_id) '
            "SELECT %s, 420106001, 1, %s, %s, max(number) FROM runs",
            [done.person, int(NOW.timestamp()) // 60 - 3000, int(NOW.timestamp()) // 60 - 2000],
        )
        cursor.execute("ALTER TABLE travels ENABLE TRIGGER USER")
    assert contradictions.find(city="330200", now=NOW) == 1
    assert contradictions.find(city="330200", now=NOW) == 0
    assert Contradiction.objects.get().evidence == ["derived/420106001"]
    assert colour(done.person) == "green"


def test_who_is_yellow_is_reminded_once_a_day_until_they_check_in(verified, answers, monkeypatch):
    judge(NOW - timedelta(hours=1))
    sick = declare(verified(1), answers(1, symptoms=["fever"], symptoms_since="2020-02-18"))
    declare(verified(2), answers(2))
    judge(NOW)
    monkeypatch.setattr(tasks.clock, "now", lambda: later(days=1))
    tasks.remind(timestamp=0)
    tasks.remind(timestamp=0)
    assert [message.phone_key for message in Message.objects.filter(kind="reminder")] == [
        Account.objects.get(person_id=sick.person).phone_key
    ]
    account = Account.objects.get(person_id=sick.person)
    checking_in.check_in(account=account, person=sick.person, symptoms=["fever"], now=later(days=2), at=real())
    Message.objects.all().delete()
    monkeypatch.setattr(tasks.clock, "now", lambda: later(days=2, hours=1))
    tasks.remind(timestamp=0)
    assert not Message.objects.filter(kind="reminder").exists()


def test_one_whose_number_cannot_be_opened_is_left_out_of_the_reminders(verified, answers, monkeypatch):
    judge(NOW - timedelta(hours=1))
    sick = [declare(verified(n), answers(n, symptoms=["fever"], symptoms_since="2020-02-18")).person for n in (1, 2)]
    judge(NOW)
    Person.objects.filter(pk=sick[0]).update(phone_sealed=b"not sealed")
    monkeypatch.setattr(tasks.clock, "now", lambda: later(days=1))
    tasks.remind(timestamp=0)
    (message,) = Message.objects.filter(kind="reminder")
    assert message.phone_key == Account.objects.get(person_id=sick[1]).phone_key
