"""One calendar: a local day, a midnight or an hour of the city comes from records/calendar.py, in the browser from web/src/device/calendar.ts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CALENDARS = {"src/yimatong/records/calendar.py", "src/yimatong/core/time.py"}
SETTING = "src/yimatong/site/environment.py"
"""Where the zone of an installation that says nothing stands."""
CODES = "src/yimatong/core/credential/epochs.py"
"""Codes are counted by a clock that is one in every city."""
MINUTES_OF_A_DAY = "src/yimatong/city/"
"""The demo city's people leave their homes at 480, which is eight in the morning and no offset."""
OTHERS = ("src/yimatong/counterparts/", "bench/")
NAMES = {
    "ZoneInfo",
    "localdate",
    "localtime",
    "make_aware",
    "make_naive",
    "get_default_timezone",
    "get_current_timezone",
}
EIGHT_HOURS = {480, 8 * 3600}
IN_SQL = re.compile(r"TIME ZONE '(?!UTC')", re.IGNORECASE)
IN_A_PAGE = re.compile(
    r"Shanghai|(?:[-+=] )8 \* (3_?600|60|HOUR)|28_?800|getTimezoneOffset|\.get(Hours|Date|Day)\(|timeZone: (?!\"UTC\")"
)
CLOCKS = {"web/src/device/calendar.ts", "web/src/credential/epochs.ts"}


def found(tree: ast.AST, path: str) -> Iterator[str]:
    """What a file does that the calendar is there for."""
    for node in ast.walk(tree):
        yield from _called(node, path)
        yield from _written(node, path)


def _called(node: ast.AST, path: str) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in NAMES:
            yield name
        case ast.Attribute(attr="combine") if not path.startswith(OTHERS):
            yield "combine"
        case ast.Call(func=ast.Attribute(attr="astimezone"), args=args) if [*map(ast.unparse, args)] != ["UTC"]:
            yield "astimezone"
        case ast.Call(func=ast.Attribute(attr="date", value=ast.Call(func=ast.Attribute(attr="now")))):
            yield "now().date()"


def _written(node: ast.AST, path: str) -> Iterator[str]:
    match node:
        case ast.Name(id="SHANGHAI") | ast.alias(name="SHANGHAI") if path != CODES and not path.startswith(OTHERS):
            yield "SHANGHAI"
        case ast.Constant(value="Asia/Shanghai") if path != SETTING:
            yield "Asia/Shanghai"
        case ast.Constant(value=str(text)) if IN_SQL.search(text):
            yield "AT TIME ZONE"
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right) if not path.startswith(MINUTES_OF_A_DAY):
            if _is_eight_hours(left) or _is_eight_hours(right):
                yield "eight hours"


def _is_eight_hours(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return text in {"timedelta(hours=8)", "8 * 3600", "8 * 60"} or (
        isinstance(node, ast.Constant) and node.value in EIGHT_HOURS
    )


def test_no_other_room_computes_a_day_of_the_city(trees):
    looked_at = {str(file): tree for file, tree in trees.items() if str(file).startswith(("src/", "bench/"))}
    assert looked_at.keys() > CALENDARS
    others = {path: tree for path, tree in looked_at.items() if path not in CALENDARS and "/migrations/" not in path}
    assert {path: ways for path, tree in others.items() if (ways := sorted(set(found(tree, path))))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "LOCAL = ZoneInfo(name)",
        "zone = 'Asia/Shanghai'",
        "today = timezone.localdate()",
        "began = timezone.make_aware(midnight)",
        "began = datetime.combine(day, time())",
        "zone = timezone.get_default_timezone()",
        "day = (second + 8 * 3600) // 86400",
        "local = moment + timedelta(hours=8)",
        "day = (minute + 480) // 1440",
        "here = moment.astimezone(zone)",
        "here = moment.astimezone()",
        "today = clock.now().date()",
        "from yimatong.core.time import SHANGHAI",
        "sql = \"SELECT (at AT TIME ZONE 'Asia/Chongqing')::date\"",
    ],
)
def test_a_second_way_would_be_found(line):
    assert list(found(ast.parse(line), "src/yimatong/stations/somewhere.py"))
    assert not list(found(ast.parse("instant = moment.astimezone(UTC); day = calendar.today()"), "src/yimatong/x.py"))


def test_no_page_of_the_browser_has_a_clock_of_its_own(texts):
    pages = {
        str(file): text
        for file, text in texts.items()
        if Path(file).parts[:2] == ("web", "src") and file.suffix in {".ts", ".tsx"}
    }
    assert pages.keys() > CLOCKS
    assert {
        path: IN_A_PAGE.findall(text) for path, text in pages.items() if path not in CLOCKS and IN_A_PAGE.search(text)
    } == {}
    assert IN_A_PAGE.search("at + 8 * 3600")
    assert not IN_A_PAGE.search("seconds < 48 * 3600")
