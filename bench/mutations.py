"""Codes changed in every way that we can think of, from a seed: the same seed makes the same codes.

Keys are those of the vectors (TEST KEYS). A change is made at the text, at the bytes of the code, inside the signed pass, or before it is
signed, so that some of them have right signatures around wrong contents.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

from vectors.making import scene
from yimatong.core.colour import Colour
from yimatong.core.credential import base45, mint, shown_message
from yimatong.core.credential.cbor import encode, head
from yimatong.core.credential.claims import write as write_claims

Mutation = Callable[[random.Random], str]
NUMBERS = (0, 1, -1, 23, 24, 255, 256, 65535, 65536, 2**31, 2**32 - 1, 2**32, 2**53, 2**63, 2**64 - 1)
LENGTHS = (
    b"\x5a\xff\xff\xff\xff",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x9a\x00\x0f\x42\x40",
    b"\xbb\x00\x00\x00\x00\xff\xff\xff\xff",
    b"\x5f",
    b"\x9f",
    b"\xbf",
    b"\x7f",
)
"""Heads that promise more than there is, or an end that never comes."""
PIECES = (
    b"\xf9\x7e\x00",
    b"\xfa\x7f\xc0\x00\x00",
    b"\xf6",
    b"\xf7",
    b"\xc0",
    b"\xd8\x3d",
    b"\xff",
    b"\xe0",
    b"\x1c",
    b"\x3b" + b"\xff" * 8,
    b"\x80",
    b"\xa0",
    b"\x00",
)
LETTERS = ("𬭳", "\u202e", "\ud800", "é", "\0", "\n", "０", "a", "ß", " ", "%", ":")


@cache
def originals() -> tuple[tuple[bytes, bytes], ...]:
    """Passes that are good, with the bytes of their codes: e-codes of each colour, paper, of other keys, of other times."""
    found = []
    for office in (scene.OFFICE, scene.RETIRED, scene.STOLEN, scene.STRANGER, scene.GONE, scene.COMING, scene.TRAINER):
        for colour in Colour if office is scene.OFFICE else (Colour.GREEN,):
            if colour is Colour.UNKNOWN:
                continue
            pass_ = mint(scene.good(colour=colour), office)
            found.append((pass_, _shown(pass_, scene.NOW - 4)))
        paper = mint(scene.paper(), office)
        found.append((paper, paper))
    return tuple(found)


def _shown(pass_: bytes, ts: int) -> bytes:
    return (
        b"\x83" + head(2, len(pass_)) + pass_ + head(0, ts) + b"\x58\x40" + scene.PHONE.sign(shown_message(pass_, ts))
    )


def codes(seed: int, count: int) -> Iterator[str]:
    """So many changed codes."""
    chance = random.Random(seed)
    for _ in range(count):
        yield chance.choices(WAYS, WEIGHTS)[0](chance)


def text_of(data: bytes) -> str:
    """The text of a code's bytes."""
    return "YMT1:" + base45.encode(data)


def _code(chance: random.Random) -> bytes:
    return chance.choice(originals())[1]


