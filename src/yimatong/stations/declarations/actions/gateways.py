"""Handing one message to a provider over HTTP, and what its answer, or its silence, means.

When a provider does not answer, it is not known whether it took the message: only that same provider gets it again, under the same
reference. Connections are kept alive, some to each provider; no redirection is followed and no proxy asked.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 6.0
"""How long a provider may take for an answer; who is slower may have taken the message."""
IDLE = 4.0
"""Seconds after which a connection that was not used is not trusted any more."""
MOST_BYTES = 65_536
FILE = "file"
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Outcome(StrEnum):
    """What became of a hand-over."""

    TAKEN = "taken"
    NOT_TAKEN = "not-taken"
    """Certainly not taken, by a fault of the provider's: another one may have it."""
    REFUSED = "refused"
    """Certainly not taken, by a fault of the message's."""
    UNCERTAIN = "uncertain"
    """Nobody knows whether it was taken."""
    UNREADABLE = "unreadable"
    """It could not be opened, and was given to nobody."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a hand-over, why (empty: it was taken), and how many seconds it took."""

    outcome: Outcome
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages are posted; `secret` signs them where there is one."""

    name: str
    url: str
    secret: str = field(default="", repr=False)


def texting() -> dict[str, Address]:
    """The providers of texts that are set, by name: the gateways, or the day's file."""
    if settings.YIMATONG_SMS == FILE:
        return {FILE: Address(FILE, "")}
    return {name_of(url): Address(name_of(url), url) for url in settings.YIMATONG_SMS_GATEWAY}


def name_of(url: str) -> str:
    """What a gateway is called: its host and path, which stay when another one is set beside it."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"[:120]


def is_safe(url: str) -> bool:
    """Whether personal data may go to an address of a channel: HTTPS, or this machine itself."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL))


class Connections:
    """Connections that are kept alive, for the threads of one round; close() ends them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._idle: dict[str, list[tuple[http.client.HTTPConnection, float]]] = {}

    def hand_over(self, to: Address, said: Mapping[str, str]) -> Handed:
        """Hand one message over: {"id", "to", "text", "kind", "at"}. Never raises."""
        began = time.monotonic()
        try:
            handed = _write(said) if to.name == FILE else self._post(to, said)
        except Exception as problem:  # noqa: BLE001 -- a gateway fails in many ways; after all of them nobody knows
            handed = Handed(Outcome.UNCERTAIN, type(problem).__name__[:64])
        return Handed(handed.outcome, handed.error, time.monotonic() - began)

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for connection, _used in (one for kept in idle.values() for one in kept):
            connection.close()

    def _post(self, to: Address, said: Mapping[str, str]) -> Handed:
        """Post by a connection that is open, or one that is made. One that was closed meanwhile may have taken the message with it:
        the same provider is asked once more, under the same reference."""
        body = json.dumps(dict(said), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": said["id"], **_signature(to, body)}
        is_certain, kept = True, self._kept(to.url)
        if kept is not None:
            try:
                return self._asked(kept, to.url, body, headers)
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                is_certain = False
        made = _connection(to.url)
        try:
            made.connect()
        except OSError as problem:
            made.close()
            return Handed(Outcome.NOT_TAKEN if is_certain else Outcome.UNCERTAIN, type(problem).__name__[:64])
        handed = self._asked(made, to.url, body, headers)
        if is_certain or handed.outcome is Outcome.TAKEN:
            return handed
        return Handed(Outcome.UNCERTAIN, handed.error)

    def _asked(self, connection: http.client.HTTPConnection, url: str, body: bytes, headers: dict[str, str]) -> Handed:
        """Ask by this connection, and keep it where it can be used again."""
        parts, keeps = urlsplit(url), False
        try:
            connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
            answer = connection.getresponse()
            answer.read(MOST_BYTES)
            keeps = answer.isclosed() and not answer.will_close
        finally:
            if keeps:
                with self._lock:
                    self._idle.setdefault(url, []).append((connection, time.monotonic()))
            else:
                connection.close()
        return _meaning(answer.status)

    def _kept(self, url: str) -> http.client.HTTPConnection | None:
        """One that was used a moment ago; those that lay longer are closed."""
        with self._lock:
            while kept := self._idle.get(url):
                connection, used = kept.pop()
                if time.monotonic() - used <= IDLE:
                    return connection
                connection.close()
        return None


def _write(said: Mapping[str, str]) -> Handed:
    """Append to the day's file below `outbox` of the home folder, readable by its owner alone. For trials and tests."""
    folder = Path(settings.YIMATONG_HOME) / "outbox"
    day = datetime.fromisoformat(said["at"]).date().isoformat()
    line = json.dumps(dict(said), ensure_ascii=False) + "\n"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{day}.jsonl"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
            file.write(line)
    except OSError as problem:
        return Handed(Outcome.NOT_TAKEN, type(problem).__name__)
    return Handed(Outcome.TAKEN)


FAULT_OF_THE_PROVIDER = frozenset({401, 402, 403, 404, 405, 408, 425, 429, 503})
"""It takes nothing now, or not from us: certain, and nothing about this message."""
AT_IT = 409
"""It has this reference already and is not done with it."""


def _meaning(status: int) -> Handed:
    """What a status says of the message."""
    if 200 <= status < 300:
        return Handed(Outcome.TAKEN)
    error = f"status-{status}"
    if status in FAULT_OF_THE_PROVIDER or 300 <= status < 400:
        return Handed(Outcome.NOT_TAKEN, error)
    if status == AT_IT or not 400 <= status < 500:
        return Handed(Outcome.UNCERTAIN, error)
    return Handed(Outcome.REFUSED, error)


def _signature(to: Address, body: bytes) -> dict[str, str]:
    """Time and HMAC, as gateways sign what they hand to us; nothing where there is no secret."""
    if not to.secret:
        return {}
    at = str(int(time.time()))
    made = hmac.new(to.secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-YMT-Time": at, "X-YMT-Signature": made}


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return make(str(parts.hostname), parts.port, timeout=SECONDS)
