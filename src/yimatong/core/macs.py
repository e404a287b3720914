"""HMAC-SHA256 for many short texts under one key, as look-up keys and the passes of a night have them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

BLOCK = 64
_INNER, _OUTER = bytes(byte ^ 0x36 for byte in range(256)), bytes(byte ^ 0x5C for byte in range(256))
Begun = Callable[[], "hashlib._Hash"]


def mac(key: bytes, message: bytes) -> bytes:
    """The 32 bytes of HMAC-SHA256 (RFC 2104); the same as `hmac.digest`, in a third of its time from the key's second text on."""
    inner, outer = begun(key)
    inside = inner()
    inside.update(message)
    outside = outer()
    outside.update(inside.digest())
    return outside.digest()


@lru_cache(maxsize=64)
def begun(key: bytes, start: bytes = b"") -> tuple[Begun, Begun]:
    """The inner and the outer hash of a key, each to be copied for a text; `start` is what all these texts begin with."""
    block = (key if len(key) <= BLOCK else hashlib.sha256(key).digest()).ljust(BLOCK, b"\0")
    inner, outer = hashlib.sha256(block.translate(_INNER) + start), hashlib.sha256(block.translate(_OUTER))
    return inner.copy, outer.copy


def fingerprint(name: str, key: bytes) -> str:
    """What tells the key of this name from every other and nothing about it: 32 hexadecimal digits; empty where there is no key."""
    return mac(key, f"yimatong fingerprint of {name}".encode())[:16].hex() if key else ""
