"""The cookie of a sign-in under way.

Session and CSRF cookies are SameSite=Strict: a browser does not send them when another site leads here, and a channel is
another site. So the state of a sign-in has a cookie of its own: Lax, which a browser sends with a top-level GET from
elsewhere and with nothing else; below /me/sign-in/ alone; ten minutes; signed; unreadable for scripts. It opens nothing by
itself. The answer to the return is a page of ours that leads on (templates/web/me/returned.html): what it asks for comes
from our own site, and so the Strict session cookie that the return has just set is sent.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

NAME = "yimatong-sign-in"
PATH = "/me/sign-in/"
SECONDS = 600


@dataclass(frozen=True)
class UnderWay:
    """What this browser began: at which channel, with which nonce, state and PKCE verifier, and where it goes after it."""

    channel: str
    nonce: str
    state: str = ""
    verifier: str = ""
    then: str = ""


def keep(response: HttpResponse, under_way: UnderWay) -> HttpResponse:
    """Give the browser the cookie."""
    response.set_cookie(
        NAME,
        signing.dumps(asdict(under_way), salt=NAME),
        max_age=SECONDS,
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def read(request: HttpRequest) -> UnderWay | None:
    """What this browser began within ten minutes, or None."""
    try:
        return UnderWay(**signing.loads(request.COOKIES.get(NAME, ""), salt=NAME, max_age=SECONDS))
    except (signing.BadSignature, TypeError):
        return None


def forget(response: HttpResponse) -> HttpResponse:
    """Take the cookie back."""
    response.delete_cookie(NAME, path=PATH, samesite="Lax")
    return response
