"""Every vector of vectors/checkpoints comes out as it says: what scanners are given, and the matrix in every cell."""

from __future__ import annotations

import hmac
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vectors.making import gates
from yimatong.core.checkpoints import (
    Extract,
    Found,
    Licence,
    Nobody,
    Situation,
    cells,
    checkpoints_body,
    decide,
    licence_allows,
    look_up,
    open_extract,
    open_licence,
    read_body,
    rules_of,
    sign_licence,
    zone_at,
)
from yimatong.core.checkpoints.body import canonical
from yimatong.core.credential import (
    FileKey,
    PolicyFile,
    Refused,
    TrustList,
    Unsealable,
    cose,
    open_policy_file,
    open_sealed,
    open_trust_list,
)
from yimatong.core.policy.load import load
from yimatong.core.time import SHANGHAI

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "checkpoints"
FILES = sorted(FOLDER.glob("*valid/*.json"))


def trusted(given: dict[str, Any]) -> TrustList:
    trust = open_trust_list(bytes.fromhex(given["list"]), bytes.fromhex(given["root"]), now=given["at"])
    assert isinstance(trust, TrustList)
    return trust


def no(answer: Refused) -> dict[str, Any]:
    return {"refused": answer.reason.value, "detail": answer.detail}


def run_policy(vector: dict[str, Any]) -> dict[str, Any]:
    answer = open_policy_file(
        bytes.fromhex(vector["data"]),
        trust=trusted(vector["trust"]),
        now=vector["now"],
        known_issued=vector["known_issued"],
        city=vector["city"],
    )
    if isinstance(answer, Refused):
        return no(answer)
    assert isinstance(answer, PolicyFile)
    try:
        version = read_body(answer.body)["version"]
    except ValueError:
        return {"refused": "malformed", "detail": "body-form"}
    said = {"version": answer.version, "issued": answer.issued, "expires": answer.expires, "city": answer.city}
    return {"accepted": {**said, "body": version}}


def run_licence(vector: dict[str, Any]) -> dict[str, Any]:
    device = bytes.fromhex(vector["device"])
    answer = open_licence(
        bytes.fromhex(vector["data"]), trust=trusted(vector["trust"]), now=vector["now"], device=device
    )
    if isinstance(answer, Refused):
        return no(answer)
    assert isinstance(answer, Licence)
    allowed = {at: licence_allows(answer, int(at), SHANGHAI) for at in vector["expected"]["accepted"]["allowed"]}
    said = gates.said_licence(answer, {})["accepted"]
    zones = {at: zone_at(answer, int(at), SHANGHAI) for at in allowed}
    return {"accepted": {**said, "allowed": allowed, "zones": zones}}


def run_extract(vector: dict[str, Any]) -> dict[str, Any]:
    answer = open_extract(bytes.fromhex(vector["data"]), trust=trusted(vector["trust"]), now=vector["now"])
    if isinstance(answer, Refused):
        return no(answer)
    assert isinstance(answer, Extract)
    key = bytes.fromhex(vector["key"])
    looks = {
        document: told_look(look_up(answer, key, document, vector["now"]))
        for document in vector["expected"]["accepted"]["looks"]
    }
    said = {"epoch": answer.epoch, "district": answer.district, "count": answer.count}
    return {"accepted": {**said, "looks": looks}}


def told_look(found: Found | Nobody | Refused) -> dict[str, str]:
    if isinstance(found, Found):
        return {
            "colour": found.colour.value,
            "name": found.name,
            "permit": found.permit,
            "tag": found.tag.hex(),
        }
    assert isinstance(found, Nobody)
    return {"tag": found.tag.hex()}


def run_sealed(vector: dict[str, Any]) -> dict[str, Any]:
    desk = FileKey.of_secret(int(vector["secret"], 16))
    assert desk.point.hex() == vector["point"]
    try:
        text = open_sealed(desk, bytes.fromhex(vector["data"]), bytes.fromhex(vector["beside"]))
    except Unsealable:
        return {"refused": "unsealable", "detail": ""}
    return {"accepted": {"text": text.hex()}}


