"""What an offline desk brings home, record by record: each counts once, in any order, however often it is sent.

A record and what it did are one transaction, kept with its device and number. Nothing is dropped: what cannot be entered by itself
is held for an official, and the clerk is told why and what to do. Of a desk that was revoked everything is held. A fault of the
server's own over a record holds that one too, and not the queue behind it.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, assert_never
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, transaction
from pydantic import ValidationError

from yimatong.core.credential import Unsealable
from yimatong.core.errors import YimatongError
from yimatong.core.name_matching import SPOKEN_ALIKE, Likeness, compare
from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.models import Person
from yimatong.records.queries import person_by_document
from yimatong.records.refusals import Refused
from yimatong.stations.issuing.actions import blanks, offline, signing
from yimatong.stations.issuing.desk_wire import (
    ONE,
    AnyRecord,
    Blank,
    Declared,
    Document,
    Issued,
    Looked,
    Sent,
    Visit,
    Whom,
)
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import DeskDevice, DeskRecord, HeldEntry, Paper, RouteLine
from yimatong.stations.issuing.sentences import said_of
from yimatong.stations.passes import sealing
from yimatong.stations.passes.actions.papers import NotInForce

log = structlog.get_logger(__name__)
State = DeskRecord.State
WHERE = "desk-offline"


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a record: `taken`, `again`, `held` or `refused`, with a code where there is something to know."""

    n: int
    state: str
    code: str = ""

    def told(self) -> dict[str, Any]:
        """The answer, with what the code means and what to do, by language."""
        words = said_of(self.code) if self.code else {"sentence": {}, "remedy": {}}
        return {"n": self.n, "state": self.state, "code": self.code, **words}


def bring(*, device: DeskDevice, records: Sequence[Sent], now: datetime, at: datetime) -> list[Said]:
    """Take the records of a sync, in their order. `at` is real time."""
    return [_once(device, record, now, at) for record in sorted(records, key=lambda one: one.n)]


def _once(device: DeskDevice, sent: Sent, now: datetime, at: datetime) -> Said:
    with transaction.atomic():
        # One sync of a desk at a time: a connection that died may still be at work.
        DeskDevice.objects.select_for_update(of=("self",)).get(pk=device.pk)
        known = DeskRecord.objects.filter(device=device, n=sent.n).first()
        try:
            text = sealing.opened(
                device=device.id, sealed=urlsafe_b64decode(sent.sealed + "=" * (-len(sent.sealed) % 4))
            )
        except (Unsealable, ValueError):
            return Said(sent.n, State.REFUSED, "sealed-wrong")
        digest = sha256(text).digest()
        if known is not None:
            same = bytes(known.digest) == digest
            return Said(sent.n, known.state, known.code) if same else Said(sent.n, State.REFUSED, "batch-differs")
        kind, state, code, moment = _entered(device, text, now, at)
        DeskRecord.objects.create(device=device, n=sent.n, digest=digest, kind=kind, state=state, code=code, at=moment)
        return Said(sent.n, state, code)


def _entered(device: DeskDevice, text: bytes, now: datetime, at: datetime) -> tuple[str, str, str, datetime]:
    # The same record under another number of its own is the same pass, and held once.
    key = identity.keyed("offline:", f"{device.id.hex}:{text.decode('utf-8', 'replace')}")
    try:
        record = ONE.validate_json(text)
    except ValidationError:
        _hold(device, key, text, "record-wrong", {"number": "", "issued_at": now.isoformat()})
        return "unread", State.HELD, "record-wrong", now
    if device.revoked_at is not None:
        _hold(device, key, text, "desk-revoked", _content(record))
        return record.kind, State.HELD, "desk-revoked", record.moment
    try:
        state, code = _tried(device, key, record, now, at)
    except YimatongError as problem:
        state, code = State.HELD, problem.code
    except (OperationalError, InterfaceError):
        # The database is away or busy: the desk sends the same again.
        raise
    except Exception:  # a fault of ours
        log.exception("record-unexpected", kind=record.kind)
        state, code = State.HELD, "record-unexpected"
    if state == State.HELD:
        _hold(device, key, text, code, _content(record))
    return record.kind, state, code, record.moment


def _tried(device: DeskDevice, key: UUID, record: AnyRecord, now: datetime, at: datetime) -> tuple[str, str]:
    try:
        with transaction.atomic():
            return _done(device, key, record, now, at)
    except NotInForce:
        # A run was published while we worked: once more, by what it says.
        with transaction.atomic():
            return _done(device, key, record, now, at)


def _done(device: DeskDevice, key: UUID, record: AnyRecord, now: datetime, at: datetime) -> tuple[str, str]:
    match record:
        case Issued():
            return (
                _card(device, key, record, now, at) if record.kind == "card" else _blank(device, key, record, now, at)
            )
        case Declared():
            _person(device, record, at)
        case Blank():
            leave = blanks.spoil if record.kind == "spoiled" else blanks.lose
            leave(
                by=device.clerk, point=device.point_id, first=record.number, last=record.number, why=record.why, now=now
            )
        case Visit():
            _visit(device, record)
        case Looked():
            _looked(device, record)
        case _:
            assert_never(record)
    return State.TAKEN, ""


