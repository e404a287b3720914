"""What scanners are given and must refuse: policy files, licences, register extracts and sealed boxes, each with one flaw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectors.making.gates import (
    BESIDE,
    DESK,
    DEVICE,
    EXTRACT_KEY,
    ONCE,
    POLICY,
    STOLEN_POLICY,
    TEXT,
    extract,
    gate,
    licence,
    policy,
    resigned,
    sealed_box,
    small_body,
)
from vectors.making.scene import CITY, NOW, OFFICE, STRANGER, Vector, refused, swapped
from yimatong.core.checkpoints import sign_licence
from yimatong.core.credential import seal_to


def bad() -> Iterator[Vector]:
    yield from _bad_policies()
    yield from _bad_licences()
    yield from _bad_extracts()
    box = seal_to(DESK.point, TEXT, BESIDE, ephemeral=ONCE)
    yield sealed_box("sealed-edited", "封装被改", "an edited box", box[:-1] + bytes([box[-1] ^ 1]), None)
    yield sealed_box("sealed-for-another", "封装给别人的", "a box for somebody else", box, None, desk=STRANGER)
    yield sealed_box(
        "sealed-by-another-device",
        "别的设备的封装",
        "another device's box",
        box,
        None,
        beside=b"YMT1-sealed\n" + b"0" * 32,
    )
    yield sealed_box("sealed-cut-short", "封装不完整", "a box cut short", box[:48], None)
    yield sealed_box(
        "sealed-point-off-the-curve", "点不在曲线上", "a point off the curve", b"\x02" + b"\xff" * 32 + box[33:], None
    )
    yield sealed_box(
        "sealed-with-another-key", "换了一次性密钥", "with another one-time key", STRANGER.point + box[33:], None
    )


def _bad_policies() -> Iterator[Vector]:
    known = {"known_issued": 0, "city": CITY}

    def one(name: str, zh: str, en: str, data: bytes, reason: str, detail: str = "", **more: Any) -> Vector:
        return gate(f"policy-{name}", zh, en, "policy", data, refused(reason, detail), **{**known, **more})

    yield one(
        "edited",
        "被改动",
        "an edited file",
        swapped(policy(), b'"fever_tenths":373', b'"fever_tenths":399'),
        "bad-signature",
    )
    yield one("by-a-stranger", "陌生人签的", "signed by a stranger", policy(signer=STRANGER), "unknown-key")
    yield one(
        "by-the-pass-key", "用签码的密钥签的", "signed by the key for passes", policy(signer=OFFICE), "key-not-for-this"
    )
    yield one(
        "by-a-stolen-key", "被盗的密钥签的", "signed by a stolen key", policy(signer=STOLEN_POLICY), "key-compromised"
    )
    yield one("older", "比已有的旧", "older than the known file", policy(), "rolled-back", known_issued=NOW - 599)
    yield one("expired", "过期", "its time is over", policy(expires=NOW - 1), "list-over")
    yield one("of-another-city", "别的城市的", "of another city", policy(city="330100"), "wrong-city")
    yield one(
        "is-a-licence",
        "其实是许可",
        "a licence in its place",
        sign_licence(licence(), POLICY),
        "malformed",
        "list-form",
    )
    yield one("without-a-city", "没有城市", "without a city", resigned(policy(), c5=None), "malformed", "list-form")
    yield one("claim-more", "多一项", "with one claim more", resigned(policy(), c9=1), "malformed", "list-form")
    yield one("version-zero", "版本为零", "version 0", resigned(policy(), c4=0), "malformed", "list-form")
    yield one(
        "expires-first",
        "先到期后签发",
        "expired before it was issued",
        resigned(policy(), c3=NOW - 601),
        "malformed",
        "list-form",
    )
    yield one("kind-true", "种类写成true", "true for its kind", resigned(policy(), c1=True), "malformed", "list-form")
    yield one("cut-short", "不完整", "cut short", policy()[:-9], "malformed", "truncated")
    yield one("body-not-json", "内容不是JSON", "a body that is no JSON", policy(b"{"), "malformed", "body-form")
    yield one(
        "body-of-another-form",
        "内容是别的形式",
        "a body of another form",
        policy(small_body(form=2)),
        "malformed",
        "body-form",
    )
    yield one("body-edited-version", "内容的版本不对", "a body with another's version", policy(swapped(small_body(), b'"plates":false', b'"plates":true')), "malformed", "body-form")  # fmt: skip


def _bad_licences() -> Iterator[Vector]:
    def one(name: str, zh: str, en: str, data: bytes, reason: str, detail: str = "", **more: Any) -> Vector:
        return gate(
            f"licence-{name}", zh, en, "licence", data, refused(reason, detail), **{"device": DEVICE.hex(), **more}
        )

    data = sign_licence(licence(), POLICY)
    yield one("of-another-device", "别的设备的", "another device's", data, "other-device", device="f" * 32)
    yield one("expired", "过期", "its time is over", sign_licence(licence(expires=NOW - 1), POLICY), "list-over")
    yield one("edited", "被改动", "an edited licence", swapped(data, b"Beilun", b"Yinzho"), "bad-signature")
    yield one(
        "by-the-pass-key",
        "用签码的密钥签的",
        "signed by the key for passes",
        sign_licence(licence(), OFFICE),
        "key-not-for-this",
    )
    yield one(
        "is-a-policy-file",
        "其实是政策文件",
        "a policy file in its place",
        resigned(data, c1=1),
        "malformed",
        "list-form",
    )
    yield one(
        "hours-past-midnight",
        "分钟超出一天",
        "a minute that no day has",
        resigned(data, c10=[[127, 0, 1440]]),
        "malformed",
        "list-form",
    )
    yield one(
        "without-days", "没有星期", "hours on no day", resigned(data, c10=[[0, 0, 1439]]), "malformed", "list-form"
    )
    yield one("zone-unknown", "区域不明", "an unknown zone", resigned(data, c8=3), "malformed", "list-form")
    hours = {"c12": [[127, 0, 359]]}
    yield one(
        "control-hours-of-an-ordinary-zone", "普通区写了管控时段", "control hours of an ordinary zone", resigned(data, **hours),
        "malformed", "list-form",
    )  # fmt: skip
    yield one(
        "control-hours-empty",
        "管控时段是空的",
        "control hours that are none",
        resigned(data, c8=2, c12=[]),
        "malformed",
        "list-form",
    )
    yield one(
        "device-short", "设备号太短", "a device of 15 bytes", resigned(data, c4=DEVICE[:15]), "malformed", "list-form"
    )
    yield one("title-empty", "没有名称", "without a title", resigned(data, c6=""), "malformed", "list-form")
    yield one(
        "training-as-number", "演练写成数字", "training as a number", resigned(data, c11=1), "malformed", "list-form"
    )


def _bad_extracts() -> Iterator[Vector]:
    def one(name: str, zh: str, en: str, data: bytes, reason: str, detail: str = "") -> Vector:
        return gate(f"extract-{name}", zh, en, "extract", data, refused(reason, detail), key=EXTRACT_KEY.hex())

    data = extract()
    yield one("row-edited", "一行被改", "an edited row", data[:-1] + bytes([data[-1] ^ 1]), "bad-signature")
    yield one(
        "rows-exchanged", "两行对调", "two rows exchanged", data[:-36] + data[-18:] + data[-36:-18], "bad-signature"
    )
    yield one("row-less", "少一行", "a row less", data[:-18], "malformed", "list-form")
    yield one("row-more", "多一行", "a row more", data + bytes(18), "malformed", "list-form")
    yield one("mark", "开头不对", "another mark", b"YMX2" + data[4:], "malformed", "list-form")
    yield one("header-cut-short", "头部不完整", "a header cut short", data[:40], "malformed", "list-form")
    yield one("expired", "过期", "its time is over", extract(expires=NOW - 1), "list-over")
    yield one(
        "by-the-pass-key",
        "用签码的密钥签的",
        "signed by the key for passes",
        extract(signer=OFFICE),
        "key-not-for-this",
    )
