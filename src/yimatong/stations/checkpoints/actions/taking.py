"""The sync: what a scanner recorded is taken exactly once, in any order, however late and however often it is sent.

One transaction a batch, one batch of a device at a time. A record is its device and number: the same again is taken again and
changes nothing; another one with that number is refused and flagged. A wrong record is refused alone, and stays on the scanner.

Why so: decisions 50 and 51.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from yimatong.core.errors import YimatongError
from yimatong.core.text import Text
from yimatong.records import calendar
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.checkpoints.fever import record_fever
from yimatong.stations.checkpoints.handlers import Handlers
from yimatong.stations.checkpoints.identifying import Shown, people_of, person_of
from yimatong.stations.checkpoints.models import Device, Flag
from yimatong.stations.checkpoints.policy import numbers_on
from yimatong.stations.checkpoints.wire import (
    Batch,
    ComplaintIn,
    EmergencyIn,
    HandOverIn,
    OtherIn,
    PassageIn,
    cell_of,
    cti_of,
)
from yimatong.stations.passes.days import seconds

log = structlog.get_logger(__name__)
AHEAD = 600
"""Seconds that a record may lie ahead of the city's time; one further ahead counts as of now, and is flagged."""
JUMP = 300_000
"""Milliseconds by which a scanner's clock may move against the city's between two syncs."""
REGISTER = 2
"""The rung of the ladder from which on the code is down: nothing is decided by codes any more."""
COLUMNS = (
    "device_id, n, checkpoint_id, day, minute, cell, verdict, carrier, reason, action, rule, policy, temperature, epoch, slot,"
    " cti, number, vehicle, mode, rung, trust_age, recall_age, policy_age, licence, digest"
)
FILL = f"COPY passages ({COLUMNS}) FROM STDIN"
STANDING = (
    "SELECT n, digest FROM passages WHERE device_id = %s AND n = ANY(%s)"
    " UNION ALL SELECT n, digest FROM checkpoint_entries WHERE device_id = %s AND n = ANY(%s)"
)
KEEP = (
    "INSERT INTO checkpoint_entries (device_id, n, checkpoint_id, kind, day, at, of, body, digest)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
HEARD = 'UPDATE checkpoint_devices SET lists = %s, "offset" = %s, seen_at = %s WHERE number = %s'


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken, and why."""

    n: int
    code: str
    sentence: Text

    @classmethod
    def of(cls, n: int, said: YimatongError) -> Refusal:
        return cls(n, said.code, said.sentence)


@dataclass(slots=True)
class Answer:
    """The numbers that are kept now, and the records that are not."""

    taken: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


class _Sent(NamedTuple):
    """A record as it came: `digest` tells it from every other one, `line` is its row for COPY where it is a passage."""

    record: PassageIn | OtherIn
    digest: bytes
    line: str


@transaction.atomic
def take(*, device: Device, batch: Batch, handlers: Handlers, now: datetime, at: datetime) -> Answer:
    """Take a batch; `now` is the city's, `at` real time."""
    answer = Answer()
    sent = _sorted(device, batch, answer, seconds(now))
    # The device's row is held from here on: two batches of one scanner come one after the other.
    _heard(device, batch, now, at)
    fresh = _fresh(device, sent, answer, now)
    passages = [one for one in fresh.values() if isinstance(one.record, PassageIn)]
    _write(device, passages, now)
    answer.taken.extend(one.record.n for one in passages)
    _fevers(device, [one.record for one in passages if isinstance(one.record, PassageIn)], now)
    for one in fresh.values():
        if not isinstance(one.record, PassageIn):
            _other(device, one.record, one.digest, handlers, answer, now)
    return answer


def _sorted(device: Device, batch: Batch, answer: Answer, moment: int) -> dict[int, _Sent]:
    """The records by number; of two with one number in a batch the first counts."""
    sent: dict[int, _Sent] = {}
    wrong, number, gate = list(batch.wrong), device.number, device.checkpoint_id
    for record in batch.records:
        if not isinstance(record, PassageIn):
            sent.setdefault(record.n, _Sent(record, _digest(record.model_dump_json()), ""))
            continue
        try:
            sent.setdefault(record.n, _passage(number, gate, record, moment))
        except ValueError as flaw:
            wrong.append((record.n, f"situation.{flaw}"))
    answer.refused.extend(Refusal.of(n, mistake("record-wrong", place=place)) for n, place in wrong)
    return sent


def _passage(device: int, gate: int, record: PassageIn, moment: int) -> _Sent:
    """A passage with its line of COPY's text form; no field can have a tab, a line's end or a backslash of its own (wire.py).

    ValueError names the field of the situation that is not of its list.
    """
    said, ages, at = record.situation, record.ages, record.at
    cti = None if record.cti is None else f"\\\\x{cti_of(record.cti).hex()}"
    values = (
        cell_of(said), said["verdict"], said["carrier"], record.reason, record.action, record.rule, record.policy,
        record.temperature, record.epoch, record.slot, cti, record.number, record.group, record.mode,
        record.rung, ages.trust, ages.recall, ages.policy,
    )  # fmt: skip
    rest = "\t".join(["\\N" if value is None else str(value) for value in values])
    # A record that was sent before licences were named is the same record when it is sent again.
    licence = "\\N" if record.licence is None else str(record.licence)
    digest = _digest(f"{at}\t{rest}" + ("" if record.licence is None else f"\t{licence}"))
    counted = at if at <= moment + AHEAD else moment
    line = f"{device}\t{record.n}\t{gate}\t{calendar.zone().day(counted // 60)}\t{counted // 60}\t{rest}\t{licence}\t\\\\x{digest.hex()}\n"
    return _Sent(record, digest, line)


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()


def _fresh(device: Device, sent: dict[int, _Sent], answer: Answer, now: datetime) -> dict[int, _Sent]:
    """The records that are not there yet. A number stands for one record: another content, or kind, is refused and flagged."""
    if not sent:
        return sent
    numbers = list(sent)
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [device.pk, numbers, device.pk, numbers])
        standing = cursor.fetchall()
    for n, digest in standing:
        if bytes(digest) == sent.pop(n).digest:
            answer.taken.append(n)
        else:
            answer.refused.append(Refusal.of(n, mistake("record-changed")))
            _flag(device, n, Flag.Kind.RECORD_CHANGED, now, {})
    return sent