def bits(chance: random.Random) -> str:
    """Some bits of the code turned over."""
    data = bytearray(_code(chance))
    for _ in range(chance.choice((1, 1, 1, 2, 8, 40))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return text_of(bytes(data))


def cut(chance: random.Random) -> str:
    """Cut off, begun later, or longer."""
    data = _code(chance)
    at = chance.randrange(len(data) + 1)
    return text_of(chance.choice((data[:at], data[at:], data + data[:at], data + b"\0" * (at % 7 + 1))))


def pieces(chance: random.Random) -> str:
    """A piece put in, taken out, or in the place of another: heads with huge lengths, floats, tags, ends."""
    data = _code(chance)
    at, long = chance.randrange(len(data)), chance.choice((0, 1, 2, 3, 9))
    piece = chance.choice((*LENGTHS, *PIECES, b"", data[at : at + 12]))
    return text_of(data[:at] + piece + data[at + long :])


def spliced(chance: random.Random) -> str:
    """The beginning of one code and the end of another."""
    one, other = _code(chance), _code(chance)
    at = chance.randrange(len(one))
    return text_of(one[:at] + other[min(at, len(other)) :])


def letters(chance: random.Random) -> str:
    """The text itself: signs changed, lost, doubled, from other alphabets; another beginning; another base."""
    text = text_of(_code(chance))
    at = chance.randrange(len(text))
    sign = chance.choice((*LETTERS, *base45.SIGNS))
    return chance.choice((
        text[:at] + sign + text[at + 1 :], text[:at] + sign + text[at:], text[:at] + text[at + 1 :], text[:at], text.lower(), text[:5] + text[5:][::-1],  # noqa: E501 -- a list of values
        text.replace("YMT1:", chance.choice(("YMT2:", "ymt1:", "YMT1", "HC1:", "", "YMT1::", " YMT1:"))), text + sign, text * 2, text[:5] + _code(chance).hex().upper(),  # noqa: E501 -- a list of values
        text[:5] + sign * chance.choice((1, 2, 3, 500, 1500)), text[5:],
    ))  # fmt: skip


def claims(chance: random.Random) -> str:
    """A pass of other contents, rightly signed: numbers out of their range, keys twice, out of order, unknown, of other types."""
    entries = _entries(write_claims(scene.good() if chance.random() < 0.8 else scene.paper()))
    at = chance.randrange(len(entries))
    key, value = entries[at]
    way = chance.randrange(8)
    if way == 0:
        entries[at] = (
            key,
            encode(chance.choice(NUMBERS[:13])) if chance.random() < 0.7 else chance.choice((*PIECES, *LENGTHS)),
        )
    elif way == 1:
        entries.insert(chance.randrange(len(entries) + 1), (key, value))
    elif way == 2:
        entries[at] = (key, entries[chance.randrange(len(entries))][1])
    elif way == 3:
        chance.shuffle(entries)
    elif way == 4:
        del entries[at]
    elif way == 5:
        entries.append((encode(chance.choice((*NUMBERS[:13], "x", b"x"))), value))
    elif way == 6:
        entries[at] = (
            key,
            encode(
                chance.choice(
                    ("", "x", "王*明", "*" * 40, "A\0", "９", b"", b"\0" * 8, b"\1" * 33, [], {}, [1], True, False)
                )
            ),
        )
    else:
        raw = bytearray(value)
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        entries[at] = (key, bytes(raw))
    count = len(entries) + chance.choice((0, 0, 0, 0, 1, -1))
    payload = head(5, max(0, count)) + b"".join(key + value for key, value in entries)
    pass_ = scene.sealed(payload, office=chance.choice((scene.OFFICE, scene.OFFICE, scene.TRAINER, scene.RETIRED)))
    if chance.random() < 0.15:
        return text_of(pass_)
    return text_of(_shown(pass_, scene.NOW - chance.choice((0, 4, 60, 61, 600, 601, -30, -31))))


def _entries(payload: bytes) -> list[tuple[bytes, bytes]]:
    """Keys and values of a map, as they are encoded; a map of ours has small keys and no maps inside."""
    from yimatong.core.credential.cbor import decode

    return [(encode(key), encode(value)) for key, value in decode(payload).items()]  # type: ignore[union-attr]


def headers(chance: random.Random) -> str:
    """COSE headers that are not ours: other algorithms, keys, orders, twice, unprotected; signatures of other keys and lengths."""
    payload = write_claims(scene.good())
    kid = chance.choice((scene.OFFICE.kid, scene.STRANGER.kid, b"", b"\0" * 8, scene.OFFICE.kid + b"\0"))
    protected = chance.choice((
        encode({1: -7, 4: kid}), encode({4: kid, 1: -7}), b"\xa2\x04" + encode(kid) + b"\x01\x26", b"\xa3\x01\x26\x01\x26\x04" + encode(kid), encode({1: chance.choice((-8, -35, 5, 0, -7))}),  # noqa: E501 -- a list of values
        encode({1: -7, 4: kid, chance.choice((2, 3, 33)): 1}), b"", b"\xa0", encode({1: -7, 4: "x"}), chance.choice(LENGTHS),
    ))  # fmt: skip
    signature = chance.choice((None, None, b"", b"\0" * 64, b"\xff" * 64, b"\1" * 63, scene.STRANGER.sign(b"x")))
    start = chance.choice((b"\xd2\x84", b"\xd2\x84", b"\x84", b"\xd2\x85", b"\xd2\x9f", b"\xd8\x12\x84", b"\xd1\x84"))
    pass_ = scene.sealed(
        payload,
        protected=protected,
        unprotected=chance.choice((b"\xa0", b"\xa0", b"\xa1\x01\x26", b"\x80", b"\xf6")),
        signature=signature,
        start=start,
    )
    return text_of(_shown(pass_, scene.NOW - 4) if chance.random() < 0.7 else pass_)


def phones(chance: random.Random) -> str:
    """Shown by another phone, at another second, with another's pass."""
    pass_ = chance.choice(originals())[0]
    ts = chance.choice((scene.NOW - 4, scene.NOW - 61, scene.NOW + 31, scene.NOW - 601, 0, 2**32 - 1, 2**32, 2**53))
    key = chance.choice((scene.PHONE, scene.OTHER_PHONE, scene.OFFICE))
    signature = key.sign(shown_message(chance.choice(originals())[0] if chance.random() < 0.3 else pass_, ts))
    stamp = chance.choice((head(0, ts), head(0, ts), b"\x1b" + ts.to_bytes(8, "big"), b"\xf9\x00\x00", b"\x20"))
    return text_of(b"\x83" + head(2, len(pass_)) + pass_ + stamp + head(2, len(signature)) + signature)


def noise(chance: random.Random) -> str:
    """Bytes and signs by chance."""
    if chance.random() < 0.5:
        return text_of(chance.randbytes(chance.choice((0, 1, 2, 30, 200, 279, 900))))
    return "YMT1:" + "".join(chance.choices(base45.SIGNS, k=chance.choice((1, 2, 3, 50, 418, 1400))))


WAYS: tuple[Mutation, ...] = (bits, cut, pieces, spliced, letters, claims, headers, phones, noise)
WEIGHTS = (24, 10, 18, 8, 14, 14, 6, 3, 3)
