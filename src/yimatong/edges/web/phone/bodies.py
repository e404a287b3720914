"""What a phone sends, checked for its form."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from yimatong.edges.web.devices.bodies import Body, Bytes, Point

LONGEST = 16_384
"""Bytes of a body: 29 keys and a little."""


Who = Annotated[str, Field(pattern=r"^(self|desk|d[0-9]{1,12})$")]


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
