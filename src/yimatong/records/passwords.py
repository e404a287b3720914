"""How an official's password is kept: what the database holds compares, and signs nobody in.

The key is scrypt's (RFC 7914) of the password and a random salt; kept is its SHA-256. Signing in shows the key itself, which
only the password gives, and the database compares (official_sign_in, migration 0020). Written as `scrypt-sha256$N$salt$r$p$base64`.
"""

from __future__ import annotations

import base64
import hashlib
import secrets

from django.conf import settings

NAME = "scrypt-sha256"
BLOCK, PARALLEL = 8, 5
LENGTH = 64


def kept(password: str) -> str:
    """What is kept of a new password."""
    work, salt = int(settings.YIMATONG_PASSWORD_WORK), secrets.token_urlsafe(16)
    digest = hashlib.sha256(_scrypt(password, work, salt, BLOCK, PARALLEL)).digest()
    return "$".join((NAME, str(work), salt, str(BLOCK), str(PARALLEL), base64.b64encode(digest).decode()))


def derived(password: str, verifier: str) -> bytes:
    """The key that a password gives with the salt of what is kept; as long in the making where nothing is kept."""
    parts = verifier.split("$")
    if len(parts) != 6 or parts[0] != NAME:
        return _scrypt(password, int(settings.YIMATONG_PASSWORD_WORK), "nobody", BLOCK, PARALLEL)
    return _scrypt(password, int(parts[1]), parts[2], int(parts[3]), int(parts[4]))


def _scrypt(password: str, work: int, salt: str, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt.encode(), n=work, r=block, p=parallel, dklen=LENGTH)
