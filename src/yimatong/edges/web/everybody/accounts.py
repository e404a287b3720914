"""Which resident a browser is signed in as: the number of an account in the session, and nothing else of them.

It never mixes with an official's session: signing in here ends that of an official in this browser, and an official's
signing in forgets the account (official/signing_in.py).
"""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from yimatong.edges.web.everybody import officials
from yimatong.stations.declarations.models import Account

ACCOUNT = "account"
LASTS = 7 * 24 * 3600
"""Seconds that a phone stays signed in."""


def account_of(request: HttpRequest) -> Account | None:
    """The account that is signed in, or None; never in a browser in which an official is signed in."""
    number = request.session.get(ACCOUNT)
    if number is None or request.user.is_authenticated:
        return None
    return Account.objects.select_related("channel", "person").filter(pk=number, channel__isnull=False).first()


def enter(request: HttpRequest, account: Account) -> None:
    """Begin the account's session: a new key, nothing of a session before it, a new CSRF secret."""
    officials.leave(request)
    request.session.flush()
    request.session[ACCOUNT] = account.pk
    request.session.set_expiry(LASTS)
    rotate_token(request)


def leave(request: HttpRequest) -> None:
    """End the session."""
    request.session.flush()
