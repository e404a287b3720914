"""What a scanner sends, checked for its form. Bytes are base64url without padding; docs/reference/checkpoints.md says what each is."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from yimatong.core.checkpoints.situation import FIELDS, Situation, number_of

MOST = 500
"""Records of a batch."""


def _decoded(value: object) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, str) or "=" in value or not value.isascii():
        raise ValueError("base64url without padding")
    try:
        return urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as problem:
        raise ValueError("base64url without padding") from problem


Number = Annotated[int, Field(ge=1, le=2**53)]
Instant = Annotated[int, Field(ge=0, le=2**33)]
Small = Annotated[int, Field(ge=0, le=2**31 - 1)]
Tenths = Annotated[int, Field(ge=300, le=450)] | None
Seconds = Small | None
Words = Annotated[str, Field(max_length=500)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,60}$")]
Cti = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{11}$")] | None
"""Eight bytes, left as they are written until they are kept: there are many of them."""
Sealed = Annotated[Annotated[bytes, Field(min_length=49, max_length=2000)] | None, BeforeValidator(_decoded)]
Tag = Annotated[Annotated[bytes, Field(max_length=32)] | None, BeforeValidator(_decoded)]


class Part(BaseModel):
    """It has what is named and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True, ser_json_bytes="base64")


class Ages(Part):
    """Seconds of what the scanner held; None where it held none."""

    trust: Seconds
    recall: Seconds
    policy: Seconds


class PassageIn(Part):
    """One person at the checkpoint."""

    kind: Literal["passage"]
    n: Number
    at: Instant
    situation: dict[str, str]
    reason: Annotated[str, Field(pattern=r"^[a-z-]{1,24}$")] | None
    action: Literal["release", "apply_now", "turn_back", "hand_over", "show_again", "ask"]
    rule: Id
    temperature: Tenths
    epoch: Small | None
    slot: Annotated[int, Field(ge=0, le=2**32 - 1)] | None
    cti: Cti
    number: Annotated[str, Field(pattern=r"^[0-9A-Z-]{1,20}$")] | None
    policy: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    group: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,32}$")] | None
    mode: Literal["ordinary", "training", "override", "offline"]
    ages: Ages
    rung: Annotated[int, Field(ge=0, le=100)]
    licence: Annotated[int, Field(ge=0, le=2**33)] | None = None
    """When the scanner's licence was signed; a scanner of an earlier version does not say."""


class HandOverIn(Part):
    """Somebody was handed over."""

    kind: Literal["hand_over"]
    n: Number
    at: Instant
    of: Number | None
    to: Literal["health", "township"]
    why: Literal["red", "yellow", "fever", "recalled", "other"]
    temperature: Tenths
    epoch: Small | None
    slot: Annotated[int, Field(ge=0, le=2**32 - 1)] | None
    cti: Cti = None
    sealed: Sealed


class SlipIn(Part):
    """A slip was given."""

    kind: Literal["slip"]
    n: Number
    at: Instant
    of: Number | None
    slip: Id
    number: Annotated[str, Field(max_length=32)]


class RefusalIn(Part):
    """Somebody was refused on a ground of the closed list."""

    kind: Literal["refusal"]
    n: Number
    at: Instant
    of: Number | None
    ground: Id


class ComplaintIn(Part):
    """A traveller complained."""

    kind: Literal["complaint"]
    n: Number
    at: Instant
    of: Number | None
    complaint: Id
    text: Words


class LookIn(Part):
    """A document number was looked up in the register extract; `tag` names it without telling it."""

    kind: Literal["look"]
    n: Number
    at: Instant
    found: bool
    tag: Tag


class OverrideIn(Part):
    """The scanner went on with old lists."""

    kind: Literal["override"]
    n: Number
    at: Instant
    minutes: Annotated[int, Field(ge=1, le=1440)]
    by: Literal["code"]


class AnnulledIn(Part):
    """Nobody passed after all."""

    kind: Literal["annulled"]
    n: Number
    at: Instant
    of: Number


