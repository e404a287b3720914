"""Codes that are not in the form. The office has signed each of them: nothing but the form is wrong."""

from __future__ import annotations

from collections.abc import Iterator

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
    payload,
    raw_shown,
    refused,
    sealed,
    shown,
    shown_signature,
    swapped,
    text_of,
)
from yimatong.core.credential import base45, mint, shown_with
from yimatong.core.credential.cbor import encode, head
from yimatong.core.credential.claims import PRIVATE, write as write_claims

KID = OFFICE.kid
PRIVATE_KEY = encode(PRIVATE)
TS = NOW - 4


def vectors() -> Iterator[Vector]:
    for name, zh, en, text, reason, detail in (*_texts(), *_cbor(), *_envelope(), *_shown(), *_claims(), *_private()):
        yield code(name, zh, en, text, refused(reason, detail))


Row = tuple[str, str, str, str, str, str]


def malformed(name: str, zh: str, en: str, text: str, detail: str) -> Row:
    return name, zh, en, text, "malformed", detail


def _texts() -> Iterator[Row]:
    text = e_text(good())
    body = text.removeprefix("YMT1:")
    yield "another-qr-code", "别的二维码", "another QR code", "HTTPS://EXAMPLE.ORG/", "not-ours", ""
    yield "empty-text", "空文本", "an empty text", "", "not-ours", ""
    yield "lower-case-prefix", "前缀小写", "a prefix in lower case", "ymt1:" + body, "not-ours", ""
    yield "another-version", "别的版本", "another version", "YMT2:" + body, "not-ours", ""
    yield "space-before-the-prefix", "前缀前有空格", "a space before the prefix", " " + text, "not-ours", ""
    for name, zh, en, wrong, detail in (
        ("base45-length", "base45 长度不对", "one sign too many for base45", body[:-2] + body[-1] * 3, "base45-length"),
        ("base45-overflow", "一组超出 65535", "a group above 65535", body[:-2] + ":::" + body[-2:], "base45-overflow"),
        ("base45-overflow-at-the-end", "末组超出 255", "a last pair above 255", body[:-2] + "::", "base45-overflow"),
        ("base45-ggw", "RFC 9285 的反例", "RFC 9285's own example, GGW", "GGW", "base45-overflow"),
        ("base45-lower-case", "小写字母", "a small letter", body[:9] + "a" + body[10:], "base45-sign"),
        ("base45-beyond-ascii", "全角字符", "a sign beyond ASCII", body[:9] + "：" + body[10:], "base45-sign"),
    ):
        yield name, zh, en, "YMT1:" + wrong, "unreadable", detail
    yield malformed("nothing-after-the-prefix", "前缀后为空", "nothing after the prefix", "YMT1:", "truncated")
    yield malformed("too-long", "太长", "more than a kilobyte", text_of(encode(b"\0" * 2000)), "too-long")


def _cbor() -> Iterator[Row]:
    pass_ = mint(good(), OFFICE)
    whole = base45.decode(e_text(good()).removeprefix("YMT1:"))
    plain = payload(permit=3)
    sign = shown_signature(pass_, TS)
    yield malformed("cut-short", "内容不全", "cut short", text_of(whole[:-1]), "truncated")
    yield malformed("trailing-byte", "多一个字节", "a byte after the end", text_of(whole + b"\0"), "trailing-bytes")
    for name, zh, en, changed, detail in (
        ("trailing-byte-in-the-payload", "载荷多一个字节", "a byte after the payload's end", plain + b"\0", "trailing-bytes"),
        ("number-not-shortest", "数值不是最短", "a number of one byte too many", swapped(plain, b"\x08\x03", b"\x08\x18\x03"), "not-shortest"),
        ("number-of-eight-bytes", "时间用八字节", "a time in eight bytes", _time(plain, b"\x1b\0\0\0\0"), "not-shortest"),
        ("length-not-shortest", "长度不是最短", "a length of one byte too many", swapped(plain, b"\x01\x66330200", b"\x01\x78\x06330200"), "not-shortest"),
        ("map-of-no-fixed-length", "不定长映射", "a map of no fixed length", b"\xbf" + plain[1:] + b"\xff", "indefinite-length"),
        ("text-of-no-fixed-length", "不定长文本", "a text of no fixed length", swapped(plain, b"\x01\x66330200", b"\x01\x7f\x66330200\xff"), "indefinite-length"),
        ("time-as-float", "时间是浮点数", "a time as a floating-point number", _time(plain, b"\xfb\x41\xd7\x93\0"), "float"),
        ("null", "空值", "null", swapped(plain, b"\x08\x03", b"\x08\xf6"), "simple-value"),
        ("undefined", "未定义值", "undefined", swapped(plain, b"\x08\x03", b"\x08\xf7"), "simple-value"),
        ("reserved-number", "保留写法", "a reserved number", swapped(plain, b"\x08\x03", b"\x08\x1c"), "reserved"),
        ("tag-for-a-time", "时间带标签", "a time with a tag", swapped(plain, b"\x04\x1a", b"\x04\xc1\x1a"), "tag"),
        ("key-twice", "键重复", "a claim that stands twice", b"\xa8" + plain[1:9] + plain[1:], "duplicate-key"),
        ("keys-out-of-order", "键的次序不对", "claims out of order", b"\xa7" + plain[9:15] + plain[1:9] + plain[15:], "key-order"),
        ("key-true", "键是真值", "a key that is true", swapped(plain, b"\x01\x66330200", b"\xf5\x66330200"), "key-type"),
        ("name-not-utf8", "姓名不是 UTF-8", "a name that is not UTF-8", swapped(plain, "王*明".encode(), b"\xff" * 7), "not-utf8"),
        ("too-deep", "层次太深", "too deep", b"\x81" * 8 + b"\0", "too-deep"),
        ("array-longer-than-the-code", "数组长度虚报", "an array that promises more than is there", b"\x9a\xff\xff\xff\xff", "truncated"),
    ):  # fmt: skip
        yield malformed(name, zh, en, shown(sealed(changed)), detail)
    indefinite = text_of(b"\x9f" + whole[1:] + b"\xff")
    yield malformed(
        "array-of-no-fixed-length", "不定长数组", "an array of no fixed length", indefinite, "indefinite-length"
    )
    long_ts = raw_shown(pass_, b"\x1b\0\0\0\0" + TS.to_bytes(4, "big"), sign)
    yield malformed(
        "shown-time-not-shortest", "出示时间不是最短", "a time of showing in eight bytes", long_ts, "not-shortest"
    )


