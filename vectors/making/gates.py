"""What scanners are given: policy files, licences, register extracts and sealed boxes that are good, and the matrix of Ningbo.

What is expected of the matrix comes from the specimen travellers, not from the matrix.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from vectors.making.scene import (
    CITY,
    DAY,
    NOW,
    ROOT,
    WINDOW,
    Vector,
    key,
    trust,
    trusted,
)
from yimatong.core.checkpoints import (
    ExtractRow,
    Licence,
    build_extract,
    cells,
    checkpoints_body,
    sign_licence,
    zone_at,
)
from yimatong.core.checkpoints.body import canonical, version_of
from yimatong.core.checkpoints.extract import tag_and_pad
from yimatong.core.colour import Colour
from yimatong.core.credential import State, TrustedKey, TrustList, Use, cose, seal_to, sign_policy_file, sign_trust_list
from yimatong.core.credential.cbor import decode, encode
from yimatong.core.policy.load import load
from yimatong.core.policy.travellers import load_travellers
from yimatong.core.time import SHANGHAI

PACK = Path(__file__).resolve().parents[2] / "policies" / "cn-zj-ningbo"
MATRIX_DAY = date(2020, 2, 18)
POLICY, STOLEN_POLICY, DESK, ONCE = key("policy"), key("stolen policy"), key("sealing"), key("once")
DEVICE = bytes(range(16))
EXTRACT_KEY = sha256(b"yimatong test key: extract").digest()
EXTRACT_EPOCH = 18_310
BESIDE = b"YMT1-sealed\n" + DEVICE.hex().encode()
TEXT = '{"name":"王小明","document":"330299195802130014","phone":"13800000000"}'.encode()
PERSON = ExtractRow("330299195802130014", Colour.GREEN, "王*明")
DRIVER = ExtractRow("33029919700101001X", Colour.GREEN, "李*", "goods")
OTHERS = (ExtractRow("330299198003030038", Colour.RED, "陈*红"), ExtractRow("330299199012120022", Colour.YELLOW, "赵*"))


def trust_list() -> TrustList:
    begin, end = WINDOW.start - 30 * DAY, WINDOW.start + 30 * DAY
    mine = (
        TrustedKey.of(POLICY.point, Use.POLICY, begin, end),
        TrustedKey.of(STOLEN_POLICY.point, Use.POLICY, begin, end, State.COMPROMISED),
    )
    return trust(keys=(*trusted(), *mine))


def gate(name: str, zh: str, en: str, kind: str, data: bytes, expected: dict[str, Any], **more: Any) -> Vector:
    given = {"root": ROOT.point.hex(), "list": sign_trust_list(trust_list(), ROOT).hex(), "at": NOW}
    return Vector(
        name, zh, en, {"kind": kind, "trust": given, "data": data.hex(), "now": NOW, **more, "expected": expected}
    )


def small_body(**changes: Any) -> bytes:
    """A body as small as a scanner takes it: one line that releases nobody."""
    words = {"zh": "字", "en": "word"}
    hours = {f"{part}_{level}": 24 for part in ("trust", "recall", "policy") for level in ("amber", "stop")}
    body = {
        "form": 1, "policy": "cn-zj-ningbo", "title": words, "first": "2020-02-15", "last": "2020-04-30",
        "fever_tenths": 373, "hours": {**hours, "override_minutes": 60}, "retention_days": 21, "impossible_kmh": 150,
        "impossible_minutes_floor": 15, "hand_over": {"acknowledge_minutes": 15, "escalate_minutes": 45},
        "stay_minutes": 5, "plates": False,
        "matrix": [{"id": "all", "requirement": "E1", "title": words, "because": words, "when": {}, "action": "show_again",
                    "to": None, "slip": None, "ask": None}],
        "refusal_grounds": [], "complaint_kinds": [], "slips": [], "ladder": [], "duties": [], "notice": [], "script": [], "cities": [],
        "palette": {"green": {"hex": "#2E7D32", "shape": "circle", "word": words}},
        "actions": dict.fromkeys(("release", "apply_now", "turn_back", "hand_over", "show_again", "ask"), words),
        "authorities": {"health": words, "township": words}, "fields": {}, "values": {}, **changes,
    }  # fmt: skip
    return canonical({**body, "version": version_of(body)})


def policy(body: bytes = small_body(), signer: Any = POLICY, **changes: Any) -> bytes:
    usual = {"version": 3, "issued": NOW - 600, "expires": NOW + 7 * DAY, "city": CITY}
    return sign_policy_file(body, **{**usual, **changes}, signer=signer)


def licence(**changes: Any) -> Licence:
    usual = {
        "device": DEVICE, "checkpoint": 17, "title_zh": "北仑高速口", "title_en": "Beilun motorway exit", "zone": "ordinary",
        "district": 330206, "hours": ((31, 360, 1319), (96, 1320, 359)), "issued": NOW - 60, "expires": NOW + 3 * DAY,
    }  # fmt: skip
    return Licence(**{**usual, **changes})


def extract(**changes: Any) -> bytes:
    usual = {"epoch": EXTRACT_EPOCH, "district": 330206, "issued": NOW - 3600, "expires": NOW + DAY, "signer": POLICY}
    rows = changes.pop("rows", (PERSON, DRIVER, *OTHERS))
    return build_extract(rows, EXTRACT_KEY, **{**usual, **changes})


def resigned(data: bytes, signer: Any = POLICY, **claims: Any) -> bytes:
    """A signed map with some claims (by `c1`, `c2`, ...) others, or gone where None, signed anew."""
    read = decode(cose.open1(data, longest=2**20).payload, longest=2**20)
    assert isinstance(read, dict)
    changed = {**read, **{int(name[1:]): value for name, value in claims.items()}}
    return cose.sign1(encode({name: value for name, value in changed.items() if value is not None}), signer)


def said_policy(**changes: Any) -> dict[str, Any]:
    usual = {"version": 3, "issued": NOW - 600, "expires": NOW + 7 * DAY, "city": CITY}
    return {"accepted": {**usual, "body": json.loads(small_body())["version"], **changes}}


def said_licence(of: Licence, allowed: dict[int, bool]) -> dict[str, Any]:
    said = {
        "device": of.device.hex(), "checkpoint": of.checkpoint, "title_zh": of.title_zh, "title_en": of.title_en, "zone": of.zone,
        "district": of.district, "hours": [list(hours) for hours in of.hours], "issued": of.issued, "expires": of.expires,
        "training": of.training, "control_hours": [list(hours) for hours in of.control_hours],
    }  # fmt: skip
    zones = {str(at): zone_at(of, at, SHANGHAI) for at in allowed}
    return {"accepted": {**said, "allowed": {str(at): answer for at, answer in allowed.items()}, "zones": zones}}


def said_row(row: ExtractRow) -> dict[str, str]:
    tag, _pad = tag_and_pad(EXTRACT_KEY, EXTRACT_EPOCH, row.document)
    return {"colour": str(row.colour), "name": row.name, "permit": row.permit, "tag": tag.hex()}


def said_extract(count: int, looks: dict[str, Any]) -> dict[str, Any]:
    return {"accepted": {"epoch": EXTRACT_EPOCH, "district": 330206, "count": count, "looks": looks}}


def good() -> Iterator[Vector]:
    known = {"known_issued": 0, "city": CITY}
    yield gate("policy-file", "政策文件", "a policy file", "policy", policy(), said_policy(), **known)
    yield gate("policy-file-known", "已有的同一份", "the file that is known", "policy", policy(), said_policy(), known_issued=NOW - 600, city=CITY)  # fmt: skip
    yield gate(
        "policy-file-last-second",
        "最后一秒",
        "the last second",
        "policy",
        policy(expires=NOW),
        said_policy(expires=NOW),
        **known,
    )
    yield from _good_licences()
    nobody = "330299200001010011"
    looks = {row.document: said_row(row) for row in (PERSON, DRIVER, *OTHERS)}
    looks["33029919700101001x"] = said_row(DRIVER)
    looks[" 330299 19580213 0014 "] = said_row(PERSON)
    looks[nobody] = {"tag": tag_and_pad(EXTRACT_KEY, EXTRACT_EPOCH, nobody)[0].hex()}
    yield gate(
        "extract", "名册摘录", "a register extract", "extract", extract(), said_extract(4, looks), key=EXTRACT_KEY.hex()
    )
    empty = {nobody: looks[nobody]}
    yield gate(
        "extract-empty",
        "空名册",
        "an extract of nobody",
        "extract",
        extract(rows=()),
        said_extract(0, empty),
        key=EXTRACT_KEY.hex(),
    )
    box = seal_to(DESK.point, TEXT, BESIDE, ephemeral=ONCE)
    yield sealed_box("sealed", "封装", "a sealed box", box, TEXT)
    yield sealed_box(
        "sealed-nothing",
        "封装空内容",
        "a sealed box with nothing in it",
        seal_to(DESK.point, b"", BESIDE, ephemeral=ONCE),
        b"",
    )


def _good_licences() -> Iterator[Vector]:
    day = WINDOW.start - 12 * 3600
    usual = licence(issued=day - 4 * DAY, expires=day + 7 * DAY)
    tuesday = {
        day + 6 * 3600 - 1: False,
        day + 6 * 3600: True,
        day + 21 * 3600 + 59 * 60 + 59: True,
        day + 22 * 3600: False,
    }
    saturday = day + 4 * DAY
    nights = {
        saturday + 21 * 3600: False, saturday + 22 * 3600: True, saturday + DAY + 6 * 3600 - 1: True,
        saturday + DAY + 6 * 3600: False, saturday + 2 * DAY + 3600: True, saturday + 3 * DAY + 3600: False,
    }  # fmt: skip
    ends = {usual.issued - 1: False, usual.expires: False, usual.expires + 1: False}
    yield gate("licence", "设备许可：平日白天，周末夜里", "a licence for weekdays and for nights at weekends", "licence",
               sign_licence(usual, POLICY), said_licence(usual, {**tuesday, **nights, **ends}), device=DEVICE.hex())  # fmt: skip
    always = licence(hours=((127, 0, 1439),), zone="control", training=True)
    at = {always.issued - 1: False, always.issued: True, NOW: True, always.expires: True, always.expires + 1: False}
    yield gate("licence-always", "任何时候，管控区，演练", "at any time, control zone, training", "licence",
               sign_licence(always, POLICY), said_licence(always, at), device=DEVICE.hex())  # fmt: skip
    nightly = licence(
        hours=((127, 0, 1439),),
        zone="control",
        control_hours=((127, 1320, 359),),
        issued=day - DAY,
        expires=day + 7 * DAY,
    )
    begins, over = day + 22 * 3600, day + DAY + 6 * 3600
    changes = {begins - 1: True, begins: True, over - 1: True, over: True}
    said = said_licence(nightly, changes)
    assert list(said["accepted"]["zones"].values()) == ["ordinary", "control", "control", "ordinary"]
    yield gate("licence-control-at-night", "夜里才是管控区", "a control zone at night alone", "licence",
               sign_licence(nightly, POLICY), said, device=DEVICE.hex())  # fmt: skip
    never = licence(hours=())
    yield gate("licence-never", "没有时段", "without hours", "licence", sign_licence(never, POLICY), said_licence(never, {NOW: False}), device=DEVICE.hex())  # fmt: skip


def sealed_box(
    name: str, zh: str, en: str, box: bytes, text: bytes | None, beside: bytes = BESIDE, desk: Any = DESK
) -> Vector:
    secret = int.from_bytes(
        sha256(f"yimatong test key: {'sealing' if desk is DESK else 'stranger'}".encode()).digest(), "big"
    )
    expected = {"refused": "unsealable", "detail": ""} if text is None else {"accepted": {"text": text.hex()}}
    given = {
        "kind": "sealed",
        "data": box.hex(),
        "beside": beside.hex(),
        "secret": f"{secret:064x}",
        "point": desk.point.hex(),
    }
    return Vector(name, zh, en, {**given, "expected": expected})


def matrix() -> dict[str, Any]:
    """Ningbo's matrix and what the travellers expect in every cell: [line, how many cells], in counting order."""
    loaded = load(PACK)
    body = checkpoints_body(loaded, MATRIX_DAY)
    travellers = load_travellers(PACK)
    lines: dict[str, dict[str, Any]] = {}
    expected: list[str] = []
    for situation in cells():
        values = situation.as_json()
        first = next(one for one in travellers if all(values[field] in of for field, of in one.given.items()))
        lines[first.expected.rule] = {key: value for key, value in first.expected.as_json().items() if key != "rule"}
        expected.append(first.expected.rule)
    runs = [[line, len(list(some))] for line, some in groupby(expected)]
    return {
        "name": "matrix",
        "zh": "宁波的处置矩阵：每一种情形的处置，出自样例过卡人",
        "en": "Ningbo's matrix: what is done in every cell, as the specimen travellers expect it",
        "body": json.loads(body),
        "sha256": sha256(body).hexdigest(),
        "cells": len(expected),
        "lines": lines,
        "runs": runs,
    }
