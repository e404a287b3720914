"""`yimatong issuing` as it is used."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from tests.acting import PASSWORD
from tests.integration.issuing.tablet import Tablet
from tests.integration.issuing.town import NOW, fact, give, official, people, publish
from tests.integration.printing.papers import texts
from yimatong.core.errors import YimatongError
from yimatong.edges.cli.issuing import command
from yimatong.records import clock
from yimatong.records.actions import areas
from yimatong.records.models import AuditEntry, Look
from yimatong.stations.issuing.actions import blanks, replacing
from yimatong.stations.issuing.actions.issuing import Issued
from yimatong.stations.issuing.models import Paper, Point
from yimatong.stations.passes.actions.following import follow

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def run(*words: str) -> Result:
    done = CliRunner().invoke(command, list(words), standalone_mode=False)
    assert done.exception is None, done.exception
    return done


@pytest.fixture(autouse=True)
def in_february(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city lives in February 2020, so that Ningbo's policy is in force."""
    monkeypatch.setattr(settings, "YIMATONG_DAYS_BACK", (datetime.now(UTC) - NOW).days)
    monkeypatch.setenv("YIMATONG_PASSWORD", PASSWORD)


def test_a_point_is_opened_issues_and_shows_its_register_and_tasks(point: Point, tmp_path: Path):
    ill, well = people(2)
    fact(ill, "order", "home")
    publish({well.pk: "green", ill.pk: "red"})
    every_hour = ("--workdays", "00:00-23:59", "--weekend", "00:00-23:59")
    opened = run(
        "open", "江厦社区", "--kind", "village", "--division", "330203002", "--address", "江厦街1号", *every_hour
    )
    number = str(Point.objects.get(title="江厦社区").pk)
    assert number in opened.output
    run("appoint", "--point", number, "clerk")

    issued = run("issue", "--point", number, str(well.pk))
    assert issued.return_value == 0
    assert "YMT1:" in issued.output
    refused = run("issue", "--point", number, str(ill.pk))
    assert (refused.return_value, Paper.objects.count()) == (1, 1)
    paper = Paper.objects.get()
    assert paper.number in run("register", "--point", number).output
    assert run("number", paper.number).return_value == 0
    assert run("number", "330203-0000001-1").return_value == 3

    blank, now = run("blanks", "--point", number, "1").output.strip(), clock.now()
    entered = blanks.enter_blank(
        by=official("clerk"), point=int(number), number=blank, person=ill.pk, issued_at=now, now=now
    )
    assert isinstance(entered, Issued)
    assert entered.never == "not-green"
    follow(now=NOW)
    listed = run("tasks")
    assert (listed.return_value, blank in listed.output) == (0, True)
    run("close", listed.output.split()[0], "collected", "--by", "office")
    assert run("tasks").output == ""
    assert len(run("blanks", "--point", number, "3").output.split()) == 3
    assert "blanks 3" in run("points").output
    run("stop", "--point", number, "--why", "搬迁")
    assert run("blanks", "--point", number, "1").return_value == 1


def test_a_day_is_printed_as_one_file_of_the_passes_that_live(point: Point, tmp_path: Path):
    holders = people(4)
    publish({one.pk: "green" for one in holders})
    numbers = [give(point, one).number for one in holders[:3]]
    later = give(point, holders[3], NOW + timedelta(days=1)).number
    lost = replacing.replace(by=official("clerk"), point=point.pk, number=numbers[1], why="lost", now=NOW)
    assert isinstance(lost, Issued)
    area = {"low": 330206001, "high": 330206001, "text": "北仑区新碶街道", "legal_basis": "test", "source": "test"}
    areas.record(by=official("office", "control_office"), level="control_zone", start=NOW - timedelta(days=1), **area)
    file = tmp_path / "day.pdf"
    said = run("print", "--point", str(point.pk), "--day", "2020-02-20", "--by", "clerk", str(file))
    assert "[3/3]" in said.stderr
    pages = texts(file.read_bytes())
    assert [next(one for one in [*numbers, lost.number, later] if one in page) for page in pages] == [
        numbers[0],
        numbers[2],
        lost.number,
    ]
    assert all("北仑区新碶街道" in page for page in pages)
    links = AuditEntry.objects.filter(action="paper.print", by__username="clerk").order_by("number")
    assert [link.subject for link in links] == [f"paper/{number}" for number in (numbers[0], numbers[2], lost.number)]
    job = AuditEntry.objects.get(action="papers.print")
    assert (job.subject, json.loads(job.details)) == (
        f"point/{point.pk}",
        {"day": "2020-02-20", "form": "card", "count": 3},
    )
    looked = Look.objects.filter(where="register").values_list("person_id", flat=True)
    assert sorted(looked) == sorted([holders[0].pk, holders[1].pk, holders[2].pk])
    for form, count in {"a4": 3, "sheet": 1, "thermal58": 3, "thermal80": 3}.items():
        run("print", "--point", str(point.pk), "--day", "2020-02-20", "--form", form, str(file))
        assert len(texts(file.read_bytes())) == count


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"--point": "999999"}, "point-unknown"), ({"--day": "20.2.2020"}, "day-wrong"), ({"--day": "2020-02-19"}, "nothing-to-print"),
        ({"--form": "poster"}, "paper-form"), ({"--by": "other"}, "not-staff"), ({"file": "no/day.pdf"}, "not-a-folder"),
    ],
)  # fmt: skip
def test_a_print_job_that_is_not_right_says_what_to_do_and_leaves_no_file(
    point: Point, tmp_path: Path, changed: dict[str, str], code: str
):
    (well,) = people(1)
    publish({well.pk: "green"})
    give(point, well)
    official("other")
    words = {
        "--point": str(point.pk),
        "--day": "2020-02-20",
        "--form": "card",
        "--by": "clerk",
        "file": "day.pdf",
    } | changed
    file = tmp_path / words.pop("file")
    asked = [part for pair in words.items() for part in pair]
    done = CliRunner().invoke(command, ["print", *asked, str(file)], standalone_mode=False)
    assert isinstance(done.exception, YimatongError)
    assert done.exception.code == code
    assert all(
        (
            done.exception.sentence.of("zh"),
            done.exception.sentence.of("en"),
            done.exception.remedy.of("zh"),
            done.exception.remedy.of("en"),
        )
    )
    assert list(tmp_path.iterdir()) == []
    assert not AuditEntry.objects.filter(action__in=["paper.print", "papers.print"]).exists()


def test_offline_desks_are_offered_listed_and_revoked(point: Point):
    offered = run("desks", "offer", "--point", str(point.pk), "--clerk", "clerk", "--by", "office").stdout
    assert "/desk/app/#enrol=" in offered
    Tablet.enrolled(offered.splitlines()[0].partition("#enrol=")[2])
    assert "平板一号" in run("desks", "list", "--point", str(point.pk)).stdout
    run("desks", "revoke", "--point", str(point.pk), "--all", "--why", "lost", "--by", "office")
    assert run("desks", "list", "--point", str(point.pk)).stdout.startswith("-")