def _time(plain: bytes, start: bytes) -> bytes:
    """The payload with its exp written otherwise: the start of eight more bytes in place of 1a."""
    return plain[:10] + start + plain[11:]


def _envelope() -> Iterator[Row]:
    plain = payload()
    der = b"\x30\x44\x02\x20" + b"\x11" * 32 + b"\x02\x20" + b"\x22" * 32
    kid = {4: KID}
    rows = (
        ("kid-unprotected", "kid 未受保护", "a kid in the unprotected header", sealed(plain, protected=encode({1: -7}), unprotected=encode(kid)), "unprotected-header"),
        ("alg-unprotected", "算法未受保护", "an alg in the unprotected header", sealed(plain, protected=encode(kid), unprotected=encode({1: -7})), "unprotected-header"),
        ("kid-missing", "缺 kid", "no kid", sealed(plain, protected=encode({1: -7})), "kid-missing"),
        ("alg-missing", "缺算法", "no alg", sealed(plain, protected=encode(kid)), "alg-missing"),
        ("kid-of-eight-bytes", "kid 为八字节", "a kid of eight bytes", sealed(plain, protected=encode({1: -7, 4: KID * 2})), "kid-length"),
        ("header-more-than-wanted", "多余的受保护头", "a protected header more than wanted", sealed(plain, protected=encode({1: -7, 3: 61, 4: KID})), "protected-header"),
        ("header-crit", "crit 头", "a header called critical", sealed(plain, protected=encode({1: -7, 2: [4], 4: KID})), "protected-header"),
        ("header-key-twice", "受保护头键重复", "a key twice in the protected header", sealed(plain, protected=b"\xa3\x01\x26\x01\x26\x04\x44" + KID), "duplicate-key"),
        ("header-trailing-byte", "受保护头多字节", "a byte after the protected header", sealed(plain, protected=encode({1: -7, 4: KID}) + b"\0"), "trailing-bytes"),
        ("header-empty", "受保护头为空", "an empty protected header", sealed(plain, protected=b""), "truncated"),
        ("signature-in-der", "签名是 DER", "a signature in DER", sealed(plain, signature=der), "signature-length"),
        ("signature-short", "签名少一个字节", "a signature of 63 bytes", sealed(plain, signature=b"\1" * 63), "signature-length"),
        ("tag-of-another-message", "标签是 COSE_Sign", "the tag of another message", sealed(plain, start=b"\xd8\x62\x84"), "tag"),
        ("without-its-tag", "没有标签", "a pass without its tag", sealed(plain, start=b"\x84"), "not-a-sign1"),
        ("payload-outside", "载荷不在内", "a payload that is outside", _detached(), "simple-value"),
        ("three-parts", "只有三部分", "a message of three parts", b"\xd2" + encode([encode({1: -7, **kid}), {}, plain]), "not-a-sign1"),
        ("payload-as-text", "载荷是文本", "a payload that is text", b"\xd2" + encode([encode({1: -7, **kid}), {}, "x", b"\1" * 64]), "not-a-sign1"),
    )  # fmt: skip
    for name, zh, en, pass_, detail in rows:
        yield malformed(name, zh, en, shown(pass_), detail)