def _card(device: DeskDevice, key: UUID, record: Issued, now: datetime, at: datetime) -> tuple[str, str]:
    """A pass with a number of the lease; `again` where this very record came under another number of its own."""
    if Paper.objects.filter(key=key).exists():
        return State.AGAIN, ""
    drawn = offline.leased_number(device=device, number=record.number, issued_at=record.moment, now=now)
    paper = offline.enter_card(
        device=device, drawn=drawn, person=_person(device, record, at), child_of=_parent(record),
        issued_at=record.moment, key=key, now=now,
    )  # fmt: skip
    _sign(device, paper, record)
    if paper.credential is not None:
        paper.credential.refresh_from_db(fields=["doubled"])
    doubled = paper.credential is not None and paper.credential.doubled
    return State.TAKEN, paper.never or ("doubled" if doubled else "")


def _blank(device: DeskDevice, key: UUID, record: Issued, now: datetime, at: datetime) -> tuple[str, str]:
    """A blank that was filled by hand, from its stub."""
    person = _person(device, record, at)
    answer = blanks.enter_blank(
        by=device.clerk, point=device.point_id, number=record.number, person=person, issued_at=record.moment, now=now,
        child_of=_parent(record), key=key,
    )  # fmt: skip
    if isinstance(answer, Refused):
        raise offline.as_mistake(answer)
    if answer.again:
        return State.AGAIN, ""
    _sign(device, answer.paper, record)
    return State.TAKEN, answer.never


def _sign(device: DeskDevice, paper: Paper, record: Issued) -> None:
    if record.strokes:
        signing.keep(device.clerk, paper, "screen", record.strokes, record.moment)


def _person(device: DeskDevice, record: Issued | Declared, at: datetime) -> int:
    """The person's number: of the route, of the document with a name that fits, of the parent's child, or of whoever declares."""
    whom, parent = record.whom, _parent(record)
    if whom.line is not None:
        return _line(device, whom.line).person_id
    if whom.document is not None:
        return _by_document(whom.document).pk
    if whom.child is not None:
        return _child(whom.child, parent)
    made = offline.declared(device.clerk, whom.answers or {}, whom.statement, parent, record.moment, at)
    if made.person is None:
        raise mistake("identity-in-doubt")
    return made.person


def _child(name: str, parent: int | None) -> int:
    """The one child without a document of this parent's, by its name; `child-unknown`, and an official sees to it."""
    assert parent is not None, "the wire has one beside every child"
    theirs = Person.objects.filter(
        looked_after_by__account__person_id=parent, looked_after_by__until=None, id_type=Person.IdType.NONE
    ).distinct()  # fmt: skip
    named = [child.pk for child in theirs if compare(child.name, name) in SPOKEN_ALIKE]
    if len(named) != 1:
        raise mistake("child-unknown")
    return named[0]


def _parent(record: Issued | Declared) -> int | None:
    return None if record.parent is None else _by_document(record.parent).pk


def _by_document(document: Document) -> Person:
    found = person_by_document(document.id_type, document.id_number)
    if found is None:
        raise mistake("person-unknown")
    if document.name and compare(found.name, document.name) is Likeness.DIFFERENT:
        raise mistake("identity-in-doubt")
    return found


def _line(device: DeskDevice, line: UUID) -> RouteLine:
    found = RouteLine.objects.filter(pk=line, device=device).first()
    if found is None:
        raise mistake("line-not-given")
    return found


def _visit(device: DeskDevice, record: Visit) -> None:
    """Close a line of the route; who was away is given again with the next list."""
    found = _line(device, record.line)
    if found.visited_at is None:
        found.outcome, found.visited_at, found.again = record.outcome, record.moment, record.again
        found.save(update_fields=["outcome", "visited_at", "again"])


def _looked(device: DeskDevice, record: Looked) -> None:
    """A look at somebody without a network, recorded as one at a desk."""
    found = person_by_document(record.document.id_type, record.document.id_number)
    if found is not None:
        audit.look(by=device.clerk, person=found.pk, why=f"paper: {device} offline", where=WHERE)


def _content(record: AnyRecord) -> dict[str, Any]:
    """What a record said, as the page of held entries shows it (edges/web/desk/held_entries.py)."""
    whom: Whom | None = getattr(record, "whom", None)
    line: UUID | None = getattr(record, "line", None) or (whom.line if whom else None)
    known = None if line is None else RouteLine.objects.filter(pk=line).values_list("person_id", flat=True).first()
    document: Document | None = getattr(record, "document", None) or (whom.document if whom else None)
    parent: Document | None = getattr(record, "parent", None)
    return {
        "number": getattr(record, "number", ""), "issued_at": record.moment.isoformat(), "person": known,
        "answers": document.model_dump() if document else whom and (whom.answers or _named(whom.child)),
        "statement": whom.statement if whom else "", "child_of": parent and parent.model_dump(),
        "strokes": getattr(record, "strokes", b"").hex(),
    }  # fmt: skip


def _named(child: str | None) -> dict[str, Any] | None:
    return None if child is None else {"name": child, "id_type": Person.IdType.NONE.value}


def _hold(device: DeskDevice, key: UUID, text: bytes, code: str, content: dict[str, Any]) -> None:
    """Keep a record for an official, once: what it said, and the record itself."""
    plain = text.decode("utf-8", "replace")
    HeldEntry.objects.get_or_create(
        key=key,
        defaults={
            "point": device.point, "desk": device.desk, "number": str(content["number"])[:16], "code": code,
            "entry_sealed": identity.seal(json.dumps({**content, "record": plain}, ensure_ascii=False), "row"),
        },
    )  # fmt: skip
