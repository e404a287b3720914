"""city.json: what a built city is, so that another start can tell whether it is the one that is wanted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from yimatong.core import given
from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _

FILE = "city.json"
REGISTERS = ("divisions", "persons", "places", "stairwells")
"""The tables of a city's folder beside the five that are judged: who the numbers are, and where."""
FORMAT = 2
"""Counts up when the same arguments make another city than before."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The arguments of a build: people, seed, first day (since 1970-01-01) and count of days, as_of (minutes), the policy's
    digest, and the SHA-256 of the epidemic's counts."""

    people: int
    seed: int
    first_day: int
    days: int
    as_of: int
    policy: str
    counts: str
    format: int = FORMAT


def write(folder: Path, manifest: Manifest) -> None:
    """Put the manifest into a city's folder."""
    (folder / FILE).write_text(json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest | None:
    """The manifest of a city's folder; None where there is no city of this format."""
    try:
        kept = json.loads(given.text(folder / FILE))
        return Manifest(**kept) if kept.get("format") == FORMAT else None
    except given.GivenError as problem:
        if problem.code != "file-missing":
            raise
        return None
    except (ValueError, TypeError, AttributeError):
        raise YimatongError(
            "city-manifest-broken",
            _("the city's manifest cannot be read"),
            place=str(folder / FILE),
            remedy=_("remove the folder and build the city again"),
        ) from None


def digest(folder: Path) -> str:
    """The SHA-256 (hex) of everything in a city's folder but its stays: names and contents."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.*")):
        whole.update(path.name.encode() + b"\0")
        with given.opened(path, given.ENDLESS) as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