class EmergencyIn(Part):
    """Somebody passed by a work card while the code was down (S9); `recall` is the age of the list then, in seconds."""

    kind: Literal["emergency"]
    n: Number
    at: Instant
    duty: Id
    temperature: Annotated[int, Field(ge=300, le=450)]
    rung: Annotated[int, Field(ge=0, le=100)]
    recall: Seconds


class ShiftIn(Part):
    """A shift began or ended."""

    kind: Literal["shift"]
    n: Number
    at: Instant
    event: Literal["begin", "end"]
    guard: Annotated[str, Field(max_length=40)]
    counts: dict[Annotated[str, Field(max_length=20)], Small]
    note: Annotated[str, Field(max_length=200)]


OtherIn = HandOverIn | SlipIn | RefusalIn | ComplaintIn | LookIn | OverrideIn | AnnulledIn | EmergencyIn | ShiftIn
RecordIn = Annotated[PassageIn | OtherIn, Field(discriminator="kind")]
ONE: TypeAdapter[PassageIn | OtherIn] = TypeAdapter(RecordIn)


class Lists(Part):
    """The versions that a scanner holds."""

    trust: Small
    policy: Annotated[int, Field(ge=0, le=2**33)]
    recall: dict[Annotated[str, Field(pattern=r"^[0-9]{1,9}$")], Small]


class Head(Part):
    """What a sync has beside its records."""

    lists: Lists
    clock: Annotated[float, Field(ge=-(2**53), le=2**53)]


class Plain(Head):
    """A sync in which every record has the right form: read in one go."""

    records: Annotated[list[RecordIn], Field(max_length=MOST)]


class Raw(Head):
    """Any other: its records are looked at one by one, and a wrong one does not stop the others."""

    records: Annotated[list[dict[str, Any]], Field(max_length=MOST)]


@dataclass(frozen=True, slots=True)
class Batch:
    """A sync as it was read: its records in their order, and the numbers of those that are wrong, with the field (never its value)."""

    records: list[PassageIn | OtherIn]
    wrong: list[tuple[int, str]]
    lists: Lists
    clock: float

    @classmethod
    def read(cls, body: bytes) -> Batch:
        """The batch of a body; pydantic's ValidationError where it is none."""
        try:
            plain = Plain.model_validate_json(body)
        except ValidationError:
            return cls._one_by_one(Raw.model_validate_json(body))
        return cls(plain.records, [], plain.lists, plain.clock)

    @classmethod
    def _one_by_one(cls, raw: Raw) -> Batch:
        read = [_one(record) for record in raw.records]
        records = [record for record, _ in read if record is not None]
        flaws = zip(raw.records, read, strict=True)
        wrong = [(_number(record), flaw) for record, (kept, flaw) in flaws if kept is None]
        return cls(records, wrong, raw.lists, raw.clock)


def _number(raw: dict[str, Any]) -> int:
    number = raw.get("n")
    return number if type(number) is int and 0 < number <= 2**53 else 0


def _one(raw: dict[str, Any]) -> tuple[PassageIn | OtherIn | None, str]:
    try:
        return ONE.validate_json(json.dumps(raw)), ""
    except ValidationError as wrong:
        where = wrong.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        return None, ".".join(str(part) for part in where[1:] or where) or "kind"


def cti_of(text: str) -> bytes:
    """The eight bytes of a cti; the text has the right signs."""
    return binascii.a2b_base64(text.translate(ORDINARY) + "=")


def cell_of(situation: dict[str, str]) -> int:
    """The number of a situation; ValueError names the field that is not of its list."""
    try:
        values = IN_ORDER(situation)
    except KeyError as missing:
        raise ValueError(missing.args[0]) from None
    if len(situation) != len(FIELDS):
        raise ValueError("situation")
    return _cell(values)


ORDINARY = str.maketrans("-_", "+/")
IN_ORDER = itemgetter(*FIELDS)


@lru_cache(maxsize=65536)
def _cell(values: tuple[str, ...]) -> int:
    return number_of(Situation(*values))
