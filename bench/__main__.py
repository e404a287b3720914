"""`python -m bench`, or `make bench`: every figure, in one run, as a table.

Each option can also be given as an environment variable of its name in capitals, so that `make bench SIZES=2000 ONLY=judging`
works. Exit codes: 0 every target was met, 1 one was not, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from pathlib import Path
from types import ModuleType

from bench import (
    at_desk,
    auditing,
    camera,
    checkpoints,
    credential,
    events,
    faults,
    first_load,
    following,
    fuzzing,
    growth,
    importing,
    issuing,
    judging,
    loading,
    machine,
    messages,
    night,
    online,
    policy,
    printing,
    reconciling,
    renewal,
    returning,
    spark,
    strips,
)
from bench.figures import PAGE, Figure, page, table
from bench.peers import section as peers
from bench.run import Bench

SECTIONS: dict[str, ModuleType] = {
    module.NAME: module
    for module in (
        judging,
        growth,
        night,
        events,
        faults,
        reconciling,
        auditing,
        returning,
        messages,
        peers,
        online,
        spark,
        policy,
        importing,
        loading,
        credential,
        strips,
        renewal,
        following,
        first_load,
        fuzzing,
        camera,
        at_desk,
        issuing,
        printing,
        checkpoints,
    )
}
ROOT = Path(__file__).parents[1] / "var" / "bench"


def main(arguments: list[str]) -> int:
    """Measure, print, and keep the figures where that was asked for."""
    asked = _options().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that every block's end is reached
    described = machine.described()
    for name, value in described.items():
        print(f"{name:<18}{value}")
    asked.root.mkdir(parents=True, exist_ok=True)
    bench = Bench(
        root=asked.root,
        sizes=tuple(sorted(asked.sizes)),
        spark_people=asked.spark_people,
        database_people=asked.database_people,
        online_people=asked.online_people,
        import_rows=asked.rows,
        loaded=asked.loaded,
        peer_people=asked.peer_people,
        passes=asked.passes,
        phones=asked.phones,
        passages=asked.passages,
        papers=asked.papers,
        busy_minutes=asked.busy_minutes,
        kills=asked.kills,
        restarts=asked.restarts,
        texts=asked.texts,
        changes=asked.changes,
    )
    try:
        figures = _measured(bench, asked.only or list(SECTIONS), described if asked.write else None)
    finally:
        if not asked.keep:
            shutil.rmtree(asked.root, ignore_errors=True)
    missed = [figure for figure in figures if figure.met is False]
    print(f"\n{len(figures)} figures, {sum(f.met is True for f in figures)} targets met, {len(missed)} not met.")
    return 1 if missed else 0


def _measured(bench: Bench, names: list[str], described: dict[str, str] | None) -> list[Figure]:
    """The figures of the sections, each section printed, and with `described` kept on the page, when it is done."""
    figures: list[Figure] = []
    for name in names:
        bench.say(name)
        run = machine.run()
        found = list(SECTIONS[name].measure(bench))
        print(table(found), flush=True)
        if described:
            before = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
            PAGE.write_text(page(described, run, found, before), encoding="utf-8")
        figures += found
    return figures


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description=__doc__.splitlines()[0])

    def option(name: str, default: str, kind: object, help_text: str) -> None:
        given = os.environ.get(name.replace("-", "_").upper()) or default
        parser.add_argument(f"--{name}", default=given, type=kind, help=f"{help_text} [{default or 'all'}]")

    option("sizes", "100000,1000000,10000000", _numbers, "People of the cities, with commas between.")
    option("only", "", _sections, f"Sections, with commas between: {', '.join(SECTIONS)}.")
    option("spark-people", "100000", int, "People of the city that Spark judges.")
    option("database-people", "20000", int, "People of the demo city in the database.")
    option("online-people", "3000", int, "People judged online, drawn at random.")
    option("peer-people", "20000", int, "People that each peer judges.")
    option("passes", "100000", int, "Passes that are minted in one go.")
    option("rows", "1000000", int, "Rows of the CSV that is imported.")
    option("loaded", "1000000", int, "People of the register that is loaded.")
    option("phones", "1000000", int, "Phones whose strips are signed and renewed.")
    option("busy-minutes", "10", float, "Minutes of a busy hour, for the section events; 0 leaves it out.")
    option("kills", "100", int, "Kills, for the sections faults, returning, and messages (20 at most).")
    option("texts", "100000", int, "Texts of the storm, for the section messages.")
    option("restarts", "10", int, "Restarts of the database, for the section returning.")
    option("changes", "200", int, "Changes of colour before as many open pages, for the section phone.")
    option("passages", "1000000", int, "Passages that scanners have queued.")
    option("papers", "100000", int, "Paper passes that desks issue, killed in the middle.")
    parser.add_argument("--root", type=Path, default=ROOT, help="Folder of everything that the bench writes.")
    parser.add_argument("--keep", action="store_true", default=bool(os.environ.get("KEEP")), help="Keep that folder.")
    parser.add_argument("--write", action="store_true", help="Renew these sections of docs/figures.md.")
    return parser


def _numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",") if part.strip()]


def _sections(text: str) -> list[str]:
    names = [part.strip() for part in text.split(",") if part.strip()]
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no section is called {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return names


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
