"""How the phone's API answers: JSON, and every mistake in one shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError

from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.edges.web.bounds import body
from yimatong.edges.web.phone import limits
from yimatong.edges.web.phone.bodies import LONGEST, Body
from yimatong.edges.web.resident.session import account_of
from yimatong.stations.declarations.models import Account

View = Callable[..., HttpResponse]
Sent = TypeVar("Sent", bound=Body)
STATUS = {
    "not-your-person": 403, "bound-elsewhere": 409, "challenge-over": 409, "bound-too-often": 429, "transfer-wrong": 403,
    "binding-ended": 410, "binding-unknown": 401, "day-out-of-reach": 404,
}  # fmt: skip
SENTENCES = {
    "not-signed-in": (401, "请先登录。", "sign in first.", "登录后再试。", "sign in and try again."),
    "token-unknown": (401, "本机的绑定不存在。", "this phone's binding is not known.", "登录后重新绑定。", "sign in and bind again."),
    "csrf": (403, "页面已过期。", "the page is over.", "刷新页面后再试。", "load the page again."),
    "body-wrong": (400, "请求内容不正确。", "the body is not in the right form.", "更新页面后再试。", "load the page again."),
    "too-often": (429, "请求过于频繁。", "there were too many requests.", "请稍候。", "wait a little."),
    "binding-moved": (410, "电子码已移到另一部手机。", "the code is on another phone.", "登录后可移回。", "sign in to move it back."),
    "binding-ended": (410, "本机的绑定已结束。", "this phone's binding has ended.", "登录后可重新绑定。", "sign in and bind again."),
    "wrong-method": (405, "请求方式不正确。", "that is not the way to ask.", "更新页面后再试。", "load the page again."),
}  # fmt: skip


class No(Exception):
    """An answer that ends a view."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def answer(body: object, status: int = 200) -> HttpResponse:
    """JSON that nobody keeps."""
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(data, content_type="application/json", status=status, headers={"Cache-Control": "no-store"})


def no(code: str, *, wait: int = 0, **more: Any) -> HttpResponse:
    """A mistake of this edge, in the one shape."""
    status, zh, en, remedy_zh, remedy_en = SENTENCES[code]
    said = {"code": code, "zh": zh, "en": en, "remedy_zh": remedy_zh, "remedy_en": remedy_en, **more}
    response = answer(said, status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def told(mistake: YimatongError) -> HttpResponse:
    """A mistake from further in, in the same shape."""
    status = 503 if isinstance(mistake, EnvironmentProblem) else STATUS.get(mistake.code, 400)
    words = {"zh": mistake.zh, "en": mistake.en, "remedy_zh": mistake.remedy_zh, "remedy_en": mistake.remedy_en}
    response = answer({"code": mistake.code, **words}, status)
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
