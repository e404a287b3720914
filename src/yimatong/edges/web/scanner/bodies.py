"""What enrolment sends; a sync's form is stations.checkpoints.wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from yimatong.edges.web.phone.bodies import Body, Bytes, Point


class Enrolling(Body):
    """A key that is to be a scanner's, and the secret of its code."""

    secret: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
    point: Point
    name: Annotated[str, Field(min_length=1, max_length=40)]
    signature: Annotated[Bytes, Field(min_length=64, max_length=64)]


class Nothing(Body):
    """An empty body."""
