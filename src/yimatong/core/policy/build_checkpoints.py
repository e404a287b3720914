"""Turns a well-shaped checkpoints.yaml into the model."""

from __future__ import annotations

from typing import Any

from yimatong.core.checkpoints.matrix import Decision, Guarantee, MatrixRule, When
from yimatong.core.checkpoints.model import Checkpoints, Cities, Hours, Listed, Matrix, Numbers, Recognised, Rung, Texts
from yimatong.core.policy import build
from yimatong.core.policy.document import Document


def build_checkpoints(own: Document | None, inherited: Document | None = None) -> Checkpoints | None:
    """What a policy says of checkpoints: each part from its own file, else from its province's; None where there is no file."""
    if own is None and inherited is None:
        return None
    files = [document for document in (inherited, own) if document is not None]
    return Checkpoints(
        guarantees=tuple(one for file in files for one in _guarantees(file)),
        numbers=tuple(map(_numbers, _part(files, "numbers"))),
        matrices=_matrices(files),
        texts=tuple(map(_texts, _part(files, "texts"))),
        cities=tuple(map(_cities, _part(files, "cities"))),
    )


def build_when(data: dict[str, list[str]]) -> When:
    """The values that count, by field."""
    return {field: tuple(values) for field, values in data.items()}


def _part(files: list[Document], name: str) -> list[dict[str, Any]]:
    """A part from the last file that has it, in the order of its days."""
    found: list[dict[str, Any]] = next((file.data[name] for file in reversed(files) if name in file.data), [])
    return sorted(found, key=lambda entry: str(entry["first"]))


def _guarantees(file: Document) -> tuple[Guarantee, ...]:
    return tuple(
        Guarantee(
            id=data["id"],
            requirement=data["requirement"],
            title=build.text(data["title"]),
            when=build_when(data["when"]),
            only=tuple(data.get("only", ())),
            never=tuple(data.get("never", ())),
            to=data.get("to"),
            reference=(data["reference"]["instrument"], data["reference"]["clause"]),
            source=file.place("guarantees", n, "id"),
        )
        for n, data in enumerate(file.data.get("guarantees", []))
    )


def _matrices(files: list[Document]) -> tuple[Matrix, ...]:
    file = next((file for file in reversed(files) if "matrix" in file.data), None)
    if file is None:
        return ()
    matrices = (
        Matrix(
            build.day(data["first"]),
            build.day(data["last"]),
            tuple(_rule(line, file.place("matrix", n, "lines", m, "id")) for m, line in enumerate(data["lines"])),
        )
        for n, data in enumerate(file.data["matrix"])
    )
    return tuple(sorted(matrices, key=lambda matrix: matrix.first))


def _rule(data: dict[str, Any], source: str) -> MatrixRule:
    return MatrixRule(
        id=data["id"],
        requirement=data["requirement"],
        title=build.text(data["title"]),
        because=build.text(data["because"]),
        when=build_when(data["when"]),
        decision=Decision(data["action"], data["id"], data.get("to"), data.get("slip"), data.get("ask")),
        reference=(data["reference"]["instrument"], data["reference"]["clause"]),
        source=source,
    )


def _numbers(data: dict[str, Any]) -> Numbers:
    return Numbers(
        first=build.day(data["first"]),
        last=build.day(data["last"]),
        fever_tenths=data["fever_tenths"],
        hours=Hours(**data["hours"]),
        retention_days=data["retention_days"],
        impossible_kmh=data["impossible_kmh"],
        impossible_minutes_floor=data["impossible_minutes_floor"],
        acknowledge_minutes=data["hand_over"]["acknowledge_minutes"],
        escalate_minutes=data["hand_over"]["escalate_minutes"],
        stay_minutes=data["stay_minutes"],
        plates=data["plates"],
        reading=build.text(data["reading"]),
    )


def _texts(data: dict[str, Any]) -> Texts:
    return Texts(
        first=build.day(data["first"]),
        last=build.day(data["last"]),
        refusal_grounds=tuple(Listed(entry["id"], build.text(entry["title"])) for entry in data["refusal_grounds"]),
        complaint_kinds=tuple(Listed(entry["id"], build.text(entry["title"])) for entry in data["complaint_kinds"]),
        slips=tuple(Listed(entry["id"], build.text(entry["text"])) for entry in data["slips"]),
        ladder=tuple(
            Rung(entry["id"], build.text(entry["title"]), build.text(entry["text"]), entry["from_minutes"])
            for entry in data["ladder"]
        ),
        duties=tuple(Listed(entry["id"], build.text(entry["title"])) for entry in data["duties"]),
        notice=tuple(build.text(entry["text"]) for entry in data["notice"]),
        script=tuple(build.text(entry["text"]) for entry in data["script"]),
    )


def _cities(data: dict[str, Any]) -> Cities:
    return Cities(
        first=build.day(data["first"]),
        last=build.day(data["last"]),
        recognised=tuple(
            Recognised(entry["city"], build.text(entry["title"]), bytes.fromhex(entry["root"]), tuple(entry["counts"]))
            for entry in data["recognised"]
        ),
        reading=build.text(data["reading"]),
    )