RUN = {"policy": run_policy, "licence": run_licence, "extract": run_extract, "sealed": run_sealed}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_vector_comes_out_as_it_says(file: Path) -> None:
    vector = json.loads(file.read_text(encoding="utf-8"))
    assert vector["name"] == file.stem
    assert ("refused" in vector["expected"]) == (file.parent.name == "invalid")
    assert RUN[vector["kind"]](vector) == vector["expected"]


def test_there_are_good_and_bad_ones_of_every_kind() -> None:
    kinds = {(file.parent.name, json.loads(file.read_text(encoding="utf-8"))["kind"]) for file in FILES}
    assert kinds == {(folder, kind) for folder in ("valid", "invalid") for kind in RUN}
    assert len(FILES) > 45


@pytest.fixture(scope="module")
def matrix() -> dict[str, Any]:
    return json.loads((FOLDER / "matrix.json").read_text(encoding="utf-8"))


def test_every_cell_of_the_matrix_comes_out_as_the_travellers_expect(matrix: dict[str, Any]) -> None:
    """E1, E3, E4, D6, D7, B8, C3, C10: the same bytes decide in the browser (web/test/checkpoints.test.ts)."""
    rules = rules_of(read_body(canonical(matrix["body"])))
    expected = [line for line, count in matrix["runs"] for _ in range(count)]
    assert len(expected) == matrix["cells"] == 35_640
    assert sha256(canonical(matrix["body"])).hexdigest() == matrix["sha256"]
    for situation, line in zip(cells(), expected, strict=True):
        assert decide(situation, rules).as_json() == {"rule": line, **matrix["lines"][line]}, situation


def test_the_matrix_of_the_vector_is_ningbos() -> None:
    policy = load(gates.PACK)
    assert policy.checkpoints is not None
    body = read_body(checkpoints_body(policy, gates.MATRIX_DAY))
    situation = Situation("green", "code", "normal", document="matched")
    assert decide(situation, policy.checkpoints.rules_on(gates.MATRIX_DAY)) == decide(situation, rules_of(body))
    assert [line.decision for line in rules_of(body)] == [
        line.decision for line in policy.checkpoints.rules_on(gates.MATRIX_DAY)
    ]


def test_the_examples_of_the_page_are_those_of_the_vectors() -> None:
    page = (FOLDER.parents[1] / "docs" / "reference" / "code-format.md").read_text(encoding="utf-8")
    examples = page[page.index("### Examples") :]
    licence = cose.open1(sign_licence(gates.licence(hours=()), gates.POLICY)).payload
    block = re.findall(
        r"^ *((?:[0-9a-f]{2} ?)+)", examples[examples.index("ab   ") : examples.index("A row of")], re.MULTILINE
    )
    assert bytes.fromhex("".join(block)) == licence
    mac = hmac.digest(
        gates.EXTRACT_KEY, b"yimatong-extract" + (18310).to_bytes(8, "big") + b"330299195802130014", sha256
    )
    plain = bytes([1]) + "王*明".encode().ljust(8, b"\0") + bytes(1)
    row = bytes(one ^ other for one, other in zip(plain, mac[8:18], strict=True))
    assert f"M     {mac[:8].hex()} {mac[8:18].hex()}" in examples
    assert f"row   {mac[:8].hex()} {row.hex()}" in examples
    assert (mac[:8] + row).hex() in (FOLDER / "valid" / "extract.json").read_text(encoding="utf-8")
    shared = gates.DESK.shared(gates.ONCE.point)
    bits = HKDF(SHA256(), 44, None, b"YMT1-sealed" + gates.ONCE.point + gates.DESK.point).derive(shared)
    told = {"R": gates.DESK.point, "E": gates.ONCE.point, "X": shared, "key": bits[:32], "nonce": bits[32:]}
    for name, value in told.items():
        assert f"{name:<5} {value.hex()}" in examples
