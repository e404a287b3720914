"""A phone asks for a strip: one look-up by the token's hash, without the ORM. Signing happens only where the strip is missing.

When the database does not answer we fall so: no strip, the phone shows what it has until it is over, and then grey.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from threading import Lock
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from yimatong.core.credential import window, word_secret
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions import minting
from yimatong.stations.passes.days import HOURS, WINDOWS, day_of, first_key, name_of, seconds
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.rules import Rules, rules
from yimatong.stations.passes.stamping import cti_of, passes_of

LOOK = """
SELECT b.id, b.ended_at IS NULL, b.why, c.serial, c.generation, c.colour, s.kid, s.issued, s.passes
FROM device_bindings b
LEFT JOIN credentials c ON c.binding_id = b.id AND c.recalled_at IS NULL
LEFT JOIN strips s ON s.binding_id = b.id AND s.day = %s AND s.credential_id = c.serial
WHERE b.token = %s
"""
AFTER, WITHIN = 16 * 3600, 8 * 3600
"""A phone that has its strips asks for the next day's in sixteen to twenty-four hours, at a moment that chance decides; whether they
changed meanwhile, the recall list tells it."""
NOT_JUDGED_AFTER, NOT_JUDGED_WITHIN = 120, 180
"""Whoever waits for the first colour asks every few minutes (E10)."""
RULES_LAST = 5.0
"""Seconds that a process goes by the same rules."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the phone gets: `state` (bound, not-judged, moved, ended, unknown) and the body, ready to be sent."""

    state: str
    body: bytes = b""
    etag: str = ""


def strip(*, token: str, day: int, now: datetime) -> Answer:
    """A day's passes of a phone; `day-out-of-reach` before today and after the days that phones get."""
    today = day_of(now)
    if not today <= day <= today + settings.YIMATONG_STRIP_DAYS:
        raise mistake("day-out-of-reach", days=settings.YIMATONG_STRIP_DAYS)
    digest = sha256(token.encode()).digest()
    row = _look(day, digest)
    if row is None:
        return Answer("unknown")
    binding, is_live, why, serial, generation, colour, kid, issued, passes = row
    if not is_live:
        return Answer("moved" if why in {"moved", "desk"} else "ended")
    in_force, moment = current_rules(now), seconds(now)
    if serial is None:
        body = {"state": "not-judged", "day": name_of(day), "passes": [], "trust": in_force.version}
        return _answer("not-judged", body | {"renew": _hint(NOT_JUDGED_AFTER, NOT_JUDGED_WITHIN)})
    if passes is None or not in_force.is_good(binding, bytes(kid), issued, moment):
        passes = minting.strip_of(binding=binding, day=day, now=now) or passes
        if passes is None:
            # Recalled between the two looks: the next one sees what followed.
            return strip(token=token, day=day, now=now)
    body = {
        "state": "bound", "day": name_of(day), "issue": generation, "colour": colour,
        "until": window(day * 24 + HOURS * (WINDOWS - 1), HOURS).end, "passes": _passes(bytes(passes), serial, day),
        "trust": in_force.version, "renew": _renewal(binding, in_force, moment),
    }  # fmt: skip
    return _answer("bound", body)


def current_rules(now: datetime) -> Rules:
    """The rules, looked up anew when those of this process are five seconds old."""
    with _lock:
        if _kept and time.monotonic() - _kept[0] < RULES_LAST:
            return _kept[1]  # type: ignore[no-any-return]
    found = rules(now)
    with _lock:
        _kept[:] = [time.monotonic(), found]
    return found


def forget_rules() -> None:
    """Look the rules up anew with the next question: a key was compromised in this very process."""
    with _lock:
        _kept.clear()
    _secrets.cache_clear()


_kept: list[Any] = []
_lock = Lock()


def _look(day: int, digest: bytes) -> tuple[Any, ...] | None:
    """The row, asked of psycopg itself: prepared, and without Django's checks before each question."""
    connection.ensure_connection()
    assert connection.connection is not None
    try:
        return _asked(connection.connection, day, digest)
    except psycopg.OperationalError:
        if connection.in_atomic_block:
            raise
        # The server was started again meanwhile: once more, on a new connection.
        connection.close()
        connection.ensure_connection()
        return _asked(connection.connection, day, digest)


def _asked(raw: psycopg.Connection[tuple[Any, ...]], day: int, digest: bytes) -> tuple[Any, ...] | None:
    # Django's own cursors put the values into the text, and it forbids preparing; this statement is prepared once a connection.
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 0
    with psycopg.Cursor(raw) as cursor:
        return cursor.execute(LOOK, (day, digest), prepare=True).fetchone()


def _passes(strip: bytes, serial: int, day: int) -> list[dict[str, object]]:
    words, ctis = _secrets(day, int(time.monotonic() // RULES_LAST))
    first = first_key(day)
    found: list[dict[str, object]] = []
    for number, pass_ in enumerate(passes_of(strip)):
        if not pass_:
            continue
        life = window(day * 24 + HOURS * number, HOURS)
        secret = word_secret(words, cti_of(ctis, serial, life.epoch))
        found.append(
            {"pass": text(pass_), "word": text(secret), "key": first + number, "from": life.nbf, "to": life.exp}
        )
    return found


@lru_cache(maxsize=16)
def _secrets(day: int, _turn: int) -> tuple[bytes, bytes]:
    """The keys of the words of a day and of the ctis; read anew every few seconds."""
    return keyring.secret(f"word:{day}"), keyring.secret("cti")


def _renewal(binding: int, in_force: Rules, moment: int) -> dict[str, int]:
    """When to ask again; while everybody's passes are made anew, at the binding's own turn."""
    turn = in_force.turn(binding) if in_force.since else 0
    if moment < turn:
        return _hint(min(turn - moment, AFTER), 60)
    return _hint(AFTER, WITHIN)


def _hint(after: int, within: int) -> dict[str, int]:
    return {"after": after, "within": within}


def _answer(state: str, body: dict[str, object]) -> Answer:
    data = json.dumps(body, separators=(",", ":")).encode()
    return Answer(state, data, f'"{sha256(data).hexdigest()[:22]}"')


def text(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")
