"""Trust lists, recall lists and rotating words, good and bad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vectors.making import scene
from vectors.making.scene import CITY, DAY, NOW, RECALLER, ROOT, WINDOW, Vector, recall_list, refused, sealed, trust
from yimatong.core.credential import (
    FileKey,
    RecallList,
    TrustList,
    sign_delta,
    sign_snapshot,
    sign_trust_list,
    word,
    word_secret,
)
from yimatong.core.credential.cbor import decode, encode
from yimatong.core.credential.cose import open1


def trust_vector(name: str, zh: str, en: str, data: bytes, expected: dict[str, Any], **more: Any) -> Vector:
    given = {"root": ROOT.point.hex(), "list": data.hex(), "known_version": 0, "city": CITY, "now": NOW}
    return Vector(name, zh, en, {"kind": "trust", **given, **more, "expected": expected})


def recall_vector(
    name: str, zh: str, en: str, steps: list[tuple[str, bytes]], expected: dict[str, Any], *, now: int = NOW
) -> Vector:
    """Steps are taken one after the other, each on the list before it; the last one is what is expected."""
    written = [{kind: data.hex()} for kind, data in steps]
    lists = {"root": ROOT.point.hex(), "list": sign_trust_list(trust(), ROOT).hex(), "at": NOW}
    body = {"kind": "recall", "trust": lists, "epoch": WINDOW.epoch, "now": now, "steps": written, "expected": expected}
    return Vector(name, zh, en, body)


def listed(after: RecallList) -> dict[str, Any]:
    told = {"epoch": after.epoch, "sequence": after.sequence, "bits": after.bits, "age": after.age(NOW)}
    return {"accepted": {**told, "digest": after.digest().hex(), "slots": sorted(after.slots)}}


def delta(before: RecallList, added: set[int], signer: FileKey = RECALLER, **more: int) -> tuple[bytes, RecallList]:
    issued, expires = more.get("issued", NOW), more.get("expires", NOW + DAY)
    return sign_delta(before, frozenset(added), issued=issued, expires=expires, signer=signer)


def good() -> Iterator[Vector]:
    data = sign_trust_list(trust(), ROOT)
    said = {"accepted": {"version": 7, "city": CITY, "min_iat": trust().min_iat, "kids": _kids(trust())}}
    yield trust_vector("trust-list", "信任名单", "a trust list", data, said)
    yield trust_vector("trust-list-known", "已有的同一版本", "the version that is known", data, said, known_version=7)
    yield trust_vector(
        "trust-list-in-its-last-second",
        "最后一秒的信任名单",
        "a trust list in its last second",
        data,
        said,
        now=trust().expires,
    )
    first = recall_list()
    shot = ("snapshot", sign_snapshot(first, RECALLER))
    yield recall_vector("recall-snapshot", "收回名单", "a snapshot", [shot], listed(first))
    last = recall_list(issued=NOW, expires=NOW)
    ending = sign_snapshot(last, RECALLER)
    yield recall_vector(
        "recall-snapshot-in-its-last-second",
        "最后一秒的名单",
        "a snapshot in its last second",
        [("snapshot", ending)],
        listed(last),
    )
    quick, after = delta(first, {8}, issued=NOW, expires=NOW)
    yield recall_vector(
        "recall-delta-in-its-last-second",
        "最后一秒的更新",
        "a delta in its last second",
        [shot, ("delta", quick)],
        listed(after),
    )
    empty = recall_list(slots=frozenset())
    yield recall_vector(
        "recall-snapshot-empty",
        "空名单",
        "an empty list",
        [("snapshot", sign_snapshot(empty, RECALLER))],
        listed(empty),
    )
    one, second = delta(first, {5, 6, 7, 123_456})
    two, third = delta(second, {0, 16_000_000})
    yield recall_vector("recall-delta", "一次更新", "a delta", [shot, ("delta", one)], listed(second))
    yield recall_vector(
        "recall-two-deltas", "两次更新", "two deltas", [shot, ("delta", one), ("delta", two)], listed(third)
    )
    nothing, same = delta(first, set())
    yield recall_vector(
        "recall-delta-empty", "没有新增的更新", "a delta that adds nothing", [shot, ("delta", nothing)], listed(same)
    )
    whole = ("snapshot", sign_snapshot(third, RECALLER))
    yield recall_vector(
        "recall-snapshot-after-deltas",
        "更新后的完整名单",
        "a snapshot after deltas",
        [shot, ("delta", one), whole],
        listed(third),
    )
    tight = recall_list(bits=8, slots=frozenset(range(0, 256, 3)))
    yield recall_vector(
        "recall-snapshot-tight",
        "小空间里很多",
        "many in a small space",
        [("snapshot", sign_snapshot(tight, RECALLER))],
        listed(tight),
    )
    secret = word_secret(b"yimatong test key: word of the day", scene.CTI)
    expected = {str(ts): list(word(secret, ts)) for ts in (NOW, NOW + 29, NOW + 30, NOW + 3600)}
    yield Vector("word", "轮换词", "the rotating word", {"kind": "word", "secret": secret.hex(), "expected": expected})


def _kids(listed_keys: TrustList) -> list[str]:
    return [key.kid.hex() for key in listed_keys.keys]


def bad() -> Iterator[Vector]:
    yield from _bad_trust()
    yield from _bad_recall()
    yield from _bad_chain()


def _bad_trust() -> Iterator[Vector]:
    data = sign_trust_list(trust(), ROOT)
    claims = decode(open1(data, longest=65536).payload, longest=65536)
    yield trust_vector(
        "trust-list-rolled-back",
        "信任名单退回旧版",
        "an older version than the known",
        data,
        refused("rolled-back"),
        known_version=8,
    )
    yield trust_vector(
        "trust-list-of-another-root",
        "不是根密钥签的",
        "signed by another root",
        sign_trust_list(trust(), scene.STRANGER),
        refused("unknown-key"),
    )
    forged = sealed(encode(claims), protected=encode({1: -7, 4: ROOT.kid}), office=scene.STRANGER)
    yield trust_vector(
        "trust-list-forged",
        "冒用根密钥",
        "a stranger's signature under the root's kid",
        forged,
        refused("bad-signature"),
    )
    edited = data.replace(b"330200", b"330100")
    yield trust_vector("trust-list-edited", "名单被改", "an edited list", edited, refused("bad-signature"))
    yield trust_vector(
        "trust-list-expired",
        "名单过期",
        "a list whose time is over",
        data,
        refused("list-over"),
        now=trust().expires + 1,
    )
    yield trust_vector(
        "trust-list-of-another-city",
        "别的城市的名单",
        "a list of another city",
        data,
        refused("wrong-city"),
        city="330100",
    )
    yield trust_vector(
        "trust-list-trailing-byte",
        "多一个字节",
        "a byte after the end",
        data + b"\0",
        refused("malformed", "trailing-bytes"),
    )
    key = claims[6][0]
    issued, expires = claims[2], claims[3]
    for name, zh, en, changes in (
        ("trust-list-issued-after-it-expires", "先过期后签发", "a list issued after it expires", {2: expires + 1}),
        ("trust-list-version-zero", "版本号为零", "a version of zero", {1: 0}),
        ("trust-list-line-below-zero", "换发线为负", "a line below zero", {5: -1}),
        ("trust-list-issued-below-zero", "签发时间为负", "issued below zero", {2: -1, 3: issued}),
    ):
        wrong = sealed(encode({**claims, **changes}), protected=encode({1: -7, 4: ROOT.kid}), office=ROOT)
        yield trust_vector(name, zh, en, wrong, refused("malformed", "list-form"))
    for name, zh, en, keys, detail in (
        ("trust-list-key-twice", "密钥重复", "a key that stands twice", [key, key], "list-key"),
        (
            "trust-list-kid-of-another-key",
            "kid 与密钥不符",
            "a kid that is not its key's",
            [[b"abcd", *key[1:]]],
            "list-key",
        ),
        (
            "trust-list-point-off-the-curve",
            "点不在曲线上",
            "a point that is not on the curve",
            [[*key[:3], key[3][:-1] + bytes((key[3][-1] ^ 1,)), *key[4:]]],
            "list-key",
        ),
        ("trust-list-use-unknown", "没有这种用途", "a use that is not known", [[*key[:4], 9, *key[5:]]], "list-key"),
        ("trust-list-state-unknown", "没有这种状态", "a state that is not known", [[*key[:7], 9]], "list-key"),
        (
            "trust-list-key-ends-before-it-begins",
            "密钥先止后起",
            "a key that ends before it begins",
            [[*key[:5], key[6], key[5], key[7]]],
            "list-key",
        ),
        ("trust-list-key-of-seven-parts", "密钥缺一项", "a key of seven parts", [key[:7]], "list-form"),
    ):
        wrong = sealed(encode({**claims, 6: keys}), protected=encode({1: -7, 4: ROOT.kid}), office=ROOT)
        yield trust_vector(name, zh, en, wrong, refused("malformed", detail))


def _bad_recall() -> Iterator[Vector]:
    def alone(name: str, zh: str, en: str, data: bytes, reason: str, detail: str = "", **more: Any) -> Vector:
        return recall_vector(name, zh, en, [("snapshot", data)], refused(reason, detail), **more)

    first = recall_list()
    data = sign_snapshot(first, RECALLER)
    yield alone(
        "recall-list-by-the-pass-key",
        "用签发密钥签名单",
        "signed by the key for passes",
        sign_snapshot(first, scene.OFFICE),
        "key-not-for-this",
    )
    yield alone(
        "recall-list-by-a-stolen-key",
        "用泄露的密钥签名单",
        "signed by a compromised key",
        sign_snapshot(first, scene.STOLEN_RECALLER),
        "key-compromised",
    )
    yield alone(
        "recall-list-by-a-stranger",
        "陌生密钥",
        "signed by a stranger",
        sign_snapshot(first, scene.STRANGER),
        "unknown-key",
    )
    yield alone(
        "recall-list-edited",
        "名单被改",
        "an edited list",
        data[:-70] + bytes((data[-70] ^ 1,)) + data[-69:],
        "bad-signature",
    )
    yield alone(
        "recall-list-expired", "名单过期", "a list whose time is over", data, "list-over", now=first.expires + 1
    )
    other = sign_snapshot(recall_list(epoch=WINDOW.epoch + 6), RECALLER)
    yield alone("recall-list-of-another-epoch", "别的时段的名单", "a list of another epoch", other, "wrong-epoch")
    claims = decode(open1(data).payload)
    coded: bytes = claims[7]
    for name, zh, en, changes, detail in (
        (
            "recall-list-padding",
            "填充位不为零",
            "padding that is not zero",
            {7: coded[:-1] + bytes((coded[-1] | 1,))},
            "list-slots",
        ),
        ("recall-list-byte-more", "多一个字节", "a byte more than the slots need", {7: coded + b"\0"}, "list-slots"),
        ("recall-list-count", "个数不符", "a count that is not theirs", {6: 5}, "list-slots"),
        ("recall-list-out-of-its-space", "位置超出空间", "a slot outside its space", {5: 8}, "list-slots"),
        ("recall-list-bits", "空间位数不对", "a space of 40 bits", {5: 40}, "list-form"),
        ("recall-list-claim-more", "多一项", "a claim more than wanted", {8: 1}, "list-form"),
        ("recall-list-sequence-below-zero", "序号为负", "a sequence below zero", {2: -1}, "list-form"),
        (
            "recall-list-issued-after-it-expires",
            "先过期后签发",
            "a list issued after it expires",
            {3: NOW, 4: NOW - 1},
            "list-form",
        ),
        ("recall-list-bits-too-few", "空间位数太少", "a space of 7 bits", {5: 7}, "list-form"),
    ):
        yield alone(name, zh, en, sealed(encode({**claims, **changes}), office=RECALLER), "malformed", detail)


def _bad_chain() -> Iterator[Vector]:
    first = recall_list()
    shot = ("snapshot", sign_snapshot(first, RECALLER))
    one, second = delta(first, {5})
    two, _third = delta(second, {6})
    rolled = ("snapshot", sign_snapshot(replace(first, sequence=2), RECALLER))
    shrank = ("snapshot", sign_snapshot(replace(first, sequence=4, slots=frozenset({17})), RECALLER))
    changed = ("snapshot", sign_snapshot(replace(first, slots=first.slots | {9}), RECALLER))
    wider = ("snapshot", sign_snapshot(replace(first, sequence=4, bits=first.bits + 1), RECALLER))
    same_wider = ("snapshot", sign_snapshot(replace(first, bits=first.bits + 1), RECALLER))
    elsewhere, _after = delta(replace(first, slots=frozenset({1})), {5})
    late, _after = delta(first, {5}, expires=NOW - 1, issued=NOW - 9)
    foreign, _after = delta(replace(first, epoch=WINDOW.epoch + 6), {5})
    by_office, _after = delta(first, {5}, scene.OFFICE)
    claims = decode(open1(one).payload)
    twice, _after = delta(replace(first, slots=first.slots - {17}), {17})
    again = sealed(encode({**decode(open1(twice).payload), 5: first.digest()}), office=RECALLER)
    backwards = sealed(encode({**claims, 3: NOW + 9, 4: NOW + 8}), office=RECALLER)
    short = sealed(encode({**claims, 5: first.digest()[:15]}), office=RECALLER)
    for name, zh, en, steps, reason, detail in (
        ("recall-snapshot-rolled-back", "名单退回旧版", "a snapshot older than the known", [shot, rolled], "rolled-back", ""),
        ("recall-snapshot-shrank", "名单少了", "a newer snapshot that forgets a slot", [shot, shrank], "rolled-back", "list-shrank"),
        ("recall-snapshot-changed", "同一序号内容不同", "the same sequence with another content", [shot, changed], "rolled-back", "list-changed"),
        ("recall-snapshot-of-another-space", "位数变了", "a newer snapshot with another number of bits", [shot, wider], "rolled-back", "list-shrank"),
        ("recall-snapshot-of-another-space-again", "同一序号位数变了", "the same sequence with another number of bits", [shot, same_wider], "rolled-back", "list-shrank"),
        ("recall-delta-issued-after-it-expires", "更新先过期后签发", "a delta issued after it expires", [shot, ("delta", backwards)], "malformed", "list-form"),
        ("recall-delta-gap", "跳过一次更新", "a delta after the next one", [shot, ("delta", two)], "gap", ""),
        ("recall-delta-again", "重复更新", "the same delta again", [shot, ("delta", one), ("delta", one)], "rolled-back", ""),
        ("recall-delta-on-another-list", "接在别的名单上", "a delta on another list", [shot, ("delta", elsewhere)], "gap", "list-before"),
        ("recall-delta-expired", "更新已过期", "a delta whose time is over", [shot, ("delta", late)], "list-over", ""),
        ("recall-delta-of-another-epoch", "别的时段的更新", "a delta of another epoch", [shot, ("delta", foreign)], "wrong-epoch", ""),
        ("recall-delta-by-the-pass-key", "用签发密钥签更新", "a delta signed by the key for passes", [shot, ("delta", by_office)], "key-not-for-this", ""),
        ("recall-delta-of-a-known-slot", "重复收回", "a delta with a slot that is on the list", [shot, ("delta", again)], "malformed", "list-slots"),
        ("recall-delta-digest-short", "摘要短", "a digest of 15 bytes", [shot, ("delta", short)], "malformed", "list-form"),
        ("recall-delta-edited", "更新被改", "an edited delta", [shot, ("delta", one[:-70] + bytes((one[-70] ^ 1,)) + one[-69:])], "bad-signature", ""),
        ("recall-delta-as-snapshot", "更新冒充完整名单", "a delta in place of a snapshot", [("snapshot", one)], "malformed", "list-form"),
    ):  # fmt: skip
        yield recall_vector(name, zh, en, steps, refused(reason, detail))