def _write(device: Device, passages: Sequence[_Sent], now: datetime) -> None:
    if not passages:
        return
    with connection.cursor() as cursor, cursor.copy(FILL) as copy:
        copy.write("".join([one.line for one in passages]))
    moment = seconds(now)
    for one in passages:
        if one.record.at > moment + AHEAD:
            _flag(device, one.record.n, Flag.Kind.CLOCK, now, {"seconds": one.record.at - moment})


def _fevers(device: Device, passages: Iterable[PassageIn], now: datetime) -> None:
    """A fever at the gate is a fact of the person whose pass was shown, and is judged within minutes."""
    hot = [
        one
        for one in passages
        if one.situation["temperature"] == "fever" and one.mode != "training" and not device.training
        and one.epoch is not None and one.slot is not None and one.cti is not None
        and one.situation["document"] in {"matched", "minor_without"}
    ]  # fmt: skip
    if not hot:
        return
    known = people_of([Shown(one.epoch or 0, one.slot or 0, cti_of(one.cti or "")) for one in hot])
    for one, holder in zip(hot, known, strict=True):
        if holder is not None:
            happened = min(datetime.fromtimestamp(one.at // 60 * 60, UTC), now)
            record_fever(person=holder.person, checkpoint=device.checkpoint_id, happened=happened)


def _other(device: Device, record: OtherIn, digest: bytes, handlers: Handlers, answer: Answer, now: datetime) -> None:
    """Keep one record that is no passage, and give a later station its part: both or neither."""
    at = min(record.at, seconds(now) + AHEAD)
    body = {} if isinstance(record, HandOverIn | ComplaintIn) else _body(record)
    row: list[int | str | bytes | None] = [
        device.pk, record.n, device.checkpoint_id, record.kind, calendar.zone().day(at // 60), at, getattr(record, "of", None),
        json.dumps(body), digest,
    ]  # fmt: skip
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(KEEP, row)
            if not device.training:
                _hand_on(device, record, at, handlers, now)
                if isinstance(record, EmergencyIn):
                    _looked_at_afterwards(device, record, now)
    except YimatongError as said:
        answer.refused.append(Refusal.of(record.n, said))
    except (OperationalError, InterfaceError):
        # The database is away or busy: the scanner sends the same again.
        raise
    except Exception:  # a fault of ours holds up one record, not the queue behind it
        log.exception("record-unexpected", kind=record.kind)
        answer.refused.append(Refusal.of(record.n, mistake("record-unexpected")))
    else:
        answer.taken.append(record.n)


def _hand_on(device: Device, record: OtherIn, at: int, handlers: Handlers, now: datetime) -> None:
    happened = datetime.fromtimestamp(at, UTC)
    if isinstance(record, HandOverIn):
        handlers.hand_over(
            device=device, n=record.n, happened=happened, now=now, to=record.to, why=record.why,
            person=_handed(record), sealed=record.sealed, temperature=record.temperature,
        )  # fmt: skip
    elif isinstance(record, ComplaintIn):
        handlers.complaint(device=device, n=record.n, at=happened, now=now, kind=record.complaint, text=record.text)


def _handed(record: HandOverIn) -> int | None:
    """Whose code was shown; a slot without the cti of its pass names nobody, since a guard could have written it."""
    return None if record.cti is None else person_of(record.epoch, record.slot, cti_of(record.cti))


def _looked_at_afterwards(device: Device, record: EmergencyIn, now: datetime) -> None:
    """Everybody who passed by a work card is looked at by the office; what was not as the policy says is named."""
    details: dict[str, Any] = {"duty": record.duty}
    if record.temperature >= numbers_on(now).fever_tenths:
        details["flaw"] = "fever"
    elif record.rung < REGISTER:
        details["flaw"] = "not-down"
    _flag(device, record.n, Flag.Kind.EMERGENCY, now, details)


def _body(record: OtherIn) -> dict[str, Any]:
    body = record.model_dump(exclude={"kind", "n", "at", "of"})
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in body.items()}


def _heard(device: Device, batch: Batch, now: datetime, at: datetime) -> None:
    """What the scanner holds now, and a jump of its clock since it was last heard of."""
    offset = int(batch.clock)
    if device.lists and abs(offset - device.offset) > JUMP:
        _flag(device, device.counter, Flag.Kind.CLOCK, now, {"moved_seconds": (offset - device.offset) // 1000})
    with connection.cursor() as cursor:
        cursor.execute(HEARD, [json.dumps(batch.lists.model_dump()), offset, at, device.pk])


def _flag(device: Device, n: int, kind: str, now: datetime, details: dict[str, Any]) -> None:
    Flag.objects.bulk_create(
        [
            Flag(
                device=device,
                n=n,
                checkpoint_id=device.checkpoint_id,
                kind=kind,
                day=calendar.day_number(now),
                details=details,
            )
        ],
        ignore_conflicts=True,
    )