def _detached() -> bytes:
    return b"\xd2\x84" + encode(encode({1: -7, 4: KID})) + b"\xa0\xf6" + encode(b"\1" * 64)


def _shown() -> Iterator[Row]:
    pass_ = mint(good(), OFFICE)
    sign = shown_signature(pass_, TS)
    ts = encode(TS)
    paper_pass = mint(paper(), OFFICE)
    yield malformed("a-map", "是映射", "a map", text_of(b"\xa0"), "not-a-code")
    yield malformed(
        "four-parts",
        "出示码有四部分",
        "a shown code of four parts",
        text_of(encode([pass_, TS, sign, 0])),
        "not-a-code",
    )
    bare = text_of(b"\x83" + pass_ + ts + encode(sign))
    yield malformed("pass-not-wrapped", "证没有包成字节串", "a pass that is not wrapped in bytes", bare, "not-a-code")
    yield malformed(
        "shown-time-below-zero", "出示时间为负", "a time below zero", raw_shown(pass_, b"\x20", sign), "shown-time"
    )
    far = raw_shown(pass_, head(0, 2**32), sign)
    yield malformed("shown-time-too-big", "出示时间太大", "a time beyond 32 bits", far, "shown-time")
    yield malformed(
        "shown-time-true", "出示时间是真值", "a time that is true", raw_shown(pass_, b"\xf5", sign), "shown-time"
    )
    yield malformed(
        "device-signature-short",
        "手机签名短",
        "a device signature of 63 bytes",
        raw_shown(pass_, ts, sign[1:]),
        "signature-length",
    )
    yield malformed(
        "paper-shown",
        "纸质证当手机码出示",
        "paper shown as if by a phone",
        shown_with(paper_pass, TS, sign),
        "paper-shown",
    )
    point = b"\x02" + (1).to_bytes(32, "big")
    off = e_text(good(device=point))
    yield malformed(
        "device-key-not-on-the-curve", "手机密钥不在曲线上", "a device key that is not on the curve", off, "device-key"
    )


def _claims() -> Iterator[Row]:
    plain = payload()
    without_exp = b"\xa6" + plain[1:9] + plain[15:]
    rows = (
        ("exp-missing", "缺有效期", "no exp", without_exp, "claims-missing"),
        ("exp-as-text", "有效期是文本", "an exp that is text", plain[:10] + b"\x642020" + plain[15:], "claims-kind"),
        ("claim-unknown", "不认识的内容", "a claim that is not known", b"\xa8" + plain[1:9] + b"\x03\x61x" + plain[9:], "claims-unknown"),
        ("not-a-map", "载荷不是映射", "a payload that is no map", encode([1, 2]), "claims-unknown"),
        ("city-of-five-digits", "城市代码五位", "a city of five digits", swapped(plain, b"\x66330200", b"\x6533020"), "claim-iss"),
        ("city-of-letters", "城市代码有字母", "a city with a letter", swapped(plain, b"\x66330200", b"\x6633020A"), "claim-iss"),
        ("exp-before-nbf", "有效期在前", "an end before its beginning", _end(plain, WINDOW.nbf - 1), "claim-times"),
        ("cti-of-seven-bytes", "编号七字节", "a cti of seven bytes", swapped(plain, b"\x48" + scene.CTI, b"\x47" + scene.CTI[:7]), "claim-cti"),
        ("life-of-two-days", "有效期两天", "a life of two days", _end(plain, WINDOW.nbf + 2 * scene.DAY), "claim-life"),
        ("epoch-off-the-hour", "不在整点窗口", "a beginning that no window has", plain[:17] + (WINDOW.nbf + 1).to_bytes(4, "big") + plain[21:], "claim-epoch"),
        ("cnf-with-a-kid", "cnf 是 kid", "a cnf that is a kid", swapped(plain, b"\x08\xa1\x01\xa4\x01\x02\x20\x01\x21\x58\x20" + PHONE.point[1:] + b"\x22" + _odd(), b"\x08\xa1\x03\x41\x01"), "claim-cnf"),
        ("cnf-of-another-curve", "别的曲线", "a key of another curve", swapped(plain, b"\x20\x01\x21\x58\x20", b"\x20\x02\x21\x58\x20"), "claim-cnf"),
        ("cnf-sign-as-number", "y 的符号是数", "a sign of y that is a number", swapped(plain, PHONE.point[1:] + b"\x22" + _odd(), PHONE.point[1:] + b"\x22\x01"), "claim-cnf"),
        ("cnf-short", "x 短一字节", "an x of 31 bytes", swapped(plain, b"\x58\x20" + PHONE.point[1:], b"\x58\x1f" + PHONE.point[2:]), "claim-cnf"),
        ("e-code-without-cnf", "电子码没有手机密钥", "an e-code without a device key", _without_cnf(plain), "cnf-missing"),
    )  # fmt: skip
    for name, zh, en, changed, detail in rows:
        yield malformed(name, zh, en, shown(sealed(changed)), detail)


