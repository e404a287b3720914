"""Recent recalls, which phones read, good and bad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectors.making.scene import (
    DAY,
    NOW,
    OFFICE,
    RECALLER,
    ROOT,
    STRANGER,
    WINDOW,
    Vector,
    recall_list,
    refused,
    sealed,
    trust,
)
from yimatong.core.credential import RecentRecalls, sign_delta, sign_recent, sign_trust_list
from yimatong.core.credential.cbor import decode, encode
from yimatong.core.credential.cose import open1
from yimatong.core.credential.recent import AFTER, EPOCH, ISSUED, SEQUENCE, SINCE, SLOTS, WITHIN


def recents(slots: frozenset[int] = frozenset({5, 6, 123_456, 16_000_000}), **more: int) -> RecentRecalls:
    given = {"least": 0, "within": 0, **more}
    return RecentRecalls(
        WINDOW.epoch, 83, NOW - 30, NOW - 30 + DAY, 24, slots, 72, NOW - 690, given["least"], given["within"]
    )


def vector(name: str, zh: str, en: str, data: bytes, expected: dict[str, Any]) -> Vector:
    lists = {"root": ROOT.point.hex(), "list": sign_trust_list(trust(), ROOT).hex(), "at": NOW}
    return Vector(name, zh, en, {"kind": "recent", "trust": lists, "data": data.hex(), "expected": expected})


def told(recent: RecentRecalls) -> dict[str, Any]:
    """What an accepted one says."""
    names = ("epoch", "sequence", "issued", "expires", "bits", "after", "since", "least", "within")
    return {"accepted": {**{name: getattr(recent, name) for name in names}, "slots": sorted(recent.slots)}}


def good() -> Iterator[Vector]:
    for name, zh, en, recent in (
        ("recent-recalls", "近期收回", "recent recalls", recents()),
        ("recent-recalls-empty", "近期无收回", "nothing was recalled lately", recents(frozenset())),
        (
            "recent-recalls-old-passes",
            "旧码须更换",
            "passes of before are to be asked for anew",
            recents(least=NOW - 900, within=600),
        ),
    ):
        yield vector(name, zh, en, sign_recent(recent, RECALLER), told(recent))


def bad() -> Iterator[Vector]:
    data = sign_recent(recents(), RECALLER)
    claims = decode(open1(data).payload)
    yield vector(
        "recent-recalls-edited",
        "改动了一位",
        "one bit is another",
        data[:-1] + bytes([data[-1] ^ 1]),
        refused("bad-signature"),
    )
    yield vector(
        "recent-recalls-by-the-pass-key", "用通行码密钥签发", "signed by a key of passes", sign_recent(recents(), OFFICE),
        refused("key-not-for-this"),
    )  # fmt: skip
    yield vector(
        "recent-recalls-by-a-stranger", "陌生密钥签发", "signed by a stranger", sign_recent(recents(), STRANGER),
        refused("unknown-key"),
    )  # fmt: skip
    delta, _after = sign_delta(recall_list(), {8}, issued=NOW, expires=NOW + DAY, signer=RECALLER)
    yield vector(
        "recent-recalls-a-delta", "拿更新冒充", "a delta in its place", delta, refused("malformed", "list-form")
    )
    for name, zh, en, change in (
        ("since-after-issued", "起点晚于签发", "since a time after its own", {SINCE: claims[ISSUED] + 1}),
        ("after-its-own", "接在自己之后", "after a list later than its own", {AFTER: claims[SEQUENCE] + 1}),
        ("without-slots", "没有位置", "its slots are a number", {SLOTS: 0}),
        ("within-below-zero", "时限为负", "a time below zero", {WITHIN: -1}),
        ("of-no-epoch", "没有时段", "its epoch is true", {EPOCH: True}),
    ):
        forged = sealed(encode({**claims, **change}), office=RECALLER)
        yield vector(f"recent-recalls-{name}", zh, en, forged, refused("malformed", "list-form"))
