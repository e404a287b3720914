"""What `yimatong run` does before it serves: tables, demo city, first judgement. Each step is done once and can be cut short."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import click

from yimatong.core.text import Text, message as _
from yimatong.edges.cli.starting import language, say
from yimatong.records import calendar, clock
from yimatong.site.demo import DemoCity, make_accounts, read_accounts, read_city, wake, write_city

STARTING = 0x594D54
"""The advisory lock that lets one start at a time do these steps."""
DAYS, LARGEST_WITH_DAYS = 7, 200_000


def prepare(people: int, seed: int) -> None:
    """Bring the tables up to date, make the demo city when nobody is recorded, judge when nothing was judged, show the counts."""
    from django.db import connections

    with one_start_at_a_time():
        migrate()
        put_policy_into_force()
        make_city(people, seed)
        judge()
        go_on_living()
        begin_telling()
        open_points()
        open_checkpoints()
        judge_what_fell_due()
    show_counts()
    show_accounts()
    # The server processes that come next open connections of their own.
    connections.close_all()


@contextmanager
def one_start_at_a_time() -> Iterator[None]:
    """Hold an advisory lock, so that a second `yimatong run` on the same database waits and then finds everything done."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [STARTING])
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [STARTING])


@contextmanager
def step(what: Text) -> Iterator[None]:
    """Say what is being done before it is done, and how long it took."""
    started = time.monotonic()
    say(_("· {step}", step=what))
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(_("  took {seconds:.1f} s", seconds=seconds))


def migrate() -> None:
    from django.core.management import call_command

    from yimatong.site.health import MIGRATIONS, obstacles

    if MIGRATIONS in obstacles():
        with step(_("making and updating the tables of the database")):
            call_command("migrate", database="owner", verbosity=0, interactive=False)


def put_policy_into_force() -> None:
    """Put the pack that the settings name into force where none is: once, and only where its check finds nothing.

    Later its files are said where they differ, and not obeyed. PolicyError with everything that is wrong; `policy-zone-differs`, at every
    start, where it counts its days in another zone than this installation.
    """
    from yimatong.records import policies
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements.enforcing import How, enforce

    newest, folder = policies.newest(), policies.folder_set()
    if newest is None:
        with step(_("checking the policy {folder} and putting it into force", folder=folder.name)):
            enforce(by=the_system(), folder=folder, how=How.START)
        return
    policies.refuse_other_zone()
    if newest.number == 1 and newest.how == How.UPGRADE:
        say(
            _(
                "the policy that judged before the upgrade goes on ({pack_id}); it is on record since {at:%Y-%m-%d}.",
                pack_id=newest.pack_id[:12],
                at=newest.at,
            ),
        )
    if found := policies.on_disk():
        say(
            _(
                "the files in {folder} differ from the policy in force ({in_force}) and are not obeyed; to put "
                "them into force: yimatong policy enforce FOLDER --by USERNAME",
                folder=found.folder,
                in_force=found.in_force[:12],
            ),
        )


def make_city(people: int, seed: int) -> None:
    """Make the demo city and its officials, unless it is made or the records have people of their own.

    A start that was cut short is gone on with: the same size and seed give the same deliveries, and none is taken in twice.
    """
    from django.conf import settings

    from yimatong.edges.cli.city import build_demo
    from yimatong.edges.cli.progress import shown

    city = read_city(settings.YIMATONG_HOME) or DemoCity(people, seed, None)
    if city.as_of or (people_are_recorded() and read_city(settings.YIMATONG_HOME) is None):
        return
    write_city(settings.YIMATONG_HOME, city)
    with step(_("making the demo city ({people} people)", people=city.people)), shown() as progress:
        built = build_demo(people=city.people, seed=city.seed, progress=progress)
        make_accounts(settings.YIMATONG_HOME)
    write_city(settings.YIMATONG_HOME, DemoCity(city.people, city.seed, built.as_of))


def people_are_recorded() -> bool:
    from yimatong.records.models import Person

    return Person.objects.exists()


