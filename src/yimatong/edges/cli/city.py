"""`yimatong city`: a synthetic Ningbo as a folder, and the demo city of a home folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from yimatong.city.build import STEPS, build, manifest_of
from yimatong.city.curve import Count, real_counts
from yimatong.city.manifest import read as read_manifest
from yimatong.city.model import Days
from yimatong.core.engine.outcome import Progress
from yimatong.core.errors import YimatongError
from yimatong.core.policy.load import load
from yimatong.core.text import message as _, message_in
from yimatong.core.time import minute_down
from yimatong.edges.cli.paths import NewFolder
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.starting import language, say

AS_OF = "2020-02-20T08:00+08:00"
DAYS = 14
SEED = 20200215
PEOPLE = 20_000
COUNTS = Path("shared/data/epidemic-2020/city-daily-counts.csv")
"""Where the real daily counts lie, beside the folder that the policies' checkout is in; a made curve where they do not."""

TITLES = {
    "found": _("the map and its people"),
    "story": _("epidemic and journeys"),
    "people": message_in("records", "people"),
    "facts": _("facts"),
    "homes": _("homes"),
    "places": _("places"),
    "persons": _("names and documents"),
    "stays": _("stays"),
    "gazetteer": _("recording the places"),
    "record": _("recording the people"),
    "record_facts": _("recording the facts"),
}
LOADING = ("gazetteer", "record", "record_facts")
EVERY = 0.5
"""Seconds between two lines of progress of the same step."""


@click.group("city", help="A synthetic city: nobody in it exists.")
def command() -> None:
    """Group of the city's commands."""


@command.command("build", help="Build a city as a folder that `yimatong judge` runs on.")
@click.option("--people", type=int, default=PEOPLE, show_default=True, help="From 500 to 10,000,000.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="The same seed makes the same city.")
@click.option("--out", type=NewFolder(), required=True, help="Folder; replaced.")
@click.option("--days", type=int, default=DAYS, show_default=True, help="Days of stays, from 10 to 28.")
@click.option("--as-of", default=AS_OF, show_default=True, help="Instant with its offset; stays end the day before.")
@click.option("--policy", type=click.Path(path_type=Path, file_okay=False), help="Policy whose rules people meet.")
@click.option("--counts", type=click.Path(path_type=Path, dir_okay=False), help="Daily counts to follow, as CSV.")
def build_command(
    people: int, seed: int, out: Path, days: int, as_of: str, policy: Path | None, counts: Path | None
) -> None:
    """Build and say what was built."""
    folder = policy or default_policy()
    rules = load(folder)
    told = Days(rules.zone, minute_down(_instant(as_of)), days)
    began = time.monotonic()
    with shown() as progress:
        meter = Meter(progress, STEPS)
        built = build(
            out, people=people, seed=seed, days=told, policy=rules, counts=_counts(folder, counts), progress=meter
        )
    seconds = time.monotonic() - began
    rows = "  ".join(f"{name} {count:,}" for name, count in built.rows.items())
    size = sum(path.stat().st_size for path in out.rglob("*.parquet"))
    say(
        _(
            "built {out}: {rows}; {size:,.1f} MB in {seconds:.1f} s",
            out=out,
            rows=rows,
            size=size / 1000000.0,
            seconds=seconds,
        ),
    )


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo city of a home folder: its folder, and the instant at which it ends and is judged."""

    folder: Path
    people: int
    as_of: datetime


def build_demo(*, people: int, seed: int, progress: Progress) -> Demo:
    """Build the demo city under YIMATONG_HOME/city, record it in the database, and put its stays into the lake.

    What is done already is not done again, and what was cut short is gone on with. A home folder that holds another
    city, or people of its own, is left as it is: `city-there-already`.
    """
    from django.conf import settings

    from yimatong.edges.cli.city_records import record_city, refuse_other_people
    from yimatong.records import policies

    home = Path(settings.YIMATONG_HOME)
    folder, rules = home / "city", policies.in_force()
    as_of = _instant(AS_OF)
    days, counts = Days(rules.zone, minute_down(as_of), DAYS), _counts(policies.folder_set(), None)
    meter = Meter(progress, (*STEPS, *LOADING))
    if read_manifest(folder) != manifest_of(people, seed, days, rules, counts):
        refuse_other_people()
        build(folder, people=people, seed=seed, days=days, policy=rules, counts=counts, progress=meter)
    record_city(folder, home / "lake", meter)
    return Demo(folder, people, as_of)


def default_policy() -> Path:
    """The policy pack that the settings name, for a command that starts no database."""
    folder = Path(os.environ.get("YIMATONG_POLICIES") or "policies")
    return folder / (os.environ.get("YIMATONG_POLICY") or "cn-zj-ningbo")


class Meter:
    """Turns a build's progress (step, done, total) into numbered steps with rates, twice a second at the most."""

    def __init__(self, show: Progress, steps: tuple[str, ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._show, self._steps, self._clock = show, steps, clock
        self._step, self._began, self._shown = "", 0.0, 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show the step where it is new or half a second has passed."""
        now = self._clock()
        if step != self._step:
            self._step, self._began = step, now
        elif now - self._shown < EVERY:
            return
        self._shown = now
        self._show(self._text(done, total, now - self._began), self._steps.index(step) + 1, len(self._steps))

    def _text(self, done: int, total: int, seconds: float) -> str:
        title = TITLES[self._step].of(language())
        if not done or not seconds:
            return title
        return f"{title} {done:,}/{total:,} ({done / seconds:,.0f}/s)"


def _counts(policy: Path, asked: Path | None) -> tuple[Count, ...] | None:
    """The daily counts asked for; else the real ones, where they lie beside the checkout."""
    if asked is not None:
        return real_counts(asked)
    beside = policy.absolute().parent.parent.parent / COUNTS
    return real_counts(beside) if beside.is_file() else None


def _instant(text: str) -> datetime:
    """An instant with its offset; YimatongError when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise YimatongError(
            "instant-wrong",
            _("the instant is no ISO 8601 with an offset"),
            place="--as-of",
            remedy=_("write it like 2020-02-20T08:00+08:00"),
        )
    return moment.astimezone(UTC)
