"""Which official a browser is signed in as: the token of a session in a cookie of its own, never in a table that pages can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import rotate_token

from yimatong.records.acting import Acting, acting_as, stop_acting
from yimatong.records.actions import officials
from yimatong.records.models import Official

COOKIE = "yimatong-official"
LONGEST = 64
View = Callable[[HttpRequest], HttpResponse]


class ActingOfficial:
    """Let an official act by their session for one request, and nobody after it: threads serve one request after another."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(COOKIE, "")
        found = officials.of_session(token) if 0 < len(token) <= LONGEST else None
        request.user = found or AnonymousUser()
        who = Acting(found.pk, token) if found else None
        with acting_as(who):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _acted(response.streaming_content, who)
        if token and not request.user.is_authenticated and COOKIE not in response.cookies:
            forget(response)
        return response


def _acted(pieces: Iterable[bytes], who: Acting | None) -> Iterator[bytes]:
    """A long answer's pieces, each made while its official acts."""
    coming = iter(pieces)
    while True:
        with acting_as(who):
            piece = next(coming, None)
        if piece is None:
            return
        yield piece


def enter(request: HttpRequest, who: Acting) -> None:
    """Begin a session that signing in has made: a new key of the browser's other session, too, and a new CSRF secret."""
    leave(request)
    request.session.cycle_key()
    request.user = Official.objects.get(pk=who.official)
    rotate_token(request)


def leave(request: HttpRequest) -> None:
    """End the session that this browser has, if any; for the rest of the request nobody acts."""
    if token := request.COOKIES.get(COOKIE, "")[:LONGEST]:
        officials.sign_out(token)
    stop_acting()
    request.user = AnonymousUser()


def remember(response: HttpResponse, who: Acting) -> HttpResponse:
    """Have the browser keep the token."""
    response.set_cookie(
        COOKIE, who.proof, max_age=int(officials.LASTS.total_seconds()), httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Have the browser forget a session that is over."""
    response.delete_cookie(COOKIE, samesite="Strict")
    return response
