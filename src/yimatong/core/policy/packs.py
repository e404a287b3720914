"""The files of one policy folder: which there may be, read and shaped, with a digest of all of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from yimatong.core.policy.document import Document, read
from yimatong.core.policy.problems import Problem
from yimatong.core.policy.schemas import check_shape
from yimatong.core.text import message as _

TOP = {
    "instruments.yaml": "instruments",
    "areas.yaml": "areas",
    "dispositions.yaml": "dispositions",
    "checkpoints.yaml": "checkpoints",
    "papers.yaml": "papers",
    "operations.yaml": "operations",
    "messages.yaml": "messages",
}
SPECIMENS = ("people", "travellers")
"""Folders of specimens: no part of the policy's digest."""
_SPECIMENS = tuple(f"{name}/" for name in SPECIMENS)
MOST_FILES = 500
PROSE = ("because", "what_ends_it", "reading", "not_modelled", "text", "clauses")
"""Keys whose words are sentences or quoted law: only block scalars (|), because YAML cuts a clause at an ASCII comma
inside braces and at a colon or a # anywhere."""


@dataclass(slots=True)
class Pack:
    """A policy folder as read: its documents by path inside the folder, and what is wrong so far."""

    name: str
    documents: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def data(self, path: str) -> Any:
        """Return a document's data, or None where the folder has no such file."""
        document = self.documents.get(path)
        return None if document is None else document.data

    def under(self, folder: str) -> list[Document]:
        """Return the documents of a sub-folder, sorted by file name."""
        return [self.documents[path] for path in sorted(self.documents) if path.startswith(f"{folder}/")]


def open_pack(folder: Path) -> Pack:
    """Read every file of a policy folder but its specimens; problems are collected, never raised."""
    pack = Pack(folder.name)
    if not (folder / "policy.yaml").is_file():
        pack.problems.append(_no_policy(folder.name))
        return pack
    files = _files(folder, pack)
    for path in files:
        if not path.startswith(_SPECIMENS):
            _take(pack, folder, path)
    return pack


def open_specimens(folder: Path) -> Pack:
    """Read the specimen people and travellers of a policy folder; problems are collected, never raised."""
    pack = Pack(folder.name)
    for path in _files(folder, Pack(folder.name)):
        if path.startswith(_SPECIMENS):
            _take(pack, folder, path)
    return pack


def digest_of(*packs: Pack) -> str:
    """Return the SHA-256 over every file of the packs: names and contents, in order."""
    total = hashlib.sha256()
    for pack in sorted(packs, key=lambda pack: pack.name):
        for path, digest in sorted(pack.hashes.items()):
            total.update(f"{pack.name}/{path}\0{digest}\n".encode())
    return total.hexdigest()


def _files(folder: Path, pack: Pack) -> list[str]:
    """Return the YAML files in reading order; a file that would be overlooked is a problem."""
    found: list[str] = []
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        is_folder = file.is_dir() and not file.is_symlink()
        if is_folder or file.suffix == ".md" or any(part.startswith(".") for part in path.split("/")):
            continue
        if file.is_symlink() or not file.is_file() or not _is_expected(path):
            pack.problems.append(_unexpected(pack.name, path))
        else:
            found.append(path)
    if len(found) > MOST_FILES:
        pack.problems.append(_too_many_files(pack.name, len(found)))
    return found[:MOST_FILES]


def _is_expected(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if folder in ("rules", *SPECIMENS):
        return name.endswith(".yaml")
    return not folder and (name == "policy.yaml" or name in TOP)


def _take(pack: Pack, folder: Path, path: str) -> None:
    document, raw, problems = read(folder / path, f"{pack.name}/{path}")
    pack.hashes[path] = hashlib.sha256(raw).hexdigest()
    pack.problems.extend(problems)
    if document is None:
        return
    problems = _misshapen(document, path)
    pack.problems.extend(problems)
    if not problems:
        pack.documents[path] = document


@lru_cache(maxsize=1_024)
def _misshapen(document: Document, path: str) -> tuple[Problem, ...]:
    """Return every way in which a document is not of the shape that its place in the folder asks for."""
    return (*check_shape(document, _schema_of(path, document.data)), *_loose_prose(document))


def _schema_of(path: str, data: Any) -> str:
    if path == "policy.yaml":
        return "city" if isinstance(data, dict) and "extends" in data else "policy"
    return {"rules": "rule", "people": "specimens", "travellers": "travellers"}.get(
        path.split("/", 1)[0], TOP.get(path, "")
    )


def _loose_prose(document: Document) -> list[Problem]:
    return [
        Problem(
            document.place(*keys),
            "policy-prose-not-in-block",
            _("`{keys}` is law or a whole sentence and must be a block scalar (|).", keys=keys[-1]),
            _("Write | after the colon and the sentence on the next line, indented."),
        )
        for keys in document.lines
        if len(keys) > 1
        and keys[-2] in PROSE
        and keys not in document.blocks
        and isinstance(_at(document.data, keys), str)
    ]


def _at(data: Any, keys: tuple[str | int, ...]) -> Any:
    for key in keys:
        data = data[key]
    return data


def _no_policy(name: str) -> Problem:
    return Problem(
        f"{name}/policy.yaml:1", "policy-missing",
        _("There is no policy here: policy.yaml is not found."),
        _("Check the path; a policy is a folder with a policy.yaml in it."),
    )  # fmt: skip


def _unexpected(name: str, path: str) -> Problem:
    return Problem(
        f"{name}/{path}:1", "policy-unexpected-file",
        _("This file does not belong in a policy and would not be read."),
        _("Rename it (.yaml) and put it into rules/, people/ or travellers/, or move it away; it may not be a "
"link."),
    )  # fmt: skip


def _too_many_files(name: str, count: int) -> Problem:
    return Problem(
        f"{name}/policy.yaml:1", "policy-too-many-files",
        _("Too many files: {count}, at most {MOST_FILES}.", count=count, MOST_FILES=MOST_FILES),
        _("Move away what does not belong to the policy."),
    )  # fmt: skip
