"""What `yimatong run` does before it serves: tables, demo city, first judgement. Each step is done once and can be cut short."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from yimatong.edges.cli.starting import language, say

STARTING = 0x594D54
"""The advisory lock that lets one start at a time do these steps."""


def prepare(people: int, seed: int) -> None:
    """Bring the tables up to date, make the demo city when nobody is recorded, judge when nothing was judged, show the counts."""
    from django.db import connections

    with one_start_at_a_time():
        migrate()
        if not people_are_recorded():
            make_city(people, seed)
        if not a_judgement_is_in_force():
            judge()
    show_counts()
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
def step(zh: str, en: str) -> Iterator[None]:
    """Say what is being done before it is done, and how long it took."""
    started = time.monotonic()
    say(f"· {zh}", f"· {en}")
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(f"  用时 {seconds:.1f} 秒", f"  took {seconds:.1f} s")


def migrate() -> None:
    from django.core.management import call_command

    from yimatong.site.health import MIGRATIONS, problems

    if MIGRATIONS in problems():
        with step("建立和更新数据库表", "making and updating the tables of the database"):
            call_command("migrate", database="owner", verbosity=0, interactive=False)


def people_are_recorded() -> bool:
    """Say whether anybody is in the records; a city is made into empty records only."""
    from yimatong.records.models import Person

    return Person.objects.exists()


def make_city(people: int, seed: int) -> None:
    from yimatong.edges.cli.city import build_demo
    from yimatong.edges.cli.progress import shown

    with (
        step(f"生成演示城市（{people} 人）", f"making the demo city ({people} people)"),
        shown() as progress,
    ):
        build_demo(people=people, seed=seed, progress=progress)


def a_judgement_is_in_force() -> bool:
    from yimatong.stations.judgements.queries import overview

    return overview().run is not None


def judge() -> None:
    """Run the main job once, over everybody, as of the last minute of the demo city."""
    raise NotImplementedError


def show_counts() -> None:
    """Print how many people have which colour, read from the verdicts in force: the proof that the main job ran."""
    from yimatong.stations.judgements.queries import overview

    seen = overview()
    names = {"red": ("红", "red"), "yellow": ("黄", "yellow"), "green": ("绿", "green"), "unknown": ("未判", "unknown")}
    column = 0 if language() == "zh" else 1
    for colour, count in seen.counts.items():
        click.echo(f"  {names[str(colour)][column]:<8}{count:>12,}")
