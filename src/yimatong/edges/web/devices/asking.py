"""How an enrolled device asks: each request signed by its key with a counter that only grows, so that none is heard twice."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel, ValidationError

from yimatong.core.credential.enrolment import device_mistake
from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.edges.web.devices import limits
from yimatong.edges.web.devices.telling import No, answer, no
from yimatong.edges.web.everybody.bounds import body
from yimatong.edges.web.everybody.words import for_programs
from yimatong.records.acting import Acting, acting_as
from yimatong.stations.declarations.errors import AnswersWrong

View = Callable[..., HttpResponse]
Sent = TypeVar("Sent", bound=BaseModel)
LONGEST = 1024 * 1024
"""Bytes of a body: 500 records of at most 1.5 kB, and a little."""
HEADER = re.compile(r"YMT-S ([0-9a-f]{32})\.([0-9]{1,16})\.([A-Za-z0-9_-]{86})")
STATUS = {
    "enrolment-unknown": 404, "enrolment-over": 410, "enrolment-used": 410, "enrolment-revoked": 410, "proof-wrong": 403,
    "device-unknown": 401, "device-revoked": 410, "counter-known": 409, "checkpoint-closed": 410, "extract-missing": 404,
    "no-policy": 503, "too-many-attempts": 429,
}  # fmt: skip
ENROLMENTS = limits.Limit(30)
"""Tries to enrol from one network; a secret has 130 bits, so this protects the machine."""
STRANGERS = limits.Limit(240)
"""Requests of unknown devices from one network."""


def text(data: bytes) -> str:
    """Bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def asked(method: str) -> Callable[[View], View]:
    """A view of one method without a session; every mistake is JSON in the one shape."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method:
                return no("wrong-method")
            try:
                return view(request, *args, **kwargs)
            except No as refusal:
                return no(refusal.code, **refusal.more)
            except YimatongError as said:
                return told(said)

        return guarded

    return decorate


def signed_by(
    hear: Callable[..., Any], acting: Callable[[Any, bytes, bytes], Acting] | None = None
) -> Callable[[str], Callable[[View], View]]:
    """The same, for an enrolled device, which `hear` finds and moves on: the view gets it after the request.

    With `acting` an official acts in the view, by the request that the device of theirs has signed.
    """

    def signed(method: str) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @asked(method)
            @wraps(view)
            def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                device, signature, message = _device(request, hear)
                with acting_as(acting(device, signature, message) if acting else None):
                    return view(request, device, *args, **kwargs)

            return guarded

        return decorate

    return signed


def told(said: YimatongError) -> HttpResponse:
    """A mistake from further in; answers that can't be right come with every field."""
    status = 503 if isinstance(said, EnvironmentProblem) else STATUS.get(said.code, 400)
    body = for_programs(said.code, said.sentence, said.remedy)
    if isinstance(said, AnswersWrong):
        status = 422
        body["fields"] = [
            {"field": one.field, **for_programs(one.code, one.sentence, one.remedy)} for one in said.errors
        ]
    return answer(body, status)


def read(request: HttpRequest, kind: type[Sent]) -> Sent:
    """The body; `body-wrong` without a word of what it held."""
    try:
        return kind.model_validate_json(body_of(request))
    except ValidationError:
        raise No("body-wrong") from None


def body_of(request: HttpRequest) -> bytes:
    """The bytes of the body, within their limit."""
    try:
        return body(request, LONGEST)
    except BadRequest:
        raise No("body-wrong") from None


def _device(request: HttpRequest, hear: Callable[..., Any]) -> tuple[Any, bytes, bytes]:
    """The device that signed this request, its counter moved on; the signature, and what was signed."""
    found = HEADER.fullmatch(str(request.META.get("HTTP_AUTHORIZATION", "")))
    address = request.META.get("REMOTE_ADDR")
    if found is None:
        if wait := STRANGERS.is_over(address):
            raise No("too-often", wait=wait)
        raise device_mistake("device-unknown")
    device, counter, signature = found[1], int(found[2]), urlsafe_b64decode(found[3] + "==")
    digest = sha256(body_of(request)).hexdigest()
    message = f"YMT-S\n{request.method}\n{request.get_full_path()}\n{counter}\n{digest}".encode()
    try:
        heard = hear(device=UUID(device), counter=counter, signature=signature, message=message, at=datetime.now(UTC))
    except YimatongError as said:
        if said.code == "device-unknown" and (wait := STRANGERS.is_over(address)):
            raise No("too-often", wait=wait) from None
        raise
    return heard, signature, message


def by_method(**views: View) -> View:
    """One address, a view a method."""

    @csrf_exempt
    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view = views.get(str(request.method))
        return view(request, *args, **kwargs) if view else no("wrong-method")

    return chosen
