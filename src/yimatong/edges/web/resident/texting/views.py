"""A text that came in: whose colour, told to the number on record, or "this is not me"; and what became of one that went out."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Literal, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from yimatong.core.bounds import whole
from yimatong.core.colour import Colour
from yimatong.core.text import message_in
from yimatong.core.time import to_datetime
from yimatong.edges.web.everybody.bounds import body as bounded
from yimatong.stations.declarations import tasks
from yimatong.stations.declarations.actions import receipts, reporting, wrong_numbers
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.receipts import Answer
from yimatong.stations.judgements.models import CurrentVerdict

Form = TypeVar("Form", bound=BaseModel)
LONGEST = 4096
"""Bytes of a body: a number and a text."""
MOST_OFF = 300
"""Seconds between the gateway's clock and ours."""
WORDS = {
    Colour.GREEN: message_in("code", "green"),
    Colour.YELLOW: message_in("code", "yellow"),
    Colour.RED: message_in("code", "red"),
    Colour.UNKNOWN: message_in("code", "not judged yet"),
}


class Received(BaseModel):
    """A text as the gateway hands it over. There is one question, whatever the words; and one thing to say, "this is not me"."""

    model_config = ConfigDict(extra="ignore", strict=True)

    sender: str = Field(alias="from", min_length=5, max_length=32)
    text: str = ""


class Reported(BaseModel):
    """What became of a text that the gateway took; `id` is the one that we handed over with it."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    state: Literal["delivered", "failed"]


@csrf_exempt
@require_POST
def received(request: HttpRequest) -> HttpResponse:
    """Answer by a text of its own; this request learns nothing."""
    said = _said(request, Received)
    if isinstance(said, HttpResponse):
        return said
    # A number that is on no record, or that asked too often, is answered by nothing at all.
    if wrong_numbers.says_not_me(said.text):
        no = wrong_numbers.not_me(phone=said.sender, at=timezone.now())
    else:
        no = receipts.sms_answer(phone=said.sender, says=colour_of, source=Source(), at=timezone.now())
    if no is None:
        tasks.send_soon()
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def delivered(request: HttpRequest) -> HttpResponse:
    """Note what became of a text; also a reference that is known no more is answered by nothing."""
    said = _said(request, Reported)
    if isinstance(said, HttpResponse):
        return said
    reporting.report(reference=said.id, arrived=said.state == "delivered", at=timezone.now())
    return HttpResponse(status=204)


def _said(request: HttpRequest, form: type[Form]) -> Form | HttpResponse:
    """What the gateway says in this form, or the answer to what it does not say rightly."""
    if not settings.YIMATONG_SMS_KEY:
        raise Http404
    try:
        body = bounded(request, LONGEST)
        if not is_signed(request, body):
            return HttpResponse(status=403)
        return form.model_validate_json(body)
    except (ValidationError, BadRequest):
        return HttpResponse(status=400)


def is_signed(request: HttpRequest, body: bytes) -> bool:
    """Whether the gateway signed this body just now."""
    said = request.headers.get("X-YMT-Time", "")
    if not ((sent := whole(said)) is not None and abs(sent - time.time()) <= MOST_OFF):
        return False
    right = hmac.new(settings.YIMATONG_SMS_KEY.encode(), said.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), request.headers.get("X-YMT-Signature", "").encode())


def colour_of(person: int) -> Answer:
    """The colour in force of a person, in words, and until when."""
    verdict = CurrentVerdict.objects.filter(person=person).first()
    word = WORDS[Colour(verdict.colour) if verdict else Colour.UNKNOWN]
    until = None if verdict is None or verdict.until is None else to_datetime(verdict.until)
    return Answer(word, until)
