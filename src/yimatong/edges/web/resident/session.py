"""What every page of a resident does.

Who is signed in, everybody/accounts.py says.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from yimatong.core.bounds import LARGEST_INT32, whole
from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.everybody.refusals import spoken

LARGE = "yimatong-large"
"""The cookie of large print: the page twice as large, one question a screen. The code page has it too. It says nothing about the person."""
NEWS = "yimatong-news"
"""The cookie that has the code page on this phone ask anew: something was declared here. It says neither what nor of whom."""
NEWS_LASTS = 15 * 60
"""Seconds in which what was declared is judged, nearly always."""
KNOWN = "yimatong-device"
"""The cookie of a device that has signed in: a random name, signed. It says nothing about the person."""
KNOWN_LASTS = 180 * 24 * 3600
AT = "yimatong-at"
"""The cookie of a checkpoint whose address was scanned: its number, for the declaration made on the spot."""
AT_LASTS = 6 * 3600
View = Callable[..., HttpResponse]


def large(request: HttpRequest) -> bool:
    """Whether the page is asked for in large print."""
    return request.COOKIES.get(LARGE) == "1"


def tell_code(response: HttpResponse) -> HttpResponse:
    """Have the code page on this phone look for the colour that follows; its script reads the cookie."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(NEWS, "1", max_age=NEWS_LASTS, secure=secure, httponly=False, samesite="Lax")
    return response


def remember_gate(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Remember the checkpoint of `?at=` for some hours, through signing in; nonsense is not remembered."""
    number = request.GET.get("at", "")
    if whole(number, LARGEST_INT32) is not None:
        response.set_cookie(
            AT,
            number,
            max_age=AT_LASTS,
            path="/me/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def gate_of(request: HttpRequest) -> int | None:
    """The number of the checkpoint where this phone scanned the address, None where it did not."""
    number = request.COOKIES.get(AT, "")
    return whole(number, LARGEST_INT32)


def page(view: View) -> View:
    """A page of a resident who is signed in; others sign in first and come back. Nothing of it is kept on the phone's disk."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        account = account_of(request)
        if account is None:
            back = request.get_full_path() if request.method == "GET" else reverse("me:home")
            return redirect(f"{reverse('me:channels')}?{urlencode({'next': back})}")
        return _remembered(request, _kept_nowhere(_told(request, view, account, *args, **kwargs)))

    return guarded


def known_device(request: HttpRequest) -> str:
    """The name of a device that has signed in here before, as we signed it then; empty for any other."""
    return request.get_signed_cookie(KNOWN, default="", salt=KNOWN, max_age=KNOWN_LASTS) or ""


def _remembered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name the device of somebody who is signed in, so that it goes on when strangers have used up what everybody shares."""
    if not known_device(request):
        response.set_signed_cookie(
            KNOWN, secrets.token_urlsafe(12), salt=KNOWN, max_age=KNOWN_LASTS, path="/me/",
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict",
        )  # fmt: skip
    return response


def open_page(view: View) -> View:
    """A page for everybody."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _kept_nowhere(_told(request, view, *args, **kwargs))

    return opened


def _told(request: HttpRequest, view: View, *args: Any, **kwargs: Any) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except YimatongError as mistake:
        status = 500 if isinstance(mistake, EnvironmentProblem) else 422
        return show(request, "me/mistake.html", {"mistake": spoken(mistake)}, status=status)


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def show(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """A resident's page inside its frame."""
    frame = {"large": large(request), "account": account_of(request)}
    return render(request, template, {**frame, **(context or {})}, status=status)


def onward(request: HttpRequest, asked: str) -> str:
    """Where somebody goes after signing in: the resident's page that was asked for, else home; never to another site."""
    fits = asked.startswith(("/me/", "/code/")) and url_has_allowed_host_and_scheme(asked, {request.get_host()})
    return asked if fits else reverse("me:home")
