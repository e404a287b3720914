"""ID numbers, phones and held rows under lock: how they are normalised, looked up, sealed and shown.

Two keys are derived from settings.YIMATONG_IDENTITY_KEY: one makes look-up keys (HMAC-SHA256, the first 128 bits,
kept as a UUID), one seals (AES-256-GCM, a fresh 96-bit nonce before each text). Who loses the key can find nobody any more.
What is sealed of a person is bound to the person's number: put beside another number it does not open.
A third key makes the digest that each identity carries: whoever can write to the database and has no key makes none that fits.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import Literal, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.macs import begun
from yimatong.core.text import message as _
from yimatong.records.errors import mistake

NONCE = 12
MAC = 16
TAIL = 4
SHORTEST_KEY = 32
Purpose = Literal["id", "phone", "row", "answers", "subject", "secret", "message", "receipt", "name"]


def normalised(number: str) -> str:
    """A document or phone number as it is looked up: half-width, upper case, without blanks and hyphens."""
    if number.isascii() and number.isalnum():
        return number.upper()
    plain = unicodedata.normalize("NFKC", number).upper()
    plain = "".join(sign for sign in plain if not sign.isspace() and sign != "-")
    # Taking a sign out can bring two together that are one in the normal form.
    return plain if plain == number else normalised(plain)


def id_key(id_type: str, number: str) -> UUID:
    """The look-up key of a document: the same digits on two kinds of document are two people."""
    return _one(f"id:{id_type}:", number)


def phone_key(number: str) -> UUID:
    """The look-up key of a phone."""
    return _one("phone:", number)


def keyed(sort: str, text: str) -> UUID:
    """The look-up key of any other text (`subject:alipay:`, `receipt:`), as it is written."""
    return UUID(bytes=next(digests(sort, [text.encode()])))


def digests(sort: str, numbers: Iterable[bytes]) -> Iterator[bytes]:
    """The 16 bytes of the look-up key of many normalised numbers of one sort (`id:resident:`, `phone:`), in their order.

    The key's blocks and the sort are hashed once for all.
    """
    inner, outer = begun(_derived(b"look-up"), sort.encode())
    for number in numbers:
        inside = inner()
        inside.update(number)
        outside = outer()
        outside.update(inside.digest())
        yield outside.digest()[:16]


def _one(sort: str, number: str) -> UUID:
    return UUID(bytes=next(digests(sort, [normalised(number).encode()])))


class Standing(NamedTuple):
    """An identity as it stands on record: what its digest covers. `id_key` has 16 bytes; `since` is microseconds since 1970 (UTC)."""

    person: int
    name: str
    sex: str
    id_type: str
    id_key: bytes | None
    id_sealed: bytes | None
    id_tail: str
    since: int


def covered(
    person: object,
    name: str,
    sex: str,
    id_type: str,
    id_key: bytes | None,
    id_sealed: bytes | None,
    id_tail: str,
    since: int,
) -> bytes:
    """What a digest is made of: the texts parted by NUL, which no text of PostgreSQL has, the key and the sealed one last."""
    words = f"{person}\0{since}\0{sex}\0{id_type}\0{id_tail}\0{name}\0"
    return words.encode() + (id_key or b"") + b"\0" + (id_sealed or b"")


def macs(texts: Iterable[bytes], use: Literal["identity", "correction"] = "identity") -> Iterator[bytes]:
    """The 16 bytes of the digest (HMAC-SHA256) of what is covered() of identities, in their order."""
    inner, outer = begun(_derived(use.encode()))
    for text in texts:
        inside = inner()
        inside.update(text)
        outside = outer()
        outside.update(inside.digest())
        yield outside.digest()[:MAC]


def seal(text: str, purpose: Purpose, of: int | None = None) -> bytes:
    """The text, unreadable without the key, and bound to the person `of` where one is given; two seals of one text differ."""
    nonce = os.urandom(NONCE)
    return nonce + _sealer().encrypt(nonce, text.encode(), _bound(purpose, of))


def seals(texts: Sequence[bytes], purpose: Purpose, of: Sequence[int] | None = None) -> Iterator[bytes]:
    """seal() of many texts (UTF-8) in their order, each with a nonce of its own, and each bound to the person `of` the same place."""
    encrypt = _sealer().encrypt
    drawn = os.urandom(NONCE * len(texts))
    bounds = repeat(_bound(purpose, None), len(texts)) if of is None else (_bound(purpose, person) for person in of)
    for start, text, bound in zip(range(0, len(drawn), NONCE), texts, bounds, strict=True):
        nonce = drawn[start : start + NONCE]
        yield nonce + encrypt(nonce, text, bound)


def unseal(sealed: bytes | memoryview, purpose: Purpose, of: int | None = None) -> str:
    """The text that was sealed, of the person `of` where it is bound to one.

    `identity-not-theirs` where it is not the person's: each process has compared its key before (records/installation.py). What is
    bound to nobody and does not open is EnvironmentProblem `identity-key-wrong`.
    """
    text = opened(sealed, purpose, of)
    if text is not None:
        return text
    if of is not None:
        raise mistake("identity-not-theirs", place=f"person/{of}", person=of)
    raise EnvironmentProblem(
        "identity-key-wrong",
        place="YIMATONG_IDENTITY_KEY",
        sentence=_("the identity key is not the one these records were sealed with; ID numbers cannot be read."),
        remedy=_("restore the former YIMATONG_IDENTITY_KEY, or the file identity-key of the home folder."),
    )


def opened(sealed: bytes | memoryview, purpose: Purpose, of: int | None = None) -> str | None:
    """The text that was sealed; None where it does not open."""
    raw = bytes(sealed)
    try:
        return _sealer().decrypt(raw[:NONCE], raw[NONCE:], _bound(purpose, of)).decode()
    except (InvalidTag, ValueError):
        return None


def resealed(sealed: bytes | memoryview, purpose: Purpose, of: int) -> bytes:
    """What is sealed of a person, sealed anew and bound to nobody, for a row that is not the person's own; `identity-not-theirs`."""
    return seal(unseal(sealed, purpose, of), purpose)


def _bound(purpose: Purpose, of: int | None) -> bytes:
    """What is authenticated beside the sealed text."""
    return purpose.encode() if of is None else b"%b of person %d" % (purpose.encode(), of)


def tail(number: str) -> str:
    """What a list may show of a number: the last four signs of a long one, the last of a short one."""
    plain = normalised(number)
    return plain[-TAIL:] if len(plain) >= 2 * TAIL else plain[-1:]


@cache
def _derived(use: bytes) -> bytes:
    secret = str(getattr(settings, "YIMATONG_IDENTITY_KEY", "")).encode()
    if len(secret) < SHORTEST_KEY:
        raise EnvironmentProblem(
            "identity-key-missing",
            place="YIMATONG_IDENTITY_KEY",
            sentence=_(
                "the identity key is missing or shorter than {SHORTEST_KEY} characters.", SHORTEST_KEY=SHORTEST_KEY
            ),
            remedy=_("set YIMATONG_IDENTITY_KEY, or unset it and one is made in the home folder."),
        )
    return hashlib.sha256(b"yimatong identity " + use + b"\n" + secret).digest()


@cache
def _sealer() -> AESGCM:
    return AESGCM(_derived(b"seal"))
