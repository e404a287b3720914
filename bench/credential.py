"""Codes: minting and verifying against bare P-256 and against the libraries, the QR code and what reads it, the lists' bytes."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from bench import machine
from bench.figures import Figure
from bench.pictures import grid, picture, qr, text_in
from bench.run import Bench
from yimatong.core.colour import Colour
from yimatong.core.credential import (
    Accepted,
    Claims,
    FileKey,
    Kind,
    RecallList,
    TrustedKey,
    TrustList,
    Use,
    e_code,
    mint,
    paper_text,
    public_key,
    shown_message,
    shown_text,
    sign_delta,
    sign_snapshot,
    verify,
    window,
)
from yimatong.core.credential.cose import open1
from yimatong.core.credential.keys import CURVE, ECDSA

NAME = "credential"
CODES, ROUNDS = 1000, 9
CITY, WINDOW = "330200", window(439452)
NOW = WINDOW.start + 3600
MOST_SIGNS, MOST_SIDE = 419, 65
PEOPLE, RECALLED, ADDED = 10_000_000, 20_000, 14


def measure(bench: Bench) -> Iterator[Figure]:
    """Everything about codes that has a figure."""
    bench.say(f"{CODES:,} codes, {ROUNDS} rounds in turns")
    with machine.one_core():
        yield from _against_the_primitive()
        yield from _minting(bench)
    yield from _qr(bench)
    yield from _lists()


def _claims(number: int, device: bytes) -> Claims:
    return e_code(
        city=CITY, epoch=WINDOW.epoch, hours=6, iat=WINDOW.start - 3600, cti=number.to_bytes(8, "big"),
        colour=Colour.GREEN, name="王*明", tail="0014", check=number % 65536, slot=9_000_000 + number, device=device,
    )  # fmt: skip


def _paper(number: int) -> Claims:
    changes = {"kind": Kind.PAPER, "device": None, "number": f"NB-{number:06}"}
    return _claims(number, b"")._replace(**changes)


class _Codes:
    """Codes of as many phones, and their parts for whoever does without us."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(CURVE)
        self.office = FileKey(self.private)
        phones = [FileKey.made() for _each in range(CODES)]
        self.claims = [_claims(number, phone.point) for number, phone in enumerate(phones)]
        self.passes = [mint(claims, self.office) for claims in self.claims]
        self.shown = [shown_text(pass_, NOW, phone) for pass_, phone in zip(self.passes, phones, strict=True)]
        self.papers = [mint(_paper(number), self.office) for number in range(CODES)]
        self.paper_texts = [paper_text(pass_) for pass_ in self.papers]
        self.trust = TrustList(
            1, NOW, NOW + 10**6, CITY, 0, (TrustedKey.of(self.office.point, Use.PASS, 0, NOW + 10**6),)
        )
        self.public = self.private.public_key()
        self.messages = [open1(pass_).to_be_signed for pass_ in self.passes]
        self.by_office = [(_der(open1(pass_).signature), open1(pass_).to_be_signed) for pass_ in self.papers]
        signed = [phone.sign(shown_message(pass_, NOW)) for phone, pass_ in zip(phones, self.passes, strict=True)]
        self.by_phone = [
            (phone.point, public_key(phone.point), _der(signature), shown_message(pass_, NOW))
            for phone, signature, pass_ in zip(phones, signed, self.passes, strict=True)
        ]


def _der(signature: bytes) -> bytes:
    return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))


def _against_the_primitive() -> Iterator[Figure]:
    codes = _Codes()
    from bench.tokens import token_peers  # the peers come with the bench's own lock

    peers = token_peers(codes.private, codes.office.kid)
    tokens = {peer.name: [peer.mint(_live(claims)) for claims in codes.claims] for peer in peers}
    work: dict[str, Callable[[], Any]] = {
        "sign": lambda: [codes.private.sign(message, ECDSA) for message in codes.messages],
        "mint": lambda: [mint(claims, codes.office) for claims in codes.claims],
        "check": lambda: [codes.public.verify(der, message, ECDSA) for der, message in codes.by_office],
        "check phone": lambda: [key.verify(der, message, ECDSA) for _p, key, der, message in codes.by_phone],
        "load and check phone": lambda: [
            public_key(point).verify(der, message, ECDSA) for point, _key, der, message in codes.by_phone
        ],
        "verify paper": lambda: _verified(codes.paper_texts, codes.trust),
        "verify shown": lambda: _verified(codes.shown, codes.trust),
    }
    for peer in peers:
        work[f"{peer.name} mint"] = lambda peer=peer: [peer.mint(_live(claims)) for claims in codes.claims]
        work[f"{peer.name} verify"] = lambda peer=peer: [peer.verify(token) for token in tokens[peer.name]]
    taken = _in_turns(work)
    yield from _ratios(taken)
    for peer in peers:
        yield Figure(
            NAME,
            f"{peer.name}: mint, verify",
            f"{_rate(taken[f'{peer.name} mint'])} and {_rate(taken[f'{peer.name} verify'])} a second",
            note=f"ours {taken[f'{peer.name} mint'] / taken['mint']:.1f} and "
            f"{taken[f'{peer.name} verify'] / taken['verify paper']:.1f} times as many; one signature; {peer.note}",
        )


def _live(claims: Claims) -> Claims:
    """The claims with a life that holds at this moment: the libraries look at the machine's clock by themselves."""
    now = int(datetime.now(UTC).timestamp())
    return claims._replace(nbf=now - 600, iat=now - 600, exp=now + 3600)


