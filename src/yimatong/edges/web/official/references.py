"""A way to a person whom a page has shown: signed for the official's session, over after half an hour, never in an address.

Internal person numbers are counted up, so whoever could type one could walk through the city. The pages show them, and take none: they
take the document, the name, the pass's number, or such a reference.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpRequest

from yimatong.edges.web.everybody.officials import COOKIE

LASTS = 30 * 60
"""Seconds."""


def reference(request: HttpRequest, person: int) -> str:
    """What a button of a page sends for a person that the page has shown."""
    return signing.dumps(person, salt=_salt(request))


def person_of(request: HttpRequest, text: str) -> int | None:
    """The person of a reference of this very session; None where it is another's, over, or none."""
    try:
        found = signing.loads(text, salt=_salt(request), max_age=LASTS)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def _salt(request: HttpRequest) -> str:
    return f"web.person:{request.COOKIES.get(COOKIE, '')}"
