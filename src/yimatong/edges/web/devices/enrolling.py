"""How a device enrols, and what every answer to one has beside its own: the key that it closes records to, the time, the extract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from pydantic import Field

from yimatong.edges.web.devices.asking import ENROLMENTS, read, text
from yimatong.edges.web.devices.bodies import Body, Bytes, Point
from yimatong.edges.web.devices.telling import No, answer
from yimatong.records import clock
from yimatong.stations.checkpoints import extracts
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.passes import keyring, sealing
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import SigningKey


class Enrolling(Body):
    """A key that is to be a device's, and the secret of its code."""

    secret: Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
    point: Point
    name: Annotated[str, Field(min_length=1, max_length=40)]
    signature: Annotated[Bytes, Field(min_length=64, max_length=64)]


class Nothing(Body):
    """An empty body."""


def enrolled(request: HttpRequest, enrol: Callable[..., Any], given: Callable[[Any], dict[str, Any]]) -> HttpResponse:
    """The answer to the key that asks to be let in; `enrol` makes a device of it, `given` says what it has with it."""
    if wait := ENROLMENTS.is_over(request.META.get("REMOTE_ADDR")):
        raise No("too-often", wait=wait)
    sent = read(request, Enrolling)
    device = enrol(secret=sent.secret, point=sent.point, name=sent.name, signature=sent.signature, at=datetime.now(UTC))
    return answer({"device": device.id.hex, "root": text(_root_point()), **given(device)}, 201)


def sealing_and_time() -> dict[str, Any]:
    """The key that a device's records are closed to, and the time."""
    return {"sealing": text(sealing.point()), **time()}


def time() -> dict[str, int]:
    """The city's time and how far it is from the real one, in milliseconds."""
    now = clock.now()
    return {"now": int(now.timestamp() * 1000), "shift": int(clock.shift().total_seconds() * 1000)}


def extract_answer(request: HttpRequest, district: int) -> HttpResponse:
    """The register extract of a district; 304 where the device has it."""
    found = extracts.extract_of(district)
    if found is None:
        raise mistake("extract-missing")
    etag = f'"{found.etag}"'
    if etag in str(request.META.get("HTTP_IF_NONE_MATCH", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(found.data), content_type="application/octet-stream")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def extract_key_answer(request: HttpRequest, district: int) -> HttpResponse:
    """The key of the extract of a district that is in use."""
    read(request, Nothing)
    told = extracts.told_of(district)
    if told is None:
        raise mistake("extract-missing")
    return answer({"epoch": told["epoch"], "key": text(extracts.key_of(district, told["epoch"]))})


def _root_point() -> bytes:
    """The city's root key, on which every signed file hangs."""
    root = keyring.signing_row(SigningKey.Use.ROOT, seconds(clock.now()))
    if root is None:
        raise mistake("no-policy")
    return bytes(root.point)
