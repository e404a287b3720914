"""`python -m vectors.make` writes vectors/valid, vectors/invalid, vectors/checkpoints and the example of the format's page anew, byte for byte the same; `--check` compares only.

What comes out is never copied from the program: each vector says beforehand what must come of it, and the runners compare.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from vectors.making import bad_codes, bad_forms, bad_gates, gates, good_codes, lists, recents
from vectors.making.example import with_example

FOLDER = Path(__file__).parent
PAGE = FOLDER.parent / "docs" / "reference" / "code-format.md"


def files() -> dict[Path, str]:
    """Every vector by its file, and the page with the example."""
    found: dict[Path, str] = {}
    for folder, vectors in (
        ("valid", [*good_codes.vectors(), *lists.good(), *recents.good()]),
        ("invalid", [*bad_forms.vectors(), *bad_codes.vectors(), *lists.bad(), *recents.bad()]),
        ("checkpoints/valid", [*gates.good()]),
        ("checkpoints/invalid", [*bad_gates.bad()]),
    ):
        for vector in vectors:
            file = FOLDER / folder / f"{vector.name}.json"
            assert file not in found, f"{vector.name} stands twice"
            found[file] = _text(vector.as_json())
    found[FOLDER / "checkpoints" / "matrix.json"] = _text(gates.matrix())
    found[PAGE] = with_example(PAGE.read_text(encoding="utf-8"))
    return found


def _text(vector: dict[str, Any]) -> str:
    return json.dumps(vector, ensure_ascii=False, indent=1) + "\n"


def written() -> list[Path]:
    """Every vector that stands in the folder."""
    return [*FOLDER.glob("*valid/*.json"), *FOLDER.glob("checkpoints/**/*.json")]


def main(arguments: list[str]) -> int:
    wanted = files()
    there = {file: file.read_text(encoding="utf-8") for file in (*written(), PAGE)}
    stale = sorted(file for file in wanted.keys() | there.keys() if wanted.get(file) != there.get(file))
    if "--check" in arguments:
        sys.stdout.writelines(f"{file.relative_to(FOLDER.parent)} is not what the script makes\n" for file in stale)
        return 1 if stale else 0
    for file in stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file in wanted:
            file.write_text(wanted[file], encoding="utf-8")
        else:
            file.unlink()
    sys.stdout.write(f"{len(wanted) - 1} vectors and the example, {len(stale)} written or removed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
