"""The worked example of docs/reference/code-format.md: the vector e-code-green to the byte. `python -m vectors.make` writes it there."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from vectors.making.scene import NOW, OFFICE, PHONE, e_text, good
from yimatong.core.credential import base45, mint, shown_message
from yimatong.core.credential.cbor import head
from yimatong.core.credential.claims import write as write_claims

BEGIN, END = "<!-- example: written by python -m vectors.make -->", "<!-- end of the example -->"
WIDTH = 44
TS = NOW - 4


def example() -> str:
    """The part of the page between its marks."""
    claims, text = good(), e_text(good())
    data = base45.decode(text.removeprefix("YMT1:"))
    rows = list(_rows())
    assert b"".join(piece for _depth, piece, _says in rows) == data, "the example leaves nothing out"
    lines = [
        BEGIN,
        "",
        f"The vector `valid/e-code-green.json`: a green e-code of {claims.name}, shown at {TS} ({len(data)} bytes, {len(text)} signs).",
        "",
        "```text",
        *(text[at : at + 100] for at in range(0, len(text), 100)),
        "```",
        "",
        "What lies under the base45:",
        "",
        "```text",
        *(line for row in rows for line in _lines(*row)),
        "```",
        "",
        "What the office signs (Sig_structure of RFC 9052):",
        "",
        "```text",
        *_hex(_office_signs()),
        "```",
        "",
        "What the phone signs:",
        "",
        "```text",
        *_hex(shown_message(mint(claims, OFFICE), TS)),
        "```",
        "",
        f"Office key (test key): `{OFFICE.point.hex()}`, kid `{OFFICE.kid.hex()}`. Phone key (test key): `{PHONE.point.hex()}`.",
        "",
        END,
    ]
    return "\n".join(lines)


def _office_signs() -> bytes:
    payload = write_claims(good())
    protected = b"\xa2\x01\x26\x04\x44" + OFFICE.kid
    return b"\x84\x6aSignature1" + head(2, len(protected)) + protected + b"\x40" + head(2, len(payload)) + payload


def _hex(data: bytes) -> list[str]:
    return wrap(data.hex(" "), 3 * 32)


def _lines(depth: int, piece: bytes, says: str) -> Iterator[str]:
    """One piece: its bytes, and beside the first line what they say."""
    indent = "  " * depth
    for number, part in enumerate(wrap(piece.hex(" "), WIDTH - len(indent) - 1) or [""]):
        yield f"{indent + part:<{WIDTH}} {says if number == 0 else ''}".rstrip()


def _rows() -> Iterator[tuple[int, bytes, str]]:
    claims = good()
    assert claims.device is not None
    pass_, payload = mint(claims, OFFICE), write_claims(claims)
    yield 0, b"\x83", "array of 3: a shown code"
    yield 1, head(2, len(pass_)), f"bytes, {len(pass_)}: the pass"
    yield 2, b"\xd2\x84", "tag 18, array of 4: COSE_Sign1"
    yield 3, b"\x49", "bytes, 9: protected header"
    yield 4, b"\xa2", "map of 2"
    yield 5, b"\x01\x26", "1 (alg): -7 (ES256)"
    yield 5, b"\x04\x44" + OFFICE.kid, "4 (kid): 4 bytes"
    yield 3, b"\xa0", "unprotected header: empty"
    yield 3, head(2, len(payload)), f"bytes, {len(payload)}: payload"
    yield 4, b"\xa7", "map of 7"
    yield 5, b"\x01\x66" + claims.city.encode(), f'1 (iss): "{claims.city}"'
    for number, name, value in ((4, "exp", claims.exp), (5, "nbf", claims.nbf), (6, "iat", claims.iat)):
        yield 5, bytes((number,)) + head(0, value), f"{number} ({name}): {value}"
    yield 5, b"\x07\x48" + claims.cti, "7 (cti): 8 bytes"
    yield 5, b"\x08\xa1\x01\xa4", "8 (cnf): map of 1; 1: COSE_Key, map of 4"
    yield 6, b"\x01\x02", "1 (kty): 2 (EC2)"
    yield 6, b"\x20\x01", "-1 (crv): 1 (P-256)"
    yield 6, b"\x21\x58\x20" + claims.device[1:], "-2 (x): 32 bytes"
    yield (
        6,
        b"\x22" + (b"\xf5" if claims.device[0] == 3 else b"\xf4"),
        f"-3 (y): its sign, {str(claims.device[0] == 3).lower()}",
    )
    yield 5, b"\x3a\x00\x01\x00\x00\xa6", "-65537 (ours): map of 6"
    yield 6, b"\x01\x01", "1 (kind): 1, e-code"
    yield 6, b"\x02\x01", "2 (colour): 1, green"
    name = claims.name.encode()
    yield 6, b"\x03" + head(3, len(name)) + name, f'3 (name): "{claims.name}"'
    yield 6, b"\x04\x64" + claims.tail.encode(), f'4 (tail): "{claims.tail}"'
    yield 6, b"\x05" + head(0, claims.check), f"5 (check): {claims.check}"
    yield 6, b"\x06" + head(0, claims.slot), f"6 (slot): {claims.slot}"
    yield 3, b"\x58\x40" + pass_[-64:], "bytes, 64: the office's signature"
    yield 1, head(0, TS), f"the second of showing: {TS}"
    yield 1, b"\x58\x40" + PHONE.sign(shown_message(pass_, TS)), "bytes, 64: the phone's signature"


def with_example(page: str) -> str:
    """The page with the example as it is today."""
    before, rest = page.split(BEGIN)
    return before + example() + rest.split(END)[1]
