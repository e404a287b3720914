"""The rotating word: phone and gate show the same word for half a minute, so that the holder knows a genuine scanner.

The gate has the day's word key; the phone has the secret of its pass, which is not in the code that it shows.
"""

from __future__ import annotations

import hmac
import json
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import NamedTuple

SECONDS = 30
SECRET_BYTES = 16


class Word(NamedTuple):
    """A word and its twin."""

    zh: str
    en: str


def word_secret(day_key: bytes, cti: bytes) -> bytes:
    """The secret of a pass: the first 16 bytes of HMAC-SHA256(key of the day, cti)."""
    return hmac.digest(day_key, cti, sha256)[:SECRET_BYTES]


def word(secret: bytes, ts: int) -> Word:
    """The word at a second: that of the list at the first byte of HMAC-SHA256(secret, ts // 30 as 8 bytes)."""
    turn = (ts // SECONDS).to_bytes(8, "big")
    return word_list()[hmac.digest(secret, turn, sha256)[0]]


@cache
def word_list() -> tuple[Word, ...]:
    """words.json: 256 words of two characters, each with its English twin; none stands twice in either language."""
    text = (resources.files("yimatong.core.credential") / "words.json").read_text(encoding="utf-8")
    return tuple(Word(zh, en) for zh, en in json.loads(text))
