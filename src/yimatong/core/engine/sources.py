"""Where a judgement's five tables lie: Parquet files, by table."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sources:
    """Parquet paths of each table of core.facts.COLUMNS; an empty tuple is an empty table."""

    people: tuple[Path, ...]
    facts: tuple[Path, ...] = ()
    homes: tuple[Path, ...] = ()
    areas: tuple[Path, ...] = ()
    stays: tuple[Path, ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Sources:
        """The tables found in a folder: `name.parquet`, or every Parquet file below `name/`, by name.

        FileNotFoundError when there is no `people` table.
        """
        found = {field.name: _paths(folder, field.name) for field in fields(cls)}
        if not found["people"]:
            raise FileNotFoundError(folder / "people.parquet")
        return cls(**found)

    def paths(self, table: str) -> tuple[Path, ...]:
        """The paths of one table."""
        paths: tuple[Path, ...] = getattr(self, table)
        return paths


def _paths(folder: Path, name: str) -> tuple[Path, ...]:
    single = folder / f"{name}.parquet"
    if single.is_file():
        return (single,)
    return tuple(sorted((folder / name).rglob("*.parquet")))
