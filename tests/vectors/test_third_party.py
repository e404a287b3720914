"""Other people's vectors (cose-wg/Examples, C2SP/wycheproof): the arithmetic agrees, and every deviation of the form is listed.

DEVIATIONS says of every COSE vector why our strict reading refuses it; docs/reference/code-format.md has the same table.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import cbor2
import pytest

from yimatong.core.credential import FileKey, is_signed, kid_of, public_key
from yimatong.core.credential.cbor import Malformed, decode, encode
from yimatong.core.credential.cose import open1, sign1

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "code-format.md"

# vector: (is the signature right over its Sig_structure, the word of our refusal)
DEVIATIONS: dict[str, tuple[bool, str]] = {
    "CWT/A_3": (True, "kid-missing"),
    "CWT/A_4": (False, "tag"),
    "CWT/A_5": (False, "tag"),
    "CWT/A_6": (False, "tag"),
    "CWT/A_7": (False, "tag"),
    "RFC8152/Appendix_C_2_1": (True, "unprotected-header"),
    "ecdsa-examples/ecdsa-sig-01": (True, "unprotected-header"),
    "ecdsa-examples/ecdsa-sig-02": (False, "unprotected-header"),
    "ecdsa-examples/ecdsa-sig-03": (False, "unprotected-header"),
    "ecdsa-examples/ecdsa-sig-04": (False, "unprotected-header"),
    "sign1-tests/sign-fail-01": (True, "tag"),
    "sign1-tests/sign-fail-02": (False, "unprotected-header"),
    "sign1-tests/sign-fail-03": (False, "unprotected-header"),
    "sign1-tests/sign-fail-04": (False, "unprotected-header"),
    "sign1-tests/sign-fail-06": (False, "unprotected-header"),
    "sign1-tests/sign-fail-07": (False, "unprotected-header"),
    "sign1-tests/sign-pass-01": (True, "unprotected-header"),
    "sign1-tests/sign-pass-02": (True, "unprotected-header"),
    "sign1-tests/sign-pass-03": (True, "not-a-sign1"),
}
NO_KEY_OF_OURS = {"ecdsa-examples/ecdsa-sig-02", "ecdsa-examples/ecdsa-sig-03", "ecdsa-examples/ecdsa-sig-04"}


@pytest.fixture(scope="module")
def third_party(shared: Path) -> Path:
    return shared / "data" / "vectors"


def vector_of(third_party: Path, name: str) -> dict[str, Any]:
    return json.loads((third_party / "cose-wg" / f"{name}.json").read_text())


def number(key: dict[str, str], part: str) -> bytes:
    if f"{part}_hex" in key:
        return bytes.fromhex(key[f"{part}_hex"])
    return base64.urlsafe_b64decode(key[part] + "==")


def message_of(data: bytes) -> list[Any]:
    """The four parts, by a reader that knows every tag."""
    value = cbor2.loads(data)
    return value.value if isinstance(value, cbor2.CBORTag) else value


def is_right(vector: dict[str, Any]) -> bool:
    """Whether our arithmetic finds the signature right over the Sig_structure made of the message as it stands."""
    sign0 = vector["input"].get("sign0")
    if sign0 is None or sign0["key"]["crv"] != "P-256":
        return False
    key = public_key(b"\x04" + number(sign0["key"], "x") + number(sign0["key"], "y"))
    protected, _unprotected, payload, signature = message_of(bytes.fromhex(vector["output"]["cbor"]))
    external = bytes.fromhex(sign0.get("external", ""))
    empty = protected in {b"", b"\xa0"}
    signed = encode(["Signature1", b"" if empty else protected, external, payload])
    return is_signed(key, signature, signed)


@pytest.mark.parametrize("name", DEVIATIONS)
def test_the_arithmetic_agrees_and_the_form_deviates_as_listed(third_party: Path, name: str) -> None:
    vector = vector_of(third_party, name)
    right, detail = DEVIATIONS[name]
    assert is_right(vector) is right
    with pytest.raises(Malformed) as refused:
        open1(bytes.fromhex(vector["output"]["cbor"]))
    assert refused.value.detail == detail


def test_every_sign1_vector_is_listed(third_party: Path) -> None:
    folder = third_party / "cose-wg"
    sign1 = {
        str(file.relative_to(folder).with_suffix(""))
        for file in folder.rglob("*.json")
        if "sign0" in json.loads(file.read_text())["input"]
    }
    eddsa = {name for name in sign1 if name.startswith("eddsa-examples/")}
    assert len(eddsa) == 2, "Ed25519 is no suite of ours"
    assert sign1 - eddsa <= set(DEVIATIONS)
    assert {name for name in DEVIATIONS if not name.startswith("CWT/A_")} <= sign1


def test_their_failures_fail_by_the_signature_too_but_for_the_tag(third_party: Path) -> None:
    failing = {name for name in DEVIATIONS if vector_of(third_party, name).get("fail")}
    assert len(failing) == 6
    assert {name for name in failing if DEVIATIONS[name][0]} == {"sign1-tests/sign-fail-01"}


def test_what_they_sign_is_what_we_would_sign(third_party: Path) -> None:
    vector = vector_of(third_party, "CWT/A_3")
    protected, _unprotected, payload, _signature = message_of(bytes.fromhex(vector["output"]["cbor"]))
    signed = b"\x84\x6aSignature1" + encode(protected) + b"\x40" + encode(payload)
    assert signed.hex().upper() == vector["intermediates"]["ToBeSign_hex"]


def test_their_claims_in_our_envelope_are_read_again(third_party: Path) -> None:
    vector = vector_of(third_party, "CWT/A_3")
    key = FileKey.of_secret(int.from_bytes(number(vector["input"]["sign0"]["key"], "d"), "big"))
    claims = bytes.fromhex(vector["input"]["plaintext_hex"])
    opened = open1(sign1(claims, key))
    assert opened.kid == kid_of(key.point)
    assert is_signed(public_key(key.point), opened.signature, opened.to_be_signed)
    assert decode(opened.payload) == cbor2.loads(claims)


def wycheproof(third_party: Path, name: str) -> list[tuple[bytes, dict[str, Any]]]:
    groups = json.loads((third_party / "wycheproof" / "testvectors_v1" / name).read_text())["testGroups"]
    return [(bytes.fromhex(group["publicKey"]["uncompressed"]), test) for group in groups for test in group["tests"]]


def test_wycheproof_signatures_of_64_bytes_come_out_as_they_say(third_party: Path) -> None:
    tests = wycheproof(third_party, "ecdsa_secp256r1_sha256_p1363_test.json")
    assert len(tests) == 262
    wrong = [
        test["tcId"]
        for point, test in tests
        if is_signed(public_key(point), bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
        != (test["result"] == "valid")
    ]
    assert wrong == []


def test_no_signature_in_der_is_taken(third_party: Path) -> None:
    tests = wycheproof(third_party, "ecdsa_secp256r1_sha256_test.json")
    assert sum(test["result"] == "valid" for _point, test in tests) > 100
    taken = [
        test["tcId"]
        for point, test in tests
        if is_signed(public_key(point), bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"]))
    ]
    assert taken == []


def test_the_page_lists_every_deviation() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = [name for name, (_right, detail) in DEVIATIONS.items() if f"| `{name}` | `{detail}` |" not in text]
    assert missing == []
