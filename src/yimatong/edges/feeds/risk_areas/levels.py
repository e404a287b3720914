"""What the levels of the official lists are to us, from levels.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from yimatong.core.facts import Level
from yimatong.core.text import Text, given

TABLE = Path(__file__).with_name("levels.yaml")


@dataclass(frozen=True, slots=True)
class Era:
    """The days from `first` to `last` (both included), the instrument of that time, and our level for each of its own."""

    first: date
    last: date
    instrument: str
    reading: Text
    levels: dict[str, Level]


@cache
def eras() -> tuple[Era, ...]:
    """The table, in the order of its days."""
    return tuple(
        Era(
            row["first"],
            row["last"],
            row["instrument"],
            given({"zh": row["reading_zh"], "en": row["reading_en"]}),
            {listed: Level(ours) for listed, ours in row["levels"].items()},
        )
        for row in YAML(typ="safe").load(TABLE.read_text(encoding="utf-8"))
    )


def on(day: date) -> dict[str, Level]:
    """Our level for each level of a list of that day; a day outside the table follows the nearest era."""
    known = eras()
    era = next((era for era in known if era.first <= day <= era.last), known[0] if day < known[0].first else known[-1])
    return era.levels