def _odd() -> bytes:
    return b"\xf5" if PHONE.point[0] == 3 else b"\xf4"


def _end(plain: bytes, exp: int) -> bytes:
    return plain[:11] + exp.to_bytes(4, "big") + plain[15:]


def _without_cnf(plain: bytes) -> bytes:
    return b"\xa6" + plain[1:37] + plain[82:]


def _private() -> Iterator[Row]:
    plain = payload()
    start = PRIVATE_KEY + b"\xa6\x01\x01\x02\x01"
    name = b"\x03\x67" + "王*明".encode()
    more = PRIVATE_KEY + b"\xa7"
    rows = (
        ("kind-unknown", "没有这一类", "a kind that is not known", swapped(plain, start, PRIVATE_KEY + b"\xa6\x01\x09\x02\x01"), "claim-kind"),
        ("colour-zero", "颜色为零", "a colour of zero", swapped(plain, start, PRIVATE_KEY + b"\xa6\x01\x01\x02\0"), "claim-colour"),
        ("colour-four", "颜色为四", "a colour of four", swapped(plain, start, PRIVATE_KEY + b"\xa6\x01\x01\x02\x04"), "claim-colour"),
        ("name-of-nine-bytes", "姓名九字节", "a name of nine bytes", swapped(plain, name, b"\x03\x69" + "王小明".encode()), "claim-name"),
        ("name-empty", "姓名为空", "an empty name", swapped(plain, name, b"\x03\x60"), "claim-name"),
        ("name-with-a-control-sign", "姓名有控制符", "a name with a control sign", swapped(plain, name, b"\x03\x62\x1b*"), "claim-name"),
        ("tail-of-five", "尾号五位", "a tail of five signs", swapped(plain, b"\x04\x640014", b"\x04\x6530014"), "claim-tail"),
        ("tail-in-lower-case", "尾号小写", "a tail in lower case", swapped(plain, b"\x04\x640014", b"\x04\x64001x"), "claim-tail"),
        ("check-too-big", "校验值太大", "a check of more than 16 bits", _check(plain), "claim-number"),
        ("permit-unknown", "没有这种通行证", "a permit that is not known", swapped(plain, PRIVATE_KEY + b"\xa6", more) + b"\x08\x18\x18", "claim-permit"),
        ("private-claim-unknown", "不认识的私有内容", "a private claim that is not known", swapped(plain, PRIVATE_KEY + b"\xa6", more) + b"\x0a\x01", "claims-unknown"),
        ("private-claim-text-key", "私有内容用文本键", "a private claim with a text for its key", swapped(plain, PRIVATE_KEY + b"\xa6", more) + b"\x66reason\x01", "claims-unknown"),
        ("e-code-with-an-epoch", "电子码另写时段", "an e-code that says its epoch", swapped(plain, PRIVATE_KEY + b"\xa6", more) + b"\x09" + head(0, WINDOW.epoch), "claim-epoch"),
        ("e-code-with-a-number", "电子码有纸证编号", "an e-code with a paper number", swapped(plain, PRIVATE_KEY + b"\xa6", more) + b"\x07\x61A", "paper-number"),
        ("paper-with-cnf", "纸质证有手机密钥", "paper with a device key", swapped(plain, start, PRIVATE_KEY + b"\xa6\x01\x02\x02\x01"), "cnf-on-paper"),
    )  # fmt: skip
    for called, zh, en, changed, detail in rows:
        yield malformed(called, zh, en, shown(sealed(changed)), detail)
    paper_plain = write_claims(paper())
    number = b"\x07\x6bNB-000127-4"
    short = swapped(swapped(paper_plain, number, b""), PRIVATE_KEY + b"\xa8", PRIVATE_KEY + b"\xa7")
    yield malformed(
        "paper-without-a-number", "纸质证无编号", "paper without a number", text_of(sealed(short)), "paper-number"
    )
    no_epoch = swapped(
        swapped(paper_plain, b"\x09" + head(0, 439440), b""), PRIVATE_KEY + b"\xa8", PRIVATE_KEY + b"\xa7"
    )
    yield malformed(
        "paper-without-an-epoch", "纸质证无时段", "paper without an epoch", text_of(sealed(no_epoch)), "claim-epoch"
    )


def _check(plain: bytes) -> bytes:
    at = plain.index(b"\x04\x640014") + 6
    assert plain[at : at + 2] == b"\x05\x19"
    return plain[: at + 1] + b"\x1a\0\x01\0\0" + plain[at + 4 :]
