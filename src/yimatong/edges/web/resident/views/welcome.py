"""The first page, for everybody: what this is, that it is voluntary, where the paper pass is."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.resident.session import LARGE, onward, open_page, remember_gate, show

YEAR = 365 * 24 * 3600


@open_page
@require_GET
def welcome(request: HttpRequest) -> HttpResponse:
    """Say what this is; who is signed in goes home. `?at=` names the checkpoint where the address was scanned (E4)."""
    if account_of(request) is not None:
        return remember_gate(request, redirect("me:home"))
    return remember_gate(request, show(request, "me/welcome.html"))


@open_page
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """The same page, also for those who are signed in."""
    return show(request, "me/welcome.html")


@require_POST
def print_size(request: HttpRequest) -> HttpResponse:
    """Switch large print on or off, and go back to the page."""
    response = redirect(onward(request, request.POST.get("next", "")))
    secure, value = settings.SESSION_COOKIE_SECURE, "1" if request.POST.get("large") == "1" else "0"
    response.set_cookie(LARGE, value, max_age=YEAR, secure=secure, httponly=False, samesite="Lax")
    return response
