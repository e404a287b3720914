"""What an offline desk brings home: every entry becomes a pass once, in whatever order batches come and however often they are sent.

Each entry is a transaction of its own, known by its content; the batch is written when all of it is there. Killed in between, it
is sent again, and what was taken is told as `again`. An entry that can't become a pass by itself is kept with its reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from yimatong.core.errors import YimatongError
from yimatong.records import clock, identity
from yimatong.records.actions import audit
from yimatong.records.models import Official, Person
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions import declaring
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.actions import signing
from yimatong.stations.issuing.actions.blanks import AHEAD, serial_of, write_late
from yimatong.stations.issuing.actions.issuing import Form
from yimatong.stations.issuing.actions.leases import Drawn
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import IssuingError, mistake
from yimatong.stations.issuing.models import HeldEntry, Lease, OfflineBatch, Paper, Point
from yimatong.stations.issuing.terms import terms
from yimatong.stations.passes.actions import papers
from yimatong.stations.passes.actions.papers import NotInForce

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OfflineEntry:
    """A pass that an offline desk handed out: to a `person` it knew, or to whoever the `answers` of a declaration are about.

    `issued_at` is city time at the desk. `child_of` is a parent's person number. `strokes` is the signature on the screen.
    """

    number: str
    issued_at: datetime
    person: int | None = None
    answers: Mapping[str, Any] | None = field(default=None, repr=False)
    statement: str = ""
    child_of: int | None = None
    strokes: bytes = field(default=b"", repr=False)

    def content(self) -> str:
        """The entry as text, the same for the same entry."""
        said = {
            "number": self.number, "issued_at": self.issued_at.isoformat(), "person": self.person,
            "answers": dict(self.answers) if self.answers is not None else None, "statement": self.statement,
            "child_of": self.child_of, "strokes": self.strokes.hex(),
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of one desk of a point; its name is the desk's own and never used again."""

    batch: UUID
    point: int
    desk: str
    entries: Sequence[OfflineEntry]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of an entry: taken, again or held, with the reason; `never` where the pass is not good; `doubled` where a second."""

    number: str
    state: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: `entries` = taken + again + held. `before` when the whole batch had been taken already."""

    entries: int
    taken: int
    again: int
    held: int
    lines: tuple[Line, ...] = ()
    before: bool = False


def take_offline(*, by: Official, batch: Batch, now: datetime, at: datetime) -> Taken:
    """Take a batch; `batch-differs` where another content came under its name before. `at` is real time."""
    where = at_desk(by, batch.point)
    contents = [entry.content() for entry in batch.entries]
    digest = sha256("\n".join([str(batch.point), batch.desk, *contents]).encode()).digest()
    if (known := _known(batch.batch, digest)) is not None:
        return known
    lines = tuple(
        _one(by, where, batch, entry, content, now, at) for entry, content in zip(batch.entries, contents, strict=True)
    )
    return _done(by, where, batch, digest, lines)


@transaction.atomic
def settle_held(*, by: Official, held: int, why: str) -> HeldEntry:
    """Say what was done about a held entry: issued anew, cleared up with the desk. It stays readable."""
    entry = HeldEntry.objects.select_for_update().filter(pk=held).first()
    if entry is None:
        raise mistake("held-unknown")
    at_desk(by, entry.point_id)
    if not why.strip():
        raise mistake("reason-missing")
    if entry.settled_at is None:
        entry.settled_at, entry.settled_by, entry.settled_why = clock.now(), by, why.strip()
        entry.save(update_fields=["settled_at", "settled_by", "settled_why"])
        audit.record(by=by, action="entry.settle", subject=f"held-entry/{held}", details={"why": why.strip()})
    return entry


def _one(
    by: Official, point: Point, batch: Batch, entry: OfflineEntry, content: str, now: datetime, at: datetime
) -> Line:
    key = identity.keyed("offline:", content)
    try:
        with transaction.atomic():
            return _taken(by, point, batch, entry, key, now, at)
    except NotInForce:
        # A run was published while we worked: once more, by what it says.
        with transaction.atomic():
            return _taken(by, point, batch, entry, key, now, at)
    except IntegrityError:
        # The same entry by another connection at the same moment, or another pass with its number.
        same = Paper.objects.filter(key=key).exists()
        return Line(entry.number, "again") if same else _held(batch, point, entry, content, key, "number-used")
    except YimatongError as problem:
        return _held(batch, point, entry, content, key, problem.code)


