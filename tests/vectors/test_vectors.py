"""Every vector of vectors/ comes out as it says: what is good is accepted with these claims, what is bad refused for this reason."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from vectors import make
from yimatong.core.credential import (
    Accepted,
    Reason,
    RecallList,
    Refused,
    Seen,
    TrustList,
    apply_delta,
    open_recent,
    open_snapshot,
    open_trust_list,
    verify,
    word,
)
from yimatong.core.credential.refusals import table_of_reasons

FOLDER = Path(__file__).resolve().parents[2] / "vectors"
FILES = sorted(FOLDER.glob("*valid/*.json"))
GATES = sorted(FOLDER.glob("checkpoints/*valid/*.json"))
"""Those that test_checkpoint_vectors.py runs."""


def told(answer: object) -> dict[str, Any]:
    """What came out, in the form in which a vector says what is expected."""
    if isinstance(answer, Refused):
        return {"refused": answer.reason.value, "detail": answer.detail}
    if isinstance(answer, Accepted):
        claims = answer.claims
        said = claims._asdict() | {
            "cti": claims.cti.hex(),
            "kind": int(claims.kind),
            "colour": claims.colour.value,
            "device": claims.device.hex() if claims.device else None,
        }
        return {"accepted": {"claims": said, "ts": answer.ts, "recall_age": answer.recall_age}}
    assert isinstance(answer, TrustList)
    kids = [key.kid.hex() for key in answer.keys]
    return {"accepted": {"version": answer.version, "city": answer.city, "min_iat": answer.min_iat, "kids": kids}}


def told_list(answer: RecallList | Refused, now: int) -> dict[str, Any]:
    if isinstance(answer, Refused):
        return told(answer)
    said = {"epoch": answer.epoch, "sequence": answer.sequence, "bits": answer.bits, "age": answer.age(now)}
    return {"accepted": {**said, "digest": answer.digest().hex(), "slots": sorted(answer.slots)}}


def trusted(given: dict[str, Any]) -> TrustList:
    trust = open_trust_list(bytes.fromhex(given["list"]), bytes.fromhex(given["root"]), now=given["at"])
    assert isinstance(trust, TrustList)
    return trust


def run_code(vector: dict[str, Any]) -> dict[str, Any]:
    trust = trusted(vector["trust"])
    recall = None
    if vector["recall"] is not None:
        lists = [
            open_snapshot(bytes.fromhex(data), trust=trust, now=vector["trust"]["at"]) for data in vector["recall"]
        ]
        recall = {listed.epoch: listed for listed in lists if isinstance(listed, RecallList)}
        assert len(recall) == len(lists)
    seen = Seen()
    for earlier in vector["earlier"]:
        before = verify(earlier["text"], now=earlier["now"], trust=trust, recall=recall, city=vector["city"], seen=seen)
        assert isinstance(before, Accepted), before
    return told(verify(vector["text"], now=vector["now"], trust=trust, recall=recall, city=vector["city"], seen=seen))


def run_trust(vector: dict[str, Any]) -> dict[str, Any]:
    return told(
        open_trust_list(
            bytes.fromhex(vector["list"]),
            bytes.fromhex(vector["root"]),
            now=vector["now"],
            known_version=vector["known_version"],
            city=vector["city"],
        )
    )


def run_recall(vector: dict[str, Any]) -> dict[str, Any]:
    trust, known, now = trusted(vector["trust"]), None, vector["now"]
    answer: RecallList | Refused = Refused(Reason.GAP)
    for number, step in enumerate(vector["steps"]):
        assert number == 0 or isinstance(answer, RecallList), answer
        if "snapshot" in step:
            data = bytes.fromhex(step["snapshot"])
            answer = open_snapshot(data, trust=trust, now=now, epoch=vector["epoch"], known=known)
        else:
            assert known is not None
            answer = apply_delta(bytes.fromhex(step["delta"]), known, trust=trust, now=now)
        known = answer if isinstance(answer, RecallList) else known
    return told_list(answer, now)


def run_word(vector: dict[str, Any]) -> dict[str, Any]:
    return {ts: list(word(bytes.fromhex(vector["secret"]), int(ts))) for ts in vector["expected"]}


def run_recent(vector: dict[str, Any]) -> dict[str, Any]:
    answer = open_recent(bytes.fromhex(vector["data"]), trust=trusted(vector["trust"]))
    if isinstance(answer, Refused):
        return told(answer)
    return {"accepted": {**asdict(answer), "slots": sorted(answer.slots)}}


RUN = {"code": run_code, "trust": run_trust, "recall": run_recall, "recent": run_recent, "word": run_word}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_vector_comes_out_as_it_says(file: Path) -> None:
    vector = json.loads(file.read_text(encoding="utf-8"))
    assert vector["name"] == file.stem
    assert ("refused" in vector["expected"]) == (file.parent.name == "invalid")
    assert RUN[vector["kind"]](vector) == vector["expected"]


def test_the_vectors_and_the_pages_example_are_what_the_script_makes() -> None:
    wanted = make.files()
    assert set(wanted) == {*FILES, *GATES, FOLDER / "checkpoints" / "matrix.json", make.PAGE}
    assert [file.name for file, text in wanted.items() if file.read_text(encoding="utf-8") != text] == []


def test_there_is_a_vector_for_every_reason_and_every_detail() -> None:
    expected = [json.loads(file.read_text(encoding="utf-8"))["expected"] for file in (*FILES, *GATES)]
    reasons = {said["refused"] for said in expected if "refused" in said} - {"unsealable"}
    details = {said["detail"] for said in expected if said.get("detail")}
    assert reasons == {reason.value for reason in Reason} == set(table_of_reasons()["reasons"])
    assert set(table_of_reasons()["details"]) - details == {"claims"}, "claims: a form that no single change makes"
    assert len([file for file in FILES if file.parent.name == "valid"]) >= 12
    assert len([file for file in FILES if file.parent.name == "invalid"]) >= 45