def judge() -> None:
    """Judge the demo city as of each of its last days, the oldest first, so that there is a yesterday to compare with.

    Days before the policy are left out, and days before the last in a city of more than 200,000. A start that was cut
    short goes on after the last day in force. Records of your own are judged by your own command.
    """
    from django.conf import settings

    from yimatong.edges.cli.progress import shown
    from yimatong.records import policies
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements.actions import run_full
    from yimatong.stations.judgements.queries import overview

    city, latest = read_city(settings.YIMATONG_HOME), overview().run
    if city is None or city.as_of is None:
        return
    for moment in days_to_judge(city, policies.in_force().first):
        if latest is None or latest.as_of < moment:
            with (
                step(_("judging everybody as of {moment:%Y-%m-%d}", moment=moment)),
                shown() as progress,
            ):
                run_full(by=the_system(), as_of=moment, progress=progress)


def go_on_living() -> None:
    """Let the demo city's time go on where its last judgement left it; a city of your own lives in real time."""
    from django.conf import settings

    from yimatong.stations.judgements.queries import overview

    latest = overview().run
    if read_city(settings.YIMATONG_HOME) is None or latest is None:
        return
    settings.YIMATONG_DAYS_BACK = wake(settings.YIMATONG_HOME, latest.as_of, datetime.now(UTC))
    say(
        _("time in the demo city: {now:%Y-%m-%d %H:%M}", now=calendar.local(clock.now())),
    )


def begin_telling() -> None:
    """Tell nobody of the demo city's invented past, and order three people home as of now; once, before anybody was told anything."""
    from django.conf import settings

    from yimatong.site.demo_outreach import begin_demo_telling

    if read_city(settings.YIMATONG_HOME) is not None and begin_demo_telling(now=clock.now()):
        say(_("· three people are ordered home, to be told at the door"))


def judge_what_fell_due() -> None:
    """Judge what the demo city waits for as of now, so that no page shows a colour that is over; a large one is left to its worker."""
    from django.conf import settings

    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements.actions import catch_up

    city = read_city(settings.YIMATONG_HOME)
    if city is not None and city.people <= LARGEST_WITH_DAYS:
        catch_up(by=the_system())


def open_points() -> None:
    """Open the demo's three issuing points, with its clerk at their desks; once, and only in a demo city."""
    from django.conf import settings

    from yimatong.records.models import Official
    from yimatong.site.demo_points import open_demo_points
    from yimatong.stations.issuing.models import Point

    clerk = Official.objects.filter(username="clerk").first()
    if read_city(settings.YIMATONG_HOME) is None or clerk is None or Point.objects.exists():
        return
    with step(_("opening issuing points")):
        open_demo_points(clerk, Official.objects.filter(username="company").first())


def open_checkpoints() -> None:
    """Open the demo's three checkpoints; once, and only in a demo city."""
    from django.conf import settings

    from yimatong.site.demo_checkpoints import open_demo_checkpoints

    if read_city(settings.YIMATONG_HOME) is not None and open_demo_checkpoints():
        say(_("· opening checkpoints"))


def days_to_judge(city: DemoCity, first: date) -> list[datetime]:
    """Return the instants that the demo city is judged at: its end, and the same time on the days before it."""
    assert city.as_of is not None
    days = DAYS if city.people <= LARGEST_WITH_DAYS else 1
    moments = [city.as_of - timedelta(days=ago) for ago in reversed(range(days))]
    return [moment for moment in moments if calendar.day(moment) >= first]


def show_counts() -> None:
    """Print how many people have which colour, read from the verdicts in force: the proof that the main job ran."""
    from yimatong.stations.judgements.queries import overview

    seen = overview()
    names = {"red": _("red"), "yellow": _("yellow"), "green": _("green"), "unknown": _("unknown")}
    for colour, count in seen.counts.items():
        click.echo(f"  {names[str(colour)].of(language()):<8}{count:>12,}")


def show_accounts() -> None:
    """Print the demo's accounts, when this is the demo."""
    from django.conf import settings

    accounts = read_accounts(settings.YIMATONG_HOME)
    if accounts:
        say(_("demo accounts:"), err=False)
    for account in accounts:
        title = account.title.of(language())
        click.echo(f"  {account.username:<10}{account.password:<16}{title}")
