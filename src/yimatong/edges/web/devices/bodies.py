"""What a device sends, checked for its form; bytes are base64url without padding."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


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


class Body(BaseModel):
    """A body has what is named and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)
