"""The outcome of judging a folder: Parquet as the engine wrote it, CSV to be read by people, and a summary."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from yimatong.core.engine.steps import OUTCOME
from yimatong.core.errors import Exit, YimatongError
from yimatong.core.text import message as _
from yimatong.core.time import MINUTES_A_DAY, Zone

INSTANTS = ("since", "until", "next_change")
TABLES = {
    "verdicts": ("person", "colour", "rules", "facts", "since", "until", "next_change"),
    "reasons": ("person", "rule", "colour", "fact", "since", "until"),
}


@contextmanager
def whole(out: Path, *, overwrite: bool) -> Iterator[Path]:
    """A folder that becomes `out` when the block ends well, and leaves nothing behind when it does not.

    `out-exists` when something is there already, unless it may be overwritten; only an outcome of ours ever is.
    """
    if out.exists() and not (overwrite and (out / "summary.json").is_file()):
        raise _out_exists(out, overwrite=overwrite)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        yield folder
        old = folder.with_name(f"{folder.name}.old")
        if out.exists():
            out.rename(old)
        folder.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def write(judged: Path, out: Path, zone: Zone, summary: dict[str, Any]) -> None:
    """Put the engine's tables, their CSV and the summary into a folder."""
    for name in OUTCOME:
        os.link(judged / f"{name}.parquet", out / f"{name}.parquet")
    with duckdb.connect() as session:
        for name, columns in TABLES.items():
            chosen = ", ".join(_instant(column, zone) if column in INSTANTS else column for column in columns)
            source, target = (str(path).replace("'", "''") for path in (out / f"{name}.parquet", out / f"{name}.csv"))
            session.execute(f"COPY (SELECT {chosen} FROM read_parquet('{source}')) TO '{target}' (FORMAT csv, HEADER)")
    (out / "summary.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n")


def rule_counts(judged: Path) -> dict[str, int]:
    """How many people each rule holds for."""
    source = str(judged / "reasons.parquet").replace("'", "''")
    with duckdb.connect() as session:
        rows = session.execute(f"SELECT rule, count(*) FROM read_parquet('{source}') GROUP BY 1 ORDER BY 1").fetchall()
    return {str(rule): int(count) for rule, count in rows}


def _instant(column: str, zone: Zone) -> str:
    """Minutes as ISO 8601 in the policy's zone: 2020-02-15T08:30+08:00."""
    hours, minutes = divmod(abs(zone.offset), 60)
    offset = f"{'-' if zone.offset < 0 else '+'}{hours:02}:{minutes:02}"
    local = f"make_timestamp(({column}::BIGINT + {zone.offset}) * 60000000)"
    assert MINUTES_A_DAY == 24 * 60
    return f"strftime({local}, '%Y-%m-%dT%H:%M') || '{offset}' AS {column}"


def _out_exists(out: Path, *, overwrite: bool) -> YimatongError:
    return YimatongError(
        "out-exists",
        _("the folder for the outcome exists already, and is no earlier outcome.")
        if overwrite
        else _("the folder for the outcome exists already."),
        place=out.name,
        remedy=_("choose another name, or add --overwrite to replace an earlier outcome."),
        exit=Exit.USAGE,
    )
