"""Asking a channel over HTTP: small answers, soon or not at all, and no redirection is followed.

When a channel does not answer, signing in through it is refused (`channel-silent`); every other way goes on.
"""

from __future__ import annotations

import base64
import json
import urllib.request
from http.client import HTTPException
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

SECONDS = 5.0
MOST_BYTES = 200_000
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Silent(Exception):
    """The channel gave no answer that can be used; the words are for the log and hold no personal data."""


class NoRedirection(urllib.request.HTTPRedirectHandler):
    """A channel's address is what was registered, and never what an answer says."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow nothing."""
        return


_opener = urllib.request.build_opener(NoRedirection, urllib.request.ProxyHandler({}))


def is_safe(address: str) -> bool:
    """Whether an address is asked at all: HTTPS, or this machine itself."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)


def get(address: str) -> dict[str, Any]:
    """The JSON object at an address; Silent where there is none."""
    return _object(urllib.request.Request(address, headers={"Accept": "application/json"}))  # noqa: S310 -- is_safe


def post(address: str, fields: dict[str, str], user: str, password: str) -> dict[str, Any]:
    """The JSON object that a form posted with HTTP Basic is answered with (RFC 6749, 2.3.1); Silent where there is none."""
    word = base64.b64encode(f"{quote(user)}:{quote(password)}".encode()).decode()
    headers = {"Accept": "application/json", "Authorization": f"Basic {word}"}
    return _object(urllib.request.Request(address, urlencode(fields).encode(), headers))  # noqa: S310 -- is_safe


def _object(request: urllib.request.Request) -> dict[str, Any]:
    if not is_safe(request.full_url):
        raise Silent("address-not-https")
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            return _read(answer)
    except (OSError, HTTPException, ValueError) as problem:
        raise Silent(type(problem).__name__) from None


def _read(answer: IO[bytes]) -> dict[str, Any]:
    body = answer.read(MOST_BYTES + 1)
    found = json.loads(body) if len(body) <= MOST_BYTES else None
    if isinstance(found, dict):
        return found
    raise ValueError("no-object")
