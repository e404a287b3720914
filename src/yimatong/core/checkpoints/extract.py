"""The register's extract for one district: who has which colour, to be looked up by document number without a network.

Each row is found by a tag and opened by a pad that only the epoch's key and the document number give. Whoever has the file
alone learns how many people there are, and nothing else. The header is signed and names the body by its SHA-256.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.credential import cose
from yimatong.core.credential.cbor import LONGEST, encode
from yimatong.core.credential.keys import Signer
from yimatong.core.credential.policy_files import EXPIRES, ISSUED, KIND, Kind, is_dated, open_claims
from yimatong.core.credential.refusals import Reason, Refused
from yimatong.core.credential.trust import TrustList

EPOCH, DISTRICT, COUNT, DIGEST = range(4, 8)
MARK = b"YMX1"
HEADER_AT = len(MARK) + 2
"""After the mark two bytes say how long the header is."""
TAG_BYTES, NAME_BYTES = 8, 8
ROW_BYTES = TAG_BYTES + 1 + NAME_BYTES + 1
PURPOSE = b"yimatong-extract"
COLOURS = (Colour.GREEN, Colour.YELLOW, Colour.RED)
"""In the order of their numbers, from 1 on."""
PERMITS = ("none", "goods", "commuter")
MOST_ROWS = 4_000_000


@dataclass(frozen=True, slots=True)
class ExtractRow:
    """Somebody of the register: the document's number, the colour, the masked name (8 bytes), the class of permit."""

    document: str
    colour: Colour
    name: str
    permit: str = "none"


@dataclass(frozen=True, slots=True)
class Extract:
    """An opened extract: its header's claims, and the sorted rows as bytes."""

    epoch: int
    district: int
    issued: int
    expires: int
    count: int
    rows: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody was found; `tag` names the row in the record of the look, and nobody without the key."""

    colour: Colour
    name: str
    permit: str
    tag: bytes


@dataclass(frozen=True, slots=True)
class Nobody:
    """The extract has nobody with this number."""

    tag: bytes


def build_extract(
    rows: Iterable[ExtractRow], key: bytes, *, epoch: int, district: int, issued: int, expires: int, signer: Signer
) -> bytes:
    """The extract of a district as bytes; ValueError for somebody twice, a name or a colour that has no place in a row."""
    sealed = sorted(_sealed(row, key, epoch) for row in rows)
    if any(one[:TAG_BYTES] == other[:TAG_BYTES] for one, other in pairwise(sealed)):
        raise ValueError("a document number stands twice")
    body = b"".join(sealed)
    claims = {
        KIND: int(Kind.EXTRACT),
        ISSUED: issued,
        EXPIRES: expires,
        EPOCH: epoch,
        DISTRICT: district,
        COUNT: len(sealed),
        DIGEST: sha256(body).digest(),
    }
    if not _is_header(claims):
        raise ValueError("an extract has an epoch, a district, and times in order")
    header = cose.sign1(encode(claims), signer)
    return MARK + len(header).to_bytes(2, "big") + header + body


def open_extract(data: bytes, *, trust: TrustList, now: int) -> Extract | Refused:
    """The extract, when the policy key signed its header, its body is whole, and its time is not over."""
    size = int.from_bytes(data[len(MARK) : HEADER_AT], "big")
    if data[: len(MARK)] != MARK or len(data) < HEADER_AT + size:
        return Refused(Reason.MALFORMED, "list-form")
    claims = open_claims(data[HEADER_AT : HEADER_AT + size], Kind.EXTRACT, trust=trust, now=now, longest=LONGEST)
    if isinstance(claims, Refused):
        return claims
    body = data[HEADER_AT + size :]
    if not _is_header(claims) or len(body) != claims[COUNT] * ROW_BYTES:
        return Refused(Reason.MALFORMED, "list-form")
    if sha256(body).digest() != claims[DIGEST]:
        return Refused(Reason.BAD_SIGNATURE)
    if now > claims[EXPIRES]:
        return Refused(Reason.LIST_OVER)
    return Extract(claims[EPOCH], claims[DISTRICT], claims[ISSUED], claims[EXPIRES], claims[COUNT], body)


def look_up(extract: Extract, key: bytes, document: str, now: int) -> Found | Nobody | Refused:
    """Who has this document number, by the key of the extract's epoch; list-over once its time is over."""
    if now > extract.expires:
        return Refused(Reason.LIST_OVER)
    tag, pad = tag_and_pad(key, extract.epoch, document)
    low, high = 0, extract.count
    while low < high:
        middle = (low + high) // 2
        if extract.rows[middle * ROW_BYTES : middle * ROW_BYTES + TAG_BYTES] < tag:
            low = middle + 1
        else:
            high = middle
    row = extract.rows[low * ROW_BYTES : (low + 1) * ROW_BYTES]
    return _opened(tag, _mixed(row[TAG_BYTES:], pad)) if row[:TAG_BYTES] == tag else Nobody(tag)


def tag_and_pad(key: bytes, epoch: int, document: str) -> tuple[bytes, bytes]:
    """HMAC-SHA256(key, purpose + epoch as 8 bytes + document): the first 8 bytes are the tag, the next 10 the pad."""
    plain = "".join(document.split()).upper()
    mac = hmac.digest(key, PURPOSE + epoch.to_bytes(8, "big") + plain.encode(), sha256)
    return mac[:TAG_BYTES], mac[TAG_BYTES:ROW_BYTES]


def _sealed(row: ExtractRow, key: bytes, epoch: int) -> bytes:
    name = row.name.encode()
    if not 0 < len(name) <= NAME_BYTES or b"\0" in name:
        raise ValueError("a masked name has 1 to 8 bytes")
    tag, pad = tag_and_pad(key, epoch, row.document)
    content = (
        bytes([COLOURS.index(row.colour) + 1]) + name.ljust(NAME_BYTES, b"\0") + bytes([PERMITS.index(row.permit)])
    )
    return tag + _mixed(content, pad)


def _mixed(content: bytes, pad: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(content, pad, strict=True))


def _opened(tag: bytes, content: bytes) -> Found | Refused:
    """The row's content; malformed where the key is another than that of the extract."""
    colour, name, permit = content[0], content[1:-1].rstrip(b"\0"), content[-1]
    if not 1 <= colour <= len(COLOURS) or permit >= len(PERMITS):
        return Refused(Reason.MALFORMED, "list-form")
    try:
        return Found(COLOURS[colour - 1], name.decode(), PERMITS[permit], tag)
    except UnicodeDecodeError:
        return Refused(Reason.MALFORMED, "list-form")


def _is_header(claims: dict[Any, Any]) -> bool:
    return (
        claims.keys() == set(range(1, 8))
        and is_dated(claims)
        and type(claims[EPOCH]) is int
        and 0 <= claims[EPOCH] < 2**32
        and type(claims[DISTRICT]) is int
        and 100_000 <= claims[DISTRICT] <= 999_999
        and type(claims[COUNT]) is int
        and 0 <= claims[COUNT] <= MOST_ROWS
        and isinstance(claims[DIGEST], bytes)
        and len(claims[DIGEST]) == 32
    )
