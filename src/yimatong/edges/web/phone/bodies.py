"""What a phone sends, checked for its form; bytes are base64url without padding."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST = 16_384
"""Bytes of a body: 29 keys and a little."""


def _decoded(value: object) -> bytes:
    if not isinstance(value, str) or "=" in value or not value.isascii():
        raise ValueError("base64url without padding")
    try:
        data = urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error as problem:
        raise ValueError("base64url without padding") from problem
    return data


Bytes = Annotated[bytes, BeforeValidator(_decoded)]
Point = Annotated[Bytes, Field(min_length=33, max_length=33)]
Who = Annotated[str, Field(pattern=r"^(self|desk|d[0-9]{1,12})$")]


class Body(BaseModel):
    """A body has what is named and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Asked(Body):
    """For whom a challenge is wanted."""

    who: Who


class Brought(Body):
    """A phone's keys, and the challenge signed."""

    who: Who
    challenge: Annotated[Bytes, Field(min_length=40, max_length=40)]
    device_key: Point
    window_keys: Annotated[list[Point], Field(min_length=28, max_length=28)]
    signature: Annotated[Bytes, Field(min_length=64, max_length=64)]
    transfer: Annotated[str, Field(max_length=20)] | None = None
