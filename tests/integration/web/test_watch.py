"""Whatever stands still is seen by whoever does not: the office's page, the health of the server, the alarm."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from procrastinate.contrib.django import app
from structlog.testing import capture_logs

from tests.acting import owning
from tests.enforcing import put_in_force
from tests.integration.refusing import as_owner
from tests.integration.web.looking import page
from yimatong.edges.web.official import watching
from yimatong.records.models import Official, Work
from yimatong.records.policies import forget
from yimatong.site import health
from yimatong.site.watch import AGAIN, Alarm
from yimatong.stations.judgements import operations, waiting
from yimatong.stations.judgements.models import Run, Unjudged

BEGUN = datetime(2020, 2, 19, 0, 0, tzinfo=UTC)
"""A minute after the run in force of the town was made (its instant is 23:59 in Shanghai; real and city time are the same here)."""


@pytest.fixture(autouse=True)
def lately(town: object, db: None) -> None:
    """Everything was done a minute before BEGUN, and nothing waits."""
    with owning():
        Official.objects.filter(username="system").update(appointed_at=BEGUN - timedelta(days=9))
    assert not Unjudged.objects.exists()
    with as_owner():
        Work.objects.all().delete()
    Work.objects.bulk_create(Work(name=name, done_at=BEGUN - timedelta(minutes=1)) for name in watching.WORKS)


def test_every_work_of_each_minute_and_each_night_is_watched() -> None:
    """A new periodic task has to be among those that are watched, or be one that only looks after others."""
    tasks = {one.task.name.rpartition(".")[2]: one.cron for one in app.periodic_registry.periodic_tasks.values()}
    hourly = {name for name, cron in tasks.items() if cron.endswith("* * * *") and cron.split()[0].isdigit()}
    assert hourly == {
        "forget",
        "every_hour",
        "watch_the_clock",
        "watch_collections",
        "watch_objections",
        "watch_outreach",
    }
    names = {
        "send_every_minute": "messages",
        "escalate_hand_overs": "hand_overs",
        "open_collections": "collecting",
        "tell_every_minute": "notifications",
        "night_of_checkpoints": "checkpoints_night",
    }
    beside = {"take_up", "remind"}
    assert {names.get(name, name) for name in tasks.keys() - hourly - beside} == set(watching.WORKS)


def test_nothing_is_late_when_everything_was_done() -> None:
    assert watching.late(BEGUN) == ()


@pytest.mark.parametrize("name", watching.WORKS)
def test_a_work_that_was_not_done_is_late_after_what_the_policy_allows_and_not_before(name: str) -> None:
    limit = getattr(operations.operations(), watching.WORKS[name].limit)
    last = BEGUN - timedelta(minutes=1)
    code = f"late-{name.replace('_', '-')}"
    assert code not in watching.late(last + limit)
    assert code in watching.late(last + limit + timedelta(seconds=1))
    with as_owner():
        Work.objects.filter(name=name).delete()
    begun = BEGUN - timedelta(days=9)
    assert code not in watching.late(begun + limit), "never done: counted from the making of the tables"
    assert code in watching.late(begun + limit + timedelta(seconds=1))


@pytest.mark.parametrize("name", watching.WORKS)
def test_what_a_clock_that_was_ahead_noted_is_no_sign_that_it_is_done_now(name: str) -> None:
    """Set right by a day, a worker that stands still was not seen for that day."""
    Work.objects.filter(name=name).update(done_at=BEGUN + timedelta(days=1))
    assert watching.late(BEGUN) == (f"late-{name.replace('_', '-')}",)
    Work.objects.filter(name=name).update(done_at=BEGUN + timedelta(seconds=50))
    assert watching.late(BEGUN) == (), "two machines' clocks differ a little"


def test_what_was_recorded_and_not_judged_is_late_after_its_minutes() -> None:
    five = timedelta(minutes=5)
    Unjudged.objects.create(what="facts", at=BEGUN)
    assert "late-waiting" not in watching.late(BEGUN + five)
    assert "late-waiting" in watching.late(BEGUN + five + timedelta(seconds=1))


def test_what_is_due_and_not_judged_is_late_after_its_minutes() -> None:
    five, due = timedelta(minutes=5), waiting.glance(BEGUN, using="default").next_change
    assert due is not None
    assert "late-waiting" not in watching.late(due + five)
    assert "late-waiting" in watching.late(due + five + timedelta(seconds=1))


def test_a_night_that_did_not_come_and_a_policy_that_is_over_are_late() -> None:
    last = Run.objects.filter(state="published").latest("number").as_of
    assert "late-night" not in watching.late(last + timedelta(hours=26))
    assert "late-night" in watching.late(last + timedelta(hours=26, seconds=1))
    assert "late-policy" not in watching.late(datetime(2020, 4, 30, 15, 59, tzinfo=UTC))
    assert "late-policy" in watching.late(datetime(2020, 4, 30, 16, 0, tzinfo=UTC))


def test_a_citys_own_limits_stand_in_the_place_of_its_provinces(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    shutil.copytree(settings.YIMATONG_POLICIES, policies)
    province, city = (policies / name / operations.FILE for name in ("cn-zj", settings.YIMATONG_POLICY))
    assert operations.operations().lists == timedelta(minutes=3)
    city.write_text(province.read_text().replace("lists_minutes: 3", "lists_minutes: 7"))
    put_in_force(city.parent, "default")
    assert operations.operations().lists == timedelta(minutes=7)
    city.unlink()
    province.unlink()
    put_in_force(city.parent, "default")
    assert operations.operations() == operations.Operations(), "packs of before have no such file"


def test_where_no_policy_is_in_force_it_is_said_and_no_page_of_the_office_fails_over_it() -> None:
    with owning() as cursor:
        cursor.execute("ALTER TABLE enforcements DISABLE TRIGGER USER; DELETE FROM enforcements")
        cursor.execute("ALTER TABLE enforcements ENABLE TRIGGER USER")
    forget()
    assert watching.late(BEGUN) == ("policy-none-in-force",)


def test_health_says_what_is_late_and_still_answers(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "seen", lambda: ("late-follow-and-cut",))
    answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "late", "problems": ["late-follow-and-cut"]})
    monkeypatch.setattr(health, "seen", tuple)
    assert client.get("/health").json() == {"status": "ok", "problems": []}


def test_the_page_names_what_is_late_and_every_page_of_the_office_leads_there(signed_in, monkeypatch) -> None:
    monkeypatch.setattr(watching, "seen_late", lambda: ("late-judge",))
    Work.objects.filter(name="judge").update(done_at=datetime(2020, 1, 1, tzinfo=UTC))
    html = page(signed_in(), reverse("web:watch"))
    assert html.count("data-watched=") == len(watching.WORKS) + len(watching.OTHERS)
    assert 'data-watched="judge" data-late' in html
    assert "yimatong health" in html
    assert "data-standing-still" not in html, "not on the page that says it"
    assert "data-standing-still" in page(signed_in(), reverse("web:overview"))
    assert "有自动任务超时未完成" in page(signed_in(language="zh-hans"), reverse("web:runs"))
    assert "data-standing-still" not in page(signed_in("desk"), reverse("web:overview")), "a desk cannot mend it"
    assert signed_in("desk").get(reverse("web:watch")).status_code == 403
    monkeypatch.setattr(watching, "seen_late", tuple)
    assert "data-standing-still" not in page(signed_in(), reverse("web:overview"))


def test_what_was_changed_past_the_program_is_said_as_that_and_leads_to_what_it_is(signed_in, monkeypatch) -> None:
    monkeypatch.setattr(watching, "seen_late", lambda: ("late-standing",))
    html = page(signed_in(language="zh-hans"), reverse("web:overview"))
    assert ("有登记内容被绕过程序改动" in html, "data-standing-still" in html) == (True, False)
    assert reverse("web:verified") in html
    assert "data-changed-past" not in page(signed_in(), reverse("web:verified"))
    assert "data-changed-past" not in page(signed_in("desk"), reverse("web:overview"))
    monkeypatch.setattr(watching, "seen_late", lambda: ("late-standing", "late-judge"))
    html = page(signed_in(), reverse("web:watch"))
    assert ("data-standing-still" in html, "data-changed-past" in html) == (False, True)


def test_the_alarm_is_said_when_it_begins_each_quarter_of_an_hour_and_when_it_is_over(monkeypatch) -> None:
    found: list[tuple[str, ...]] = [(), ("late-judge",)]
    monkeypatch.setattr(health, "problems", lambda: found[-1])
    alarm = Alarm()
    with capture_logs() as said:
        alarm.look(0.0)
        alarm.look(60.0)
        alarm.look(AGAIN - 1)
        alarm.look(60.0 + AGAIN)
        found.append(("late-judge", "late-night"))
        alarm.look(120.0 + AGAIN)
        found.append(())
        alarm.look(180.0 + AGAIN)
        alarm.look(240.0 + AGAIN)
    assert [(line["log_level"], line.get("late", line.get("was"))) for line in said] == [
        ("error", ["late-judge"]),
        ("error", ["late-judge"]),
        ("error", ["late-judge", "late-night"]),
        ("warning", ["late-judge", "late-night"]),
    ]


def test_files_that_differ_from_the_policy_in_force_are_said_and_the_policys_page_says_since_when_it_is(
    signed_in, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "data-files-differ" not in page(signed_in(), reverse("web:watch"))
    shutil.copytree(settings.YIMATONG_POLICIES, tmp_path / "policies")
    monkeypatch.setattr(settings, "YIMATONG_POLICIES", tmp_path / "policies")
    (tmp_path / "policies" / settings.YIMATONG_POLICY / "messages.yaml").write_text("{{{", encoding="utf-8")
    html = page(signed_in(), reverse("web:watch"))
    assert "data-files-differ" in html
    assert str(tmp_path) not in html, "a page names no place of the server"
    html = page(signed_in(), reverse("web:policy"))
    assert 'data-enforced="1"' in html
    assert "data-judged-anew" not in html
    put_in_force(tmp_path / "policies" / "cn-zj-hangzhou", "default")
    html = page(signed_in(), reverse("web:policy"))
    assert 'data-enforced="2"' in html
    assert "data-judged-anew" in html, "what everybody sees is still of the policy before"