def _taken(
    by: Official, point: Point, batch: Batch, entry: OfflineEntry, key: UUID, now: datetime, at: datetime
) -> Line:
    district, serial = serial_of(entry.number)
    known = Paper.objects.filter(district=district, serial=serial).first()
    if known is not None:
        if known.key == key:
            return Line(entry.number, "again")
        raise mistake("number-used")
    lease = Lease.objects.filter(
        point=point, use=Lease.Use.OFFLINE, desk=batch.desk, district=district, first__lte=serial, last__gte=serial
    ).first()
    if lease is None:
        raise mistake("not-in-stock")
    if not lease.leased_at - AHEAD <= entry.issued_at <= now + AHEAD:
        raise mistake("clock-wrong")
    person = _person(by, entry, at)
    papers.hold(person.pk)
    parent = None if entry.child_of is None else Person.objects.get(pk=entry.child_of)
    document = looking.printed_document(person, parent, terms(), entry.issued_at)
    if isinstance(document, Refused):
        raise as_mistake(document)
    form = Form(by, point, person, document, entry.issued_at, Paper.Mode.OFFLINE, key, batch.batch)
    paper = write_late(form, Drawn(lease.pk, district, serial), now)
    if entry.strokes:
        signing.keep(by, paper, "screen", entry.strokes, entry.issued_at)
    if paper.credential is not None:
        paper.credential.refresh_from_db(fields=["doubled"])
    doubled = paper.credential is not None and paper.credential.doubled
    return Line(paper.number, "taken", paper.never or ("doubled" if doubled else ""))


def _person(by: Official, entry: OfflineEntry, at: datetime) -> Person:
    """Whoever the desk knew, or who declared there; a declaration that is in doubt waits for an official."""
    if entry.person is not None:
        person = Person.objects.filter(pk=entry.person).first()
        if person is None:
            raise IssuingError("person-unknown", zh="没有这个人。", en="there is nobody with this number.")
        return person
    made = declared(by, entry.answers or {}, entry.statement, entry.child_of, entry.issued_at, at)
    if made.person is None:
        raise IssuingError("identity-in-doubt", zh="身份存疑。", en="it is not certain who this is.")
    return Person.objects.get(pk=made.person)


def declared(
    by: Official, answers: Mapping[str, Any], statement: str, parent: int | None, now: datetime, at: datetime
) -> declaring.Declared:
    """What was declared on the road; a child without a document is the parent's from then on, and one person however often."""
    if parent is None:
        return declaring.declare_for(by=by, answers=answers, statement=statement, now=now, at=at)
    return declaring.declare_child_for(by=by, parent=parent, answers=answers, statement=statement, now=now, at=at)


def _held(batch: Batch, point: Point, entry: OfflineEntry, content: str, key: UUID, code: str) -> Line:
    """Keep an entry for an official, once."""
    HeldEntry.objects.get_or_create(
        key=key,
        defaults={
            "point": point, "desk": batch.desk, "number": entry.number[:16], "code": code,
            "entry_sealed": identity.seal(content, "row"),
        },
    )  # fmt: skip
    return Line(entry.number, "held", code)


@transaction.atomic
def _done(by: Official, point: Point, batch: Batch, digest: bytes, lines: tuple[Line, ...]) -> Taken:
    count = Counter(line.state for line in lines)
    counts = {name: count[name] for name in ("taken", "again", "held")}
    row, fresh = OfflineBatch.objects.get_or_create(
        batch=batch.batch,
        defaults={"point": point, "desk": batch.desk, "digest": digest, "entries": len(lines), "by": by, **counts},
    )
    if bytes(row.digest) != digest:
        raise mistake("batch-differs")
    if fresh:
        audit.record(by=by, action="batch.take", subject=f"batch/{batch.batch}", details={"point": point.pk, **counts})
        log.info("batch.taken", point=point.pk, **counts)
    return Taken(len(lines), counts["taken"], counts["again"], counts["held"], lines)


def _known(batch: UUID, digest: bytes) -> Taken | None:
    row = OfflineBatch.objects.filter(pk=batch).first()
    if row is None:
        return None
    if bytes(row.digest) != digest:
        raise mistake("batch-differs")
    return Taken(row.entries, row.taken, row.again, row.held, before=True)


def as_mistake(no: Refused) -> IssuingError:
    """A refusal as the mistake that holds an entry."""
    return IssuingError(no.code, zh=no.zh, en=no.en, remedy_zh=no.remedy_zh, remedy_en=no.remedy_en)
