"""What a publication put in force, sealed with a key that does not lie in the database.

The seal of a run is HMAC-SHA256 over the run as it was published, the number and the SHA-256 of its rows in each sealed table, the counts
in force, and the seal of the run published before. So whoever edits rows, runs or seals by hand, or leaves a run out, is found by whoever
has the key (reconciling.py). The last seal also lies in a file: who takes away the newest runs with their seals is found by that.

The rows of a table are hashed as they are copied in: CSV without a header, ordered by ORDER; read back by COPY they are the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from yimatong.core.engine.plan.tables import MADE
from yimatong.core.macs import mac
from yimatong.records import calendar
from yimatong.stations.judgements.copying import NULL, Copied
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Run, RunSeal

COLUMNS = {
    "verdicts": ("person_id", "run_id", *tuple(MADE["verdicts"])[1:]),
    "verdict_reasons": ("person", "run_id", *tuple(MADE["reasons"])[1:]),
}
"""The tables whose rows are sealed by the run that brought them, with their columns as they are copied."""
ORDER = {"verdicts": "person_id", "verdict_reasons": 'person, rule COLLATE "C"'}
COUNTS = {
    "current_counts": "SELECT district, colour, rule, people FROM current_counts",
    "day_counts": "SELECT colour, rule, people FROM day_counts WHERE day = %(day)s",
}
"""The counts that are sealed as they are after a publication: those in force, and those of the day."""
HEAD = "sealed.json"
AT_ONCE = 500
"""Seals that are read together with their runs."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal as it was read: the run it names, what it says, and whether this city's key made it of the run as it stands.

    `stands` is the SHA-256 of the seal and of the one that the run would have now.
    """

    run: int
    tables: dict[str, Copied]
    previous: str
    mac: str
    is_good: bool
    stands: str


class Head(NamedTuple):
    """The last seal that a home has seen: its run, itself, and of which database (city_of)."""

    run: int
    mac: str
    city: str


def seal(cursor: Any, run: Run, copied: dict[str, Copied]) -> str:
    """Seal a run inside the transaction that publishes it; returns the seal."""
    run.refresh_from_db(using=JUDGE)
    cursor.execute("SELECT mac FROM run_seals ORDER BY run_id DESC LIMIT 1")
    previous = (cursor.fetchone() or ("",))[0]
    tables = {table: asdict(copied[table]) for table in COLUMNS} | counts(cursor, run.as_of)
    made = _mac(run, tables, previous)
    RunSeal.objects.using(JUDGE).create(run=run, tables=tables, previous=previous, mac=made)
    return made


def counts(cursor: Any, moment: datetime) -> dict[str, dict[str, Any]]:
    """The number and the SHA-256 of the counts in force, and of those of an instant's day, as they stand."""
    found = {}
    for table, select in COUNTS.items():
        cursor.execute(select, {"day": calendar.day(moment)})
        rows = sorted(cursor.fetchall())
        found[table] = {"rows": len(rows), "sha256": hashlib.sha256(json.dumps(rows).encode()).hexdigest()}
    return found


def seals(after: int = 0, upto: int | None = None) -> Iterator[Seal]:
    """The seals of the runs in (after, upto], in their order, each checked; also of a run that is there no more."""
    while True:
        found = RunSeal.objects.using(JUDGE).filter(run_id__gt=after).order_by("run_id")
        few = list((found if upto is None else found.filter(run_id__lte=upto))[:AT_ONCE])
        runs = Run.objects.using(JUDGE).in_bulk([one.run_id for one in few])
        for one in few:
            run = runs.get(one.run_id)
            now = _mac(run, one.tables, one.previous) if run and run.state == Run.State.PUBLISHED else ""
            stands = hashlib.sha256(f"{now} {one.mac}".encode()).hexdigest()
            yield Seal(one.run_id, _read(one.tables), one.previous, one.mac, now == one.mac, stands)
        if len(few) < AT_ONCE:
            break
        after = few[-1].run_id


def digest_of(cursor: Any, table: str, run: int) -> Copied:
    """The rows of a run as they stand, in the order and form in which they were copied in."""
    return next(iter(digests(cursor, table, run - 1, run).values()), NOTHING)


def digests(cursor: Any, table: str, after: int, upto: int | None) -> dict[int, Copied]:
    """By run the rows of those in (after, upto] as they stand."""
    listed, order = ", ".join(f'"{column}"' for column in COLUMNS[table]), ORDER[table]
    where = f"run_id > {after}" + ("" if upto is None else f" AND run_id <= {upto}")
    select = f"SELECT run_id, {listed} FROM {table} WHERE {where} ORDER BY run_id, {order}"
    found: dict[int, Copied] = {}
    with cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv, NULL '{NULL}')") as copy:
        last, rows, hashed = b"", 0, hashlib.sha256()
        for line in _lines(copy):
            number, _comma, row = line.partition(b",")
            if number != last:
                if last:
                    found[int(last)] = Copied(rows, hashed.hexdigest())
                last, rows, hashed = number, 0, hashlib.sha256()
            rows += 1
            hashed.update(row)
        if last:
            found[int(last)] = Copied(rows, hashed.hexdigest())
    return found


def sealed(words: Iterable[object]) -> str:
    """HMAC-SHA256 under the audit key over a few words, in hexadecimal digits."""
    return mac(_key(), json.dumps(list(words), separators=(",", ":")).encode()).hex()


def note_head(run: Run, made: str, city: str) -> None:
    """Write down outside the database which seal is the last; `city` tells this database from one that was made anew."""
    file = _head()
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"run": run.number, "mac": made, "city": city}) + "\n")
    fresh.replace(file)


def head() -> Head | None:
    """The last seal that this home has seen; None where there is none."""
    try:
        noted = json.loads(_head().read_bytes())
        return Head(int(noted["run"]), str(noted["mac"]), str(noted["city"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def city_of(cursor: Any) -> str:
    """What tells this database from one that was made anew: when its tables were."""
    cursor.execute("SELECT appointed_at FROM officials WHERE username = 'system'")
    moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC).isoformat()


NOTHING = Copied(0, hashlib.sha256().hexdigest())


def _lines(copy: Any) -> Iterator[bytes]:
    """What COPY sends, line by line."""
    rest = b""
    for data in copy:
        piece = bytes(data)
        if not rest and piece.endswith(b"\n") and piece.count(b"\n") == 1:
            yield piece
            continue
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line + b"\n" for line in whole)


def _read(tables: Any) -> dict[str, Copied]:
    """What a seal says of each table; nothing where somebody made it unreadable."""
    try:
        return {name: Copied(int(said["rows"]), str(said["sha256"])) for name, said in tables.items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def _mac(run: Run, tables: Any, previous: str) -> str:
    def instant(moment: datetime | None) -> str | None:
        return moment.astimezone(UTC).isoformat() if moment else None

    said = {
        "run": run.number,
        "kind": run.kind,
        "policy": run.policy_id,
        "as_of": instant(run.as_of),
        "known_at": instant(run.known_at),
        "next_change": instant(run.next_change),
        "engine": run.engine,
        "versions": run.versions,
        "inputs": run.inputs,
        "lake": run.lake,
        "outputs": run.outputs,
        "follows": run.follows_id,
        "people": run.people,
        "touched": run.touched,
        "changed": run.changed,
        "counts": run.counts,
        "shifts": run.shifts,
        "by": run.by_id,
        "tables": tables,
        "previous": previous,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return sealed(["run", text])


def _key() -> bytes:
    return str(settings.YIMATONG_AUDIT_KEY).encode()


def _head() -> Path:
    return Path(settings.YIMATONG_HOME) / "runs" / HEAD
