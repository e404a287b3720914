"""The browser side has an order too: no file of web/src comes round to itself by imports, and its rooms stand one above the other."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import normpath

import pytest

SOURCES = PurePosixPath("web/src")
# `import … from "x"`, `export … from "x"`, `import "x"`, `import("x")`, also of types: a reader has to follow those as well.
IMPORT = re.compile(r"""^(?:import|export)\b[^;"'=]*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']""", re.MULTILINE)
# Room (a folder of web/src and the file of its name): the rooms that it may import, and why.
ROOMS: dict[str, tuple[set[str], str]] = {
    "credential": (
        set(),
        "reads and verifies codes as the Python package does; strangers build it from the specification",
    ),
    "checkpoints": (
        {"credential"},
        "the twin of the decision matrix; its files are signed like everything a code hangs on",
    ),
    "device": (
        {"credential", "checkpoints"},
        "what every page that a device keeps is made of; it knows none of these pages",
    ),
    "code": ({"credential", "device"}, "the phone's page: it decides nothing at a checkpoint"),
    "scan": (
        {"credential", "checkpoints", "device"},
        "the guard's page: what it shares with phone and desk lies below",
    ),
    "desk": ({"credential", "checkpoints", "device"}, "the clerk's page: what it shares with the scanner lies below"),
    "resident": ({"device"}, "pages of the server, which read aloud as the code page does"),
    "office": ({"timeline"}, "pages of the server, which work without a script"),
    "timeline": (set(), "draws what the server says"),
    "charts": (set(), "draws what the server says; the only room with ECharts"),
}


@pytest.fixture(scope="session")
def arrows(texts) -> dict[str, set[str]]:
    """The files of web/src that each of them imports, as paths from web/src without their ending."""
    files = {
        str(PurePosixPath(file).relative_to(SOURCES)): text
        for file, text in texts.items()
        if PurePosixPath(file).is_relative_to(SOURCES) and file.suffix in {".ts", ".tsx"}
    }
    names = {name.rsplit(".", 1)[0] for name in files}
    return {name.rsplit(".", 1)[0]: imports_of(name, text, names) for name, text in files.items()}


def imports_of(file: str, text: str, names: set[str]) -> set[str]:
    """The files that one names. A package, a style sheet or JSON is none; a source that is not there is a mistake."""
    found = set()
    for named in (one or other for one, other in IMPORT.findall(text)):
        path = normpath(f"{PurePosixPath(file).parent}/{named}")
        if not named.startswith(".") or path.startswith("..") or path.endswith(".json"):
            continue
        target = path if path in names else f"{path}/index"
        assert target in names, f"{file} imports {named}, which is not there"
        found.add(target)
    return found


def circle_in(arrows: dict[str, set[str]]) -> list[str]:
    """Files of which each imports the next and the last is the first; empty where there is no circle."""
    done: set[str] = set()

    def walk(file: str, way: list[str]) -> list[str]:
        if file in way:
            return [*way[way.index(file) :], file]
        if file in done:
            return []
        for target in sorted(arrows[file]):
            if found := walk(target, [*way, file]):
                return found
        done.add(file)
        return []

    return next((found for file in sorted(arrows) if (found := walk(file, []))), [])


def room_of(file: str) -> str:
    return file.partition("/")[0]


def test_no_file_comes_round_to_itself(arrows):
    assert len(arrows) > 150
    assert " -> ".join(circle_in(arrows)) == ""


def test_a_circle_would_be_found():
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_every_way_of_importing_is_seen():
    text = """import { a, type B } from "./a";
import type {
  C,
} from "./b";
export { d } from "../d";
import "./e";
const later = import("./f");
export const words = "from ./g";
"""
    assert imports_of("x/y.tsx", text, {"x/a", "x/b", "d/index", "x/e", "x/f"}) == {
        "x/a",
        "x/b",
        "d/index",
        "x/e",
        "x/f",
    }


def test_a_room_imports_only_what_stands_below_it(arrows):
    crossing = {
        (room_of(file), room_of(target)): f"{file} -> {target}"
        for file, targets in arrows.items()
        for target in targets
    }
    used = {(room, other) for room, other in crossing if room != other}
    allowed = {(room, below) for room, (rooms, _) in ROOMS.items() for below in rooms}
    assert {room_of(file) for file in arrows} == ROOMS.keys()
    assert {pair: crossing[pair] for pair in used - allowed} == {}
    assert allowed - used == set(), "an arrow that nobody needs"


def test_the_rooms_have_no_circle():
    assert circle_in({room: rooms for room, (rooms, _) in ROOMS.items()}) == []
