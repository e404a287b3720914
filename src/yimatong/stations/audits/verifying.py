"""Everything that stands is verified, one check after another: the audit chain, its authors, what was recorded, looks, who people are,
verdicts, codes, policies, and runs judged again that nobody could foresee.

What a check finds is named by number, never by name, and recorded as a discrepancy. A verification is kept, signed by the audit key.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import SystemRandom

import structlog
from django.db import connections, transaction

from yimatong.core.errors import YimatongError
from yimatong.core.text import Text, given, in_all, message as _, message_in, same
from yimatong.records import clock
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Person
from yimatong.stations.audits import authors, chain, looks, marks, policies
from yimatong.stations.audits.models import Verification
from yimatong.stations.judgements import discrepancies, judged, reconciling, recorded, replaying, unfit
from yimatong.stations.judgements.discrepancies import LASTING, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE, folder_of
from yimatong.stations.judgements.models import Discrepancy, Run
from yimatong.stations.judgements.sealing import sealed
from yimatong.stations.passes import reconciling as of_passes

NAMED = 100
"""So many of what a check found are kept with the verification; all of them are discrepancies."""
log = structlog.get_logger(__name__)
Progress = Callable[[str, int, int], None]
NO_RUNS = message_in("runs", "none")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw: how many things, what of them is not as it should be, and what a reader has to know beside."""

    looked: int
    found: list[Found]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, what it is called, and what does it, given how many runs are to be judged again."""

    name: str
    title: Text
    look: Callable[[int], Seen]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check, as it is kept."""

    name: str
    title: Text
    looked: int
    seconds: float
    found: int
    named: tuple[str, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of a verification."""

    number: int
    began_at: datetime
    ended_at: datetime
    checks: tuple[Checked, ...]

    @property
    def found(self) -> int:
        """How much is not as it should be."""
        return sum(one.found for one in self.checks)


def verify(*, sample: int = 1, progress: Progress | None = None) -> Verified:
    """Run every check and keep what they saw; `sample` runs are drawn and judged again."""
    began, checked = datetime.now(UTC), []
    for number, check in enumerate(CHECKS, start=1):
        if progress:
            progress(check.name, number, len(CHECKS))
        started = time.perf_counter()
        seen = check.look(sample)
        seconds = round(time.perf_counter() - started, 3)
        found = list(dict.fromkeys(seen.found))
        named = tuple(told(one) for one in found[:NAMED])
        checked.append(Checked(check.name, check.title, seen.looked, seconds, len(found), named, seen.note))
    return _keep(began, tuple(checked))


def told(one: Found) -> str:
    """What was found, in one line: where, how, under which number."""
    row = f" {one.row}" if one.row is not None else ""
    run = f" run {one.run}" if one.run else ""
    return f"{one.table}{row} {one.kind}{run}" + (f" person {one.person}" if one.person is not None else "")


def read(line: str) -> Found:
    """What a line of told() says; the digest stands in none."""
    table, *words = line.split()
    row = int(words.pop(0)) if words[0].isdigit() else None
    kind, of = words[0], dict(zip(words[1::2], words[2::2], strict=True))
    run, person = (int(of[name]) if name in of else None for name in ("run", "person"))
    return Found(kind, table, run, person, row=row)


def last(using: str = JUDGE) -> Verified | None:
    """The last verification that was kept; a row that the audit key did not sign counts for nothing."""
    return next(iter(lately(1, using)), None)


def lately(many: int, using: str = JUDGE) -> list[Verified]:
    """The last verifications, the newest first."""
    rows = Verification.objects.using(using).order_by("-number")[: many + 10]
    return [_read(row) for row in rows if row.mac == _mac(row)][:many]


def _chain(_sample: int) -> Seen:
    chain.record(chain.seal(everything=True))
    looked, found = chain.look_at_everything()
    return Seen(looked, _ours(found))


def _authors(_sample: int) -> Seen:
    looked, found = authors.compare()
    return Seen(looked, _ours(found))


def _records(_sample: int) -> Seen:
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        marks.prepare(cursor)
        seen = marks.compare(cursor)
        # What came meanwhile is sealed in the next minute; only rows that nothing has marked are amiss.
        found = [*seen.found, *marks.unmarked(cursor)]
    # A row that was recorded without an entry was told when it was sealed, and stands until it is accepted.
    found += [as_found(one) for one in discrepancies.open_ones(tables=marks.KEYS) if chain.is_ours(one)]
    note = None
    if seen.trusted:
        note = _(
            "{trusted} of them were there before there were seals, and are sealed as they stood then.",
            trusted=seen.trusted,
        )
    return Seen(seen.rows, _ours(found), note)


def _looks(_sample: int) -> Seen:
    with transaction.atomic(using=JUDGE), connections[JUDGE].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        marks.prepare(cursor)
        seen = looks.compare(cursor)
        found = [*seen.found, *looks.put_in(cursor)]
    note = None
    if seen.trusted:
        note = _(
            "{trusted} of them were sealed more than an hour after they were made (before there were seals, or "
            "the worker was off), as they stood then.",
            trusted=seen.trusted,
        )
    return Seen(seen.rows, _ours(found), note)


def _judged_records(_sample: int) -> Seen:
    recorded.Looker().look(everything=True)
    standing = [
        one for one in discrepancies.open_ones(tables=(*judged.TABLES, "standstills")) if not chain.is_ours(one)
    ]
    with connections[JUDGE].cursor() as cursor:
        cursor.execute("SELECT " + " + ".join(f"(SELECT count(*) FROM engine_{table})" for table in judged.TABLES))
        looked = int(cursor.fetchone()[0])
    return Seen(looked, [as_found(one) for one in standing])


def _identities(_sample: int) -> Seen:
    unfit.Looker().look(everything=True)
    found = [as_found(one) for one in discrepancies.open_ones(tables=(unfit.TABLE,))]
    return Seen(Person.objects.count(), found)


def _verdicts(_sample: int) -> Seen:
    report = reconciling.Looker().look(everything=True)
    over = discrepancies.settled(reconciling.OURS)
    return Seen(report.people, [one for one in report.found if one.kind not in LASTING or one not in over])


def _codes(_sample: int) -> Seen:
    seen = of_passes.Looker().look(now=clock.now(), everything=True)
    note = None
    if seen.waits:
        note = _("codes have yet to follow the last run; they were not compared.")
    return Seen(of_passes.live(), list(seen.found), note)


def _policies(_sample: int) -> Seen:
    looked, found = policies.compare()
    return Seen(looked, _ours([*found, *policies.not_in_force_so(files=True)]))


def _replays(sample: int) -> Seen:
    """Runs whose files are kept, drawn so that nobody could know which."""
    kept = Run.objects.using(JUDGE).filter(state__in=replaying.REPLAYABLE).exclude(kind=Run.Kind.REPLAY)
    numbers = [
        number for number in kept.order_by("number").values_list("number", flat=True) if folder_of(number).exists()
    ]
    SystemRandom().shuffle(numbers)
    looked, found, runs = 0, list[Found](), list[int]()
    for number in numbers:
        if looked == sample:
            break
        wrong = _replayed(number)
        if wrong is None:
            continue
        looked += 1
        runs.append(number)
        found += wrong
    drawn = ", ".join(map(str, sorted(runs)))
    return Seen(looked, found, _("runs drawn: {drawn}", drawn=drawn or NO_RUNS))


def _replayed(number: int) -> list[Found] | None:
    """What differs of a run that is judged again; None where its files are kept no more."""
    try:
        again = replaying.replay(by=the_system(), run=number)
    except YimatongError as wrong:
        if wrong.code == "snapshot-gone":
            return None
        return [Found(Kind.FILES.value, "runs", number, None, digest([wrong.code, number]))]
    differing = [one.table for one in again.tables if not one.same]
    over = discrepancies.settled(reconciling.OURS)
    standing = [one for one in again.standing if one not in over]
    # Other programs may judge otherwise: that is no edit, and `runs replay` says which.
    if differing and (not again.programs or any(one.edited for one in again.tables)):
        standing.append(Found(Kind.FILES.value, "runs", number, None, digest(["replay", number, differing])))
    return standing


CHECKS: tuple[Check, ...] = (
    Check("chain", _("the audit chain and its seals"), _chain),
    Check("authors", _("whose the entries are"), _authors),
    Check("records", _("facts, homes, stays and areas as recorded"), _records),
    Check("looks", _("the register of looks"), _looks),
    Check("judged-records", _("what is recorded is what was judged"), _judged_records),
    Check("identities", _("identities"), _identities),
    Check("verdicts", _("verdicts, reasons, counts and runs"), _verdicts),
    Check("credentials", _("codes and papers"), _codes),
    Check("policies", _("kept policies, and which was in force"), _policies),
    Check("replays", _("runs drawn and judged again"), _replays),
)
"""Everything that is verified, in this order."""


def _ours(found: list[Found]) -> list[Found]:
    """Record what this station found; what an official accepted is left out."""
    chain.record(found)
    over = discrepancies.settled(chain.TABLES)
    return [one for one in found if one not in over]


def as_found(one: Discrepancy) -> Found:
    """What was found, of its record."""
    return Found(one.kind, one.table, one.run, one.person, one.stands, one.row)


def _keep(began: datetime, checks: tuple[Checked, ...]) -> Verified:
    kept = [
        {
            "name": one.name, "looked": one.looked, "seconds": one.seconds, "found": one.found, "named": list(one.named),
            "note": in_all(one.note) if one.note else None,
        }
        for one in checks
    ]  # fmt: skip
    row = Verification(began_at=began, ended_at=datetime.now(UTC), checks=kept, found=sum(one.found for one in checks))
    row.mac = _mac(row)
    row.save(using=JUDGE, force_insert=True)
    if row.found:
        log.error("audit.verified", found=row.found, checks=[one.name for one in checks if one.found])
    else:
        log.info("audit.verified", found=0)
    return Verified(row.number, began, row.ended_at, checks)


def _read(row: Verification) -> Verified:
    titles = {check.name: check.title for check in CHECKS}
    return Verified(
        row.number,
        row.began_at,
        row.ended_at,
        tuple(
            Checked(
                one["name"], titles.get(one["name"], same(one["name"])), one["looked"], one["seconds"],
                one["found"], tuple(one["named"]), _note(one["note"]),
            )
            for one in row.checks
        ),
    )  # fmt: skip


def _mac(row: Verification) -> str:
    instants = [moment.astimezone(UTC).isoformat() for moment in (row.began_at, row.ended_at)]
    # The database gives the names of an object back in another order.
    checks = json.dumps(row.checks, sort_keys=True, separators=(",", ":"))
    return sealed(["verification", *instants, checks, row.found])


def _note(kept: dict[str, str] | list[str] | None) -> Text | None:
    """A note as it was kept: by language, or as former versions kept it, Chinese and then English."""
    words = dict(zip(("zh", "en"), kept, strict=True)) if isinstance(kept, list) else kept
    return given(words) if words else None
