"""How a phone asks: signed in, or by its token; every mistake as JSON in the one shape."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.edges.web.devices import limits
from yimatong.edges.web.devices.bodies import Body
from yimatong.edges.web.devices.telling import No, answer, no
from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.everybody.bounds import body
from yimatong.edges.web.everybody.words import for_programs
from yimatong.edges.web.phone.bodies import LONGEST
from yimatong.stations.declarations.models import Account

View = Callable[..., HttpResponse]
Sent = TypeVar("Sent", bound=Body)
STATUS = {
    "not-your-person": 403, "bound-elsewhere": 409, "challenge-over": 409, "bound-too-often": 429, "transfer-wrong": 403,
    "binding-ended": 410, "binding-unknown": 401, "day-out-of-reach": 404,
}  # fmt: skip


def told(mistake: YimatongError) -> HttpResponse:
    """A mistake from further in, in the same shape."""
    status = 503 if isinstance(mistake, EnvironmentProblem) else STATUS.get(mistake.code, 400)
    response = answer(for_programs(mistake.code, mistake.sentence, mistake.remedy), status)
    if status == 429:
        response.headers["Retry-After"] = "3600"
    return response


def asked_by(method: str) -> Callable[[View], View]:
    """A view of one method, whose mistakes are told as JSON. CSRF is looked at by `signed_in`, so that this too is JSON."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method and (request.method, method) != ("HEAD", "GET"):
                return no("wrong-method")
            try:
                return view(request, *args, **kwargs)
            except No as refusal:
                return no(refusal.code, **refusal.more)
            except YimatongError as mistake:
                return told(mistake)

        return guarded

    return decorate


def signed_in(request: HttpRequest) -> Account:
    """The account of the session; a POST needs the CSRF token too."""
    account = account_of(request)
    if account is None:
        raise No("not-signed-in")
    if request.method == "POST" and CsrfViewMiddleware(lambda _: HttpResponse()).process_view(
        request, lambda _: HttpResponse(), (), {}
    ):
        raise No("csrf")
    if wait := limits.SESSIONS.is_over(account.pk):
        raise No("too-often", wait=wait)
    return account


def token_of(request: HttpRequest) -> str:
    """The token of the header; `token-unknown` without a well-formed one."""
    kind, _, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if kind != "YMT" or len(token) != 22 or not token.isascii():
        raise No("token-unknown")
    return token


def read(request: HttpRequest, kind: type[Sent]) -> Sent:
    """The body; `body-wrong` without a word of what it held."""
    try:
        return kind.model_validate_json(body(request, LONGEST))
    except (ValidationError, BadRequest):
        raise No("body-wrong") from None
