"""`yimatong judge`: from a folder of facts to everybody's colour, without a database."""

from __future__ import annotations

import csv
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yimatong.core import given
from yimatong.core.policy.model import Policy
from yimatong.core.text import languages, message as _
from yimatong.edges.cli.moments import Moment
from yimatong.edges.cli.paths import NewFile, NewFolder
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.starting import language, say

if TYPE_CHECKING:
    from yimatong.edges.folders.problems import FolderError


@click.command("judge")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--policy", "pack", type=click.Path(path_type=Path, file_okay=False), required=True, help="Policy folder."
)
@click.option("--as-of", "as_of", type=Moment(), required=True, help="Instant with its zone: 2020-02-20T08:00+08:00.")
@click.option("--engine", type=click.Choice(["duckdb", "spark", "reference"]), default="duckdb", show_default=True)
@click.option("--master", default="local[2]", show_default=True, help="Spark's master, for --engine spark.")
@click.option("--out", type=NewFolder(), required=True, help="New folder for the outcome.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier outcome in that folder.")
@click.option("--problems", type=NewFile(), help="Write every problem as CSV.")
def command(
    *,
    folder: Path,
    pack: Path,
    as_of: datetime,
    engine: str,
    master: str,
    out: Path,
    overwrite: bool,
    problems: Path | None,
) -> None:
    """Judge the facts in FOLDER by a policy as of an instant.

    FOLDER holds people, facts, homes, areas and stays as CSV or Parquet; docs/reference/judge.md describes every column.
    The outcome is written whole or not at all. Exit codes: 0 judged, 2 wrong usage, 3 bad input, 4 the machine.
    """
    from yimatong.core.policy.load import load
    from yimatong.edges.folders.problems import FolderError

    policy = load(pack)
    try:
        summary = judge_folder(folder, policy, as_of, engine=engine, master=master, out=out, overwrite=overwrite)
    except FolderError as error:
        if problems:
            write_problems(error, problems)
        raise
    tell(summary, policy)


def judge_folder(
    folder: Path, policy: Policy, as_of: datetime, *, engine: str, master: str, out: Path, overwrite: bool
) -> dict[str, Any]:
    """Read, judge and write; the summary as it was written into `out`."""
    from yimatong.core.time import minute_down
    from yimatong.edges.folders import reading, writing
    from yimatong.stations.judgements.engines import Cluster, engine as engine_of, require_in_force

    moment = minute_down(as_of)
    require_in_force(policy, moment)

    with (
        writing.whole(out, overwrite=overwrite) as fresh,
        tempfile.TemporaryDirectory(prefix=f".{out.name}-work-", dir=out.parent) as work,
        shown() as progress,
    ):
        sources = reading.read(folder, policy.zone, Path(work) / "tables", progress=progress)
        judged = Path(work) / "judged"
        outcome = engine_of(engine, on=Cluster(master))(sources, policy, moment, judged, progress)
        summary = {
            "policy": policy.id,
            "policy_version": policy.version,
            "policy_digest": policy.digest,
            "as_of": policy.zone.datetime(moment).isoformat(timespec="minutes"),
            "engine": engine,
            "people": outcome.people,
            "colours": {colour: outcome.counts.get(colour, 0) for colour in ("red", "yellow", "green", "unknown")},
            "rules": writing.rule_counts(judged),
        }
        writing.write(judged, fresh, policy.zone, summary)
    return summary


def tell(summary: dict[str, Any], policy: Policy) -> None:
    """Print the counts by colour and by rule: results go to standard output."""
    say(
        _("{people} people judged as of {at}", people=summary["people"], at=summary["as_of"]),
    )
    for colour, people in summary["colours"].items():
        word = policy.palette[colour].word
        click.echo(f"{people:>12,}  {word.of(language())}")
    click.echo()
    for rule in sorted(policy.rules, key=lambda rule: rule.order):
        people = summary["rules"].get(rule.id, 0)
        click.echo(f"{people:>12,}  {rule.id:<28} {rule.title.of(language())}")


def write_problems(error: FolderError, path: Path) -> None:
    """Write every problem that was kept as CSV (UTF-8 with mark, so that Excel shows Chinese)."""
    from yimatong.edges.folders.problems import SENTENCES

    given.writable(path)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        said = [f"{what}_{language}" for what in ("reason", "remedy") for language in languages()]
        rows.writerow(["file", "line", "column", "code", *said])
        for problem in error.problems:
            words = [text.of(language) for text in SENTENCES[problem.code] for language in languages()]
            rows.writerow([problem.file, problem.line or "", problem.column, problem.code, *words])
    say(_("every problem is listed in {path}", path=path.name))
