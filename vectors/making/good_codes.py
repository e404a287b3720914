"""Codes that must be accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectors.making import scene
from vectors.making.scene import NOW, WINDOW, Vector, accepted, code, e_text, good, paper, paper_of, snapshot
from yimatong.core.colour import Colour
from yimatong.core.credential import mint, shown_with
from yimatong.core.credential.claims import Claims

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def shown(name: str, zh: str, en: str, claims: Claims, *, ts: int = NOW - 4, **more: Any) -> Vector:
    office = more.pop("office", scene.OFFICE)
    return code(name, zh, en, e_text(claims, ts=ts, office=office), accepted(claims, ts=ts), **more)


def vectors() -> Iterator[Vector]:
    yield shown("e-code-green", "绿色电子码", "a green e-code", good())
    yield shown("e-code-yellow", "黄色电子码", "a yellow e-code", good(colour=Colour.YELLOW))
    yield shown("e-code-red", "红色电子码", "a red e-code", good(colour=Colour.RED))
    most = good(name="𬭳*明", permit=23, check=65535, slot=2**32 - 1, tail="012X")
    yield shown("e-code-longest", "每一项都最长的电子码", "an e-code with every field at its longest", most)
    least = good(name="*", tail="", check=0, slot=0)
    yield shown("e-code-shortest", "每一项都最短的电子码", "an e-code with every field at its shortest", least)
    yield shown("e-code-foreign-name", "外文姓名缩写", "initials of a foreign name", good(name="J* S*", permit=1))
    yield shown("shown-60-seconds-ago", "六十秒前出示", "shown sixty seconds ago", good(), ts=NOW - 60)
    yield shown("shown-30-seconds-ahead", "手机快三十秒", "a phone thirty seconds ahead", good(), ts=NOW + 30)
    yield shown("first-second", "生效的第一秒", "the first second of its life", good(), ts=WINDOW.nbf, now=WINDOW.nbf)
    yield shown("last-second", "有效的最后一秒", "the last second of its life", good(), ts=WINDOW.exp, now=WINDOW.exp)
    yield shown("retired-key", "停用密钥签发的仍可验", "a retired key still verifies", good(), office=scene.RETIRED)
    at_the_line = scene.trust(min_iat=good().iat)
    yield shown(
        "issued-at-the-line", "签发时间恰在换发线上", "issued at the very line", good(), trusted_list=at_the_line
    )
    yield from _edges()
    yield from _lists()
    yield from _signatures()
    yield code("paper", "纸质证", "a paper pass", paper_of(paper()), accepted(paper(), ts=None))
    other = paper(number="A", permit=2, colour=Colour.YELLOW)
    yield code("paper-permit", "带特别通行证的纸质证", "paper with a permit", paper_of(other), accepted(other, ts=None))


def _edges() -> Iterator[Vector]:
    """The first and the last second of a key and the last of a trust list are inside."""
    begins = scene.trust(keys=(scene.TrustedKey.of(scene.OFFICE.point, scene.Use.PASS, NOW, NOW + 9),))
    ends = scene.trust(keys=(scene.TrustedKey.of(scene.OFFICE.point, scene.Use.PASS, NOW - 9, NOW),))
    yield shown("key-first-second", "密钥的第一秒", "the first second of a key", good(), trusted_list=begins)
    yield shown("key-last-second", "密钥的最后一秒", "the last second of a key", good(), trusted_list=ends)
    over = scene.trust(expires=NOW)
    yield shown(
        "trust-list-last-second", "信任名单的最后一秒", "the last second of a trust list", good(), trusted_list=over
    )


def _lists() -> Iterator[Vector]:
    said = accepted(good(), ts=NOW - 4, recall_age=60)
    yield code("not-recalled", "不在收回名单上", "not on the recall list", e_text(good()), said, recall=[snapshot()])
    old = snapshot(issued=NOW - 7200)
    aged = accepted(good(), ts=NOW - 4, recall_age=7200)
    yield code("recall-list-of-two-hours", "名单已有两小时", "a list two hours old", e_text(good()), aged, recall=[old])
    over = snapshot(issued=NOW - 9, expires=NOW - 1)
    ended = accepted(good(), ts=NOW - 4, recall_age=9)
    yield code(
        "not-recalled-by-a-list-that-is-over",
        "名单已过有效期，年龄照报",
        "not on a list whose time is over, whose age is told",
        e_text(good()),
        ended,
        recall=[over],
        opened_at=NOW - 5,
    )
    other = snapshot(epoch=WINDOW.epoch + 6, slots=frozenset({good().slot}))
    none = accepted(good(), ts=NOW - 4)
    yield code(
        "recalled-in-another-epoch",
        "别的时段里的同一位置",
        "its slot on the list of another epoch",
        e_text(good()),
        none,
        recall=[other],
    )
    again = e_text(good())
    yield code(
        "read-twice-within-the-grace",
        "同一次出示读了两遍",
        "one showing that was read twice",
        again,
        none,
        earlier=[(again, NOW - 15)],
    )


def _signatures() -> Iterator[Vector]:
    """ECDSA signatures can be rewritten without a key: s becomes n - s. Both are good, and both are the same code."""
    pass_ = mint(good(), scene.OFFICE)
    signature = scene.shown_signature(pass_, NOW - 4)
    r, s = signature[:32], int.from_bytes(signature[32:], "big")
    other = r + (ORDER - s).to_bytes(32, "big")
    text = shown_with(pass_, NOW - 4, other)
    yield code(
        "signature-with-the-other-s",
        "签名的另一种写法",
        "a signature with the other s",
        text,
        accepted(good(), ts=NOW - 4),
    )
