"""Codes in the right form that must be refused: edited, forged, copied, replayed, recalled, out of time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectors.making import scene
from vectors.making.scene import (
    NOW,
    OFFICE,
    PHONE,
    WINDOW,
    Vector,
    code,
    e_text,
    good,
    paper,
    paper_of,
    refused,
    sealed,
    shown,
    shown_signature,
    snapshot,
    text_of,
)
from yimatong.core.colour import Colour
from yimatong.core.credential import mint, paper_text, shown_with
from yimatong.core.credential.cbor import encode
from yimatong.core.credential.claims import Kind, write as write_claims

TS = NOW - 4


def vectors() -> Iterator[Vector]:
    yield from _edited()
    yield from _forged()
    yield from _keys()
    yield from _copied()
    yield from _times()
    yield from _lists()


def _edited() -> Iterator[Vector]:
    """The right signature under claims of which one was changed."""
    signature = mint(good(permit=1), OFFICE)[-64:]
    other = scene.OTHER_PHONE.point
    for field, zh, value in (
        ("name", "姓名", "李*明"),
        ("colour", "颜色", Colour.YELLOW),
        ("tail", "尾号", "0015"),
        ("check", "校验值", 1),
        ("slot", "位置", 9_990_001),
        ("permit", "特别通行证", 2),
        ("cti", "编号", b"\1" * 8),
        ("exp", "有效期", WINDOW.exp + 1),
        ("iat", "签发时间", good().iat + 1),
        ("nbf", "生效时间", WINDOW.nbf - 3600),
        ("device", "手机密钥", other),
    ):
        changes: dict[str, Any] = {"permit": 1, field: value}
        if field == "nbf":
            changes["epoch"] = WINDOW.epoch - 1
        phone = scene.OTHER_PHONE if field == "device" else PHONE
        text = shown(sealed(write_claims(good(**changes)), signature=signature), phone=phone)
        yield _bad(f"edited-{field}", f"改动了{zh}", f"its {field} was edited", text)
    edited = sealed(write_claims(good(permit=1, city="330100")), signature=signature)
    yield _bad("edited-city", "改动了城市", "its city was edited", shown(edited), city="330100")
    number = sealed(write_claims(paper(number="NB-000127-5")), signature=mint(paper(), OFFICE)[-64:])
    yield _bad("edited-paper-number", "改动了纸证编号", "its paper number was edited", text_of(number))
    swapped_kid = sealed(write_claims(good()), protected=encode({1: -7, 4: scene.RETIRED.kid}), office=OFFICE)
    yield _bad("edited-kid", "换了 kid", "its kid was edited", shown(swapped_kid))


def _bad(name: str, zh: str, en: str, text: str, **more: Any) -> Vector:
    return code(name, zh, en, text, refused("bad-signature"), **more)


def _forged() -> Iterator[Vector]:
    plain = write_claims(good())
    forged = sealed(plain, protected=encode({1: -7, 4: OFFICE.kid}), office=scene.STRANGER)
    yield _bad("forged-under-our-kid", "冒用 kid", "a stranger's signature under our kid", shown(forged))
    zeros = sealed(plain, signature=b"\0" * 64)
    yield _bad("signature-of-zeros", "签名为零", "a signature of zeros", shown(zeros))
    most = sealed(plain, signature=b"\xff" * 64)
    yield _bad("signature-above-the-order", "签名超出阶", "a signature above the order of the curve", shown(most))
    other = mint(good(cti=b"\2" * 8), OFFICE)[-64:]
    yield _bad(
        "signature-of-another-pass",
        "用了别的证的签名",
        "the signature of another pass",
        shown(sealed(plain, signature=other)),
    )
    turned = mint(good(), OFFICE)[-64:]
    yield _bad(
        "r-and-s-exchanged",
        "r 与 s 对调",
        "r and s exchanged",
        shown(sealed(plain, signature=turned[32:] + turned[:32])),
    )
    bare = sealed(plain, signature=OFFICE.sign(plain))
    yield _bad("signed-without-its-header", "只签了载荷", "signed over the payload alone", shown(bare))


def _keys() -> Iterator[Vector]:
    def by(name: str, zh: str, en: str, reason: str, text: str, **more: Any) -> Vector:
        return code(name, zh, en, text, refused(reason), **more)

    yield by(
        "unknown-key",
        "密钥不在名单",
        "a key that is not on the list",
        "unknown-key",
        e_text(good(), office=scene.STRANGER),
    )
    yield by(
        "signed-by-the-recall-key",
        "用收回密钥签发",
        "signed by the key for recalls",
        "key-not-for-this",
        e_text(good(), office=scene.RECALLER),
    )
    yield by(
        "signed-by-the-training-key",
        "用培训密钥签发",
        "signed by the key for training",
        "key-not-for-this",
        e_text(good(), office=scene.TRAINER),
    )
    yield by(
        "training-signed-by-the-office",
        "培训码用正式密钥",
        "training signed by the key for passes",
        "key-not-for-this",
        e_text(good(kind=Kind.TRAINING)),
    )
    yield by(
        "compromised-key", "密钥已泄露", "a compromised key", "key-compromised", e_text(good(), office=scene.STOLEN)
    )
    yield by(
        "key-not-yet",
        "密钥尚未启用",
        "a key that is not in use yet",
        "key-not-yet",
        e_text(good(), office=scene.COMING),
    )
    yield by("key-over", "密钥已过期", "a key whose time is over", "key-over", e_text(good(), office=scene.GONE))
    for name, alg in (("es384", -35), ("eddsa", -8), ("hs256", 5)):
        pass_ = sealed(write_claims(good()), protected=encode({1: alg, 4: OFFICE.kid}))
        yield by(f"algorithm-{name}", "算法不是 ES256", f"an alg of {alg}", "wrong-algorithm", shown(pass_))
    yield by(
        "training", "培训码", "a code for training", "training", e_text(good(kind=Kind.TRAINING), office=scene.TRAINER)
    )
    sheet = paper(kind=Kind.TRAINING)
    yield by("training-paper", "培训纸证", "paper for training", "training", paper_of(sheet, scene.TRAINER))
    yield by("another-city", "别的城市", "a code of another city", "wrong-city", e_text(good(city="330100")))
    yield by(
        "scanner-of-another-city",
        "别的城市的扫码设备",
        "a scanner of another city",
        "wrong-city",
        e_text(good()),
        city="330100",
    )
    over = scene.trust(expires=NOW - 1)
    yield by(
        "trust-list-over",
        "信任名单已过期",
        "a trust list whose time is over",
        "list-over",
        e_text(good()),
        trusted_list=over,
        opened_at=NOW - 60,
    )


def _copied() -> Iterator[Vector]:
    pass_, other = mint(good(), OFFICE), mint(good(cti=b"\3" * 8), OFFICE)
    good_signature = shown_signature(pass_, TS)
    edited = good_signature[:40] + bytes((good_signature[40] ^ 1,)) + good_signature[41:]
    alone = PHONE.sign(encode([pass_, TS]))
    for name, zh, en, text in (
        ("copied-to-another-phone", "复制到另一部手机", "shown by another phone", shown(pass_, phone=scene.OTHER_PHONE)),
        ("pass-without-a-phone", "只有证没有手机签名", "a pass of a strip without a phone", paper_text(pass_)),
        ("device-signature-edited", "手机签名被改", "an edited device signature", shown_with(pass_, TS, edited)),
        ("device-signature-of-another-second", "出示时间被改", "a device signature of another second", shown_with(pass_, TS + 1, good_signature)),
        ("device-signature-of-another-pass", "换了证", "a device signature of another pass", shown_with(pass_, TS, shown_signature(other, TS))),
        ("device-signature-without-its-words", "签名没有用途字样", "a device signature without its words", shown_with(pass_, TS, alone)),
        ("office-signature-for-the-phones", "用签发签名代替", "the office's signature in place of the phone's", shown_with(pass_, TS, pass_[-64:])),
    ):  # fmt: skip
        yield code(name, zh, en, text, refused("copied"))


def _times() -> Iterator[Vector]:
    for seconds, reason in ((61, "clock"), (300, "clock"), (600, "clock"), (601, "stale"), (3600, "stale")):
        text = e_text(good(), ts=NOW - seconds)
        yield code(
            f"{reason}-{seconds}-seconds-behind",
            f"{seconds} 秒前出示",
            f"shown {seconds} seconds ago",
            text,
            refused(reason),
        )
    for seconds in (31, 300, 3600):
        text = e_text(good(), ts=NOW + seconds)
        yield code(
            f"clock-{seconds}-seconds-ahead", f"快 {seconds} 秒", f"{seconds} seconds ahead", text, refused("clock")
        )
    before, after = WINDOW.nbf - 1, WINDOW.exp + 1
    yield code(
        "not-yet", "尚未生效", "a second before its life", e_text(good(), ts=before), refused("not-yet"), now=before
    )
    yield code("expired", "已过期", "a second after its life", e_text(good(), ts=after), refused("expired"), now=after)
    end = paper().exp + 1
    yield code("paper-expired", "纸质证已过期", "paper whose time is over", paper_of(paper()), refused("expired"), now=end,
               trusted_list=scene.trust(expires=end))  # fmt: skip
    raised = scene.trust(min_iat=good().iat + 1)
    yield code(
        "issued-before-the-line",
        "签发早于换发线",
        "issued before all were re-issued",
        e_text(good()),
        refused("too-old-issue"),
        trusted_list=raised,
    )
    far = e_text(good(), ts=NOW + scene.DAY)
    yield code(
        "yesterdays-window", "别的时段的证", "a pass of another window", far, refused("expired"), now=NOW + scene.DAY
    )


def _lists() -> Iterator[Vector]:
    text = e_text(good())
    on = snapshot(slots=frozenset({1, good().slot}))
    yield code("recalled", "已收回", "recalled", text, refused("recalled"), recall=[on])
    over = snapshot(slots=frozenset({good().slot}))
    yield code(
        "recalled-and-renewed",
        "另一时段的名单也在",
        "recalled, beside a list of another epoch",
        text,
        refused("recalled"),
        recall=[snapshot(epoch=9), over],
    )
    ended = snapshot(slots=frozenset({good().slot}), issued=NOW - 9, expires=NOW - 1)
    yield code(
        "recalled-by-a-list-that-is-over",
        "名单已过有效期，仍然收回",
        "recalled by a list whose time is over",
        text,
        refused("recalled"),
        recall=[ended],
        opened_at=NOW - 5,
    )
    yield code(
        "by-the-trust-list-of-another-city",
        "别的城市的信任名单",
        "our city's code, with the trust list of another city that names our key",
        text,
        refused("wrong-city"),
        trusted_list=scene.trust(city="330100"),
    )
    for name, zh, en, key, reason in (
        ("key-a-second-too-early", "密钥生效前一秒", "a second before its key", (NOW + 1, NOW + 9), "key-not-yet"),
        ("key-a-second-too-late", "密钥到期后一秒", "a second after its key", (NOW - 9, NOW - 1), "key-over"),
    ):
        keys = (scene.TrustedKey.of(scene.OFFICE.point, scene.Use.PASS, *key),)
        yield code(name, zh, en, text, refused(reason), trusted_list=scene.trust(keys=keys))
    sheet = snapshot(epoch=paper().epoch, slots=frozenset({paper().slot}))
    yield code(
        "paper-recalled",
        "纸质证已收回",
        "paper that was recalled",
        paper_of(paper()),
        refused("recalled"),
        recall=[sheet],
    )
    yield code(
        "seen-already",
        "同一个码十六秒后再扫",
        "the same code again after sixteen seconds",
        text,
        refused("seen-already"),
        earlier=[(text, NOW - 16)],
        now=NOW,
    )
    signature = shown_signature(mint(good(), OFFICE), TS)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    other = signature[:32] + (order - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
    again = shown_with(mint(good(), OFFICE), TS, other)
    yield code(
        "seen-already-with-the-other-s",
        "换了签名写法再扫",
        "the same code again, its signature rewritten",
        again,
        refused("seen-already"),
        earlier=[(text, NOW - 16)],
    )
