"""What an offline desk sends, checked for its form. Each record comes closed to the server's key; docs/reference/offline-desk.md."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

MOST = 100
"""Records of a sync: each may be a transaction with a declaration and a pass."""
Instant = Annotated[int, Field(ge=0, le=2**33)]
Number = Annotated[str, Field(min_length=14, max_length=40)]


def _decoded(value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as problem:
        raise ValueError("base64") from problem


def _uuid(value: object) -> UUID | None:
    return None if value is None else UUID(str(value))


class Part(BaseModel):
    """It has what is named and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Document(Part):
    """A document that lay before the clerk, with the name on it."""

    id_type: Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]
    id_number: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(max_length=80)]


class Whom(Part):
    """Somebody, in one of four ways: by their document, as a line of the route, by what they declared, or by name as the parent's child."""

    document: Document | None = None
    line: Annotated[UUID | None, BeforeValidator(_uuid)] = None
    answers: dict[str, Any] | None = None
    child: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    statement: Annotated[str, Field(max_length=40)] = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(way is not None for way in (self.document, self.line, self.answers, self.child)) != 1:
            raise ValueError("one way to say who it is")
        return self


class Record(Part):
    """What every record has."""

    at: Instant

    @property
    def moment(self) -> datetime:
        """When it was, by the desk's clock of the city."""
        return datetime.fromtimestamp(self.at, UTC)


class Issued(Record):
    """A pass that was handed out: with a number of the lease (`card`), or a blank that was filled by hand (`blank`)."""

    kind: Literal["card", "blank"]
    number: Number
    whom: Whom
    parent: Document | None = None
    strokes: Annotated[bytes, BeforeValidator(_decoded)] = b""

    @model_validator(mode="after")
    def _of_a_parent(self) -> Self:
        if self.whom.child is not None and self.parent is None:
            raise ValueError("whose child")
        return self


class Declared(Record):
    """A declaration that was taken, and no pass followed. `parent`: it is a child's without a document."""

    kind: Literal["declaration"]
    whom: Whom
    parent: Document | None = None


class Blank(Record):
    """A blank that was written wrongly, or is not there."""

    kind: Literal["spoiled", "lost"]
    number: Number
    why: Annotated[str, Field(min_length=1, max_length=200)]


class Visit(Record):
    """A home of the route was visited; `again` is the quiet time that was asked for."""

    kind: Literal["visit"]
    line: Annotated[UUID, BeforeValidator(_uuid)]
    outcome: Literal["issued", "refused", "away", "later", "no_need"]
    again: Annotated[str, Field(pattern=r"^([01]\d:[0-5]\d|2[0-3]:[0-5]\d|)$")] = ""


class Looked(Record):
    """Somebody was looked up in the register extract."""

    kind: Literal["look"]
    document: Document
    found: bool


AnyRecord = Issued | Declared | Blank | Visit | Looked
ONE: TypeAdapter[AnyRecord] = TypeAdapter(Annotated[AnyRecord, Field(discriminator="kind")])


class Sent(Part):
    """One record as it comes."""

    n: Annotated[int, Field(ge=1, le=2**53)]
    sealed: Annotated[str, Field(min_length=60, max_length=700_000)]


class Sync(Part):
    """A sync: the oldest records that were not answered yet, and how many wait in all."""

    records: Annotated[list[Sent], Field(max_length=MOST)]
    queued: Annotated[int, Field(ge=0, le=2**31 - 1)]