def _ratios(taken: dict[str, float]) -> Iterator[Figure]:
    yield Figure(
        NAME,
        "mint, against bare P-256 signing",
        f"{_rate(taken['mint'])} a second, {taken['sign'] / taken['mint']:.2f}",
        "at least 0.6",
        taken["sign"] / taken["mint"] >= 0.6,
        f"cryptography signs {_rate(taken['sign'])} a second on the same core in the same run",
    )
    paper = taken["check"] / taken["verify paper"]
    yield Figure(
        NAME,
        "verify a paper pass, against bare P-256",
        f"{_rate(taken['verify paper'])} a second, {paper:.3f}",
        "at least 0.8",
        paper >= 0.8,
        f"from the QR text to Accepted; cryptography checks {_rate(taken['check'])} signatures a second",
    )
    bare = taken["check"] + taken["check phone"]
    loaded = taken["check"] + taken["load and check phone"]
    yield Figure(
        NAME,
        "verify a shown e-code, against P-256 twice",
        f"{_rate(taken['verify shown'])} a second, {loaded / taken['verify shown']:.2f}",
        "at least 0.8",
        loaded / taken["verify shown"] >= 0.8,
        "two signatures, a new phone each time: the primitive loads the phone's key, because without its key there is "
        f"nothing to check; with every phone's key loaded beforehand the ratio is {bare / taken['verify shown']:.2f}",
    )


def _verified(texts: Sequence[str], trust: TrustList) -> None:
    for text in texts:
        answer = verify(text, now=NOW, trust=trust, recall=None, city=CITY)
        if not isinstance(answer, Accepted):
            raise InvalidSignature(answer)


def _in_turns(work: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Seconds of the processor a code of each piece of work: the best of several rounds, in turns."""
    best: dict[str, float] = {}
    for _round in range(ROUNDS):
        for name, function in work.items():
            began = time.thread_time()
            function()
            best[name] = min(best.get(name, 9e9), (time.thread_time() - began) / CODES)
    return best


def _rate(seconds: float) -> str:
    return f"{1 / seconds:,.0f}"


def _minting(bench: Bench) -> Iterator[Figure]:
    bench.say(f"minting {bench.passes:,} passes")
    office, device = FileKey.made(), FileKey.made().point
    began = time.perf_counter()
    size = sum(len(mint(_claims(number, device), office)) for number in range(bench.passes))
    taken = time.perf_counter() - began
    yield Figure(
        NAME,
        f"minting {bench.passes:,} passes of as many people",
        f"{taken:.1f} s, {bench.passes / taken:,.0f} a second",
        note=f"one core, claims made and signed, {size / bench.passes:.0f} bytes each; no database, no slots: what strips take "
        "with the database is measured where strips are made",
    )


def _qr(bench: Bench) -> Iterator[Figure]:
    phone = FileKey.made()
    largest = _claims(7, phone.point)._replace(name="𬭳*明", check=65535, slot=2**32 - 1, tail="012X", permit=23)
    text = shown_text(mint(largest, FileKey.made()), NOW, phone)
    code = qr(text)
    side = code.symbol_size(border=0)[0]
    yield Figure(
        NAME,
        "largest shown code",
        f"{side}x{side} modules, {len(text)} signs",
        f"at most {MOST_SIDE}x{MOST_SIDE} at level M",
        side <= MOST_SIDE and len(text) <= MOST_SIGNS,
        f"version {code.designator}; every field at its longest",
    )
    spoiled = list(grid())
    bench.say(f"{len(spoiled)} pictures of it")
    read = [(spoiling, text_in(picture(code, spoiling)) == text) for spoiling in spoiled]
    soft = [ok for spoiling, ok in read if spoiling.noise <= 10 and spoiling.blur <= 0.3 and spoiling.contrast == 255]
    yield Figure(
        NAME,
        "zxing-cpp reads it: blur up to 0.3 modules, noise up to 10, turned up to 170 degrees",
        f"{sum(soft)} of {len(soft)}",
        "all",
        all(soft),
        "3, 4 and 6 pixels a module; 0, 3, 10, 30, 45, 90 and 170 degrees; noise is the standard deviation, of 255",
    )
    for field in ("blur", "noise", "contrast", "degrees", "pixels"):
        every, good = Counter(getattr(s, field) for s, _ok in read), Counter(getattr(s, field) for s, ok in read if ok)
        told = ", ".join(f"{value:g}: {good[value]} of {every[value]}" for value in sorted(every))
        yield Figure(NAME, f"  the whole grid by {field}", told)


def _lists() -> Iterator[Figure]:
    signer = FileKey.made()
    bits = (PEOPLE + PEOPLE // 8).bit_length()
    slots = random.Random(20200215).sample(range(1 << bits), RECALLED + ADDED)
    before = RecallList(WINDOW.epoch, 41, NOW, NOW + 86400, bits, frozenset(slots[:RECALLED]))
    snapshot = len(sign_snapshot(before, signer))
    delta, _after = sign_delta(before, slots[RECALLED:], issued=NOW + 60, expires=NOW + 86400, signer=signer)
    yield Figure(
        NAME,
        f"recall list, {RECALLED:,} of {PEOPLE:,}",
        f"{snapshot / 1000:.1f} kB",
        "at most 30 kB",
        snapshot <= 30_000,
        f"exact, signed, in a space of 2^{bits} slots",
    )
    size = len(delta)
    yield Figure(
        NAME, f"a delta of {ADDED}", f"{size} bytes", "at most 300 bytes", size <= 300, "signed, with the digest"
    )
