"""Bounds of numbers, texts and JSON that come from outside."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from yimatong.core import bounds

SOURCES = Path(__file__).resolve().parents[3] / "src" / "yimatong" / "edges" / "web"
READ_BY_HAND = re.compile(r"\bint\([a-z_]+\) if [a-z_]+\.is(?:decimal|digit)\(\)")


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), (str(2**63 - 1), 2**63 - 1), (str(2**63), None), ("9" * 5000, None), ("-1", None), ("", None), (" 1", None),
     ("²", None), ("１２", None), ("1e3", None), ("1.0", None), ("1_0", None), (None, None), (["1"], None)],
)  # fmt: skip
def test_a_whole_number_is_ascii_digits_up_to_the_largest(text, number):
    assert bounds.whole(text) == number


def test_a_number_has_the_most_that_was_asked_for():
    assert [bounds.whole("31", 31), bounds.whole("32", 31)] == [31, None]


@pytest.mark.parametrize(
    "data",
    [b"NaN", b"[Infinity]", b"-Infinity", b"1e999", b"9" * 5000, str(2**63).encode(), b'{"a":1,"a":2}', b'"\\u0000"', b"\0", b'"\\ud800"', b'["\\udfff"]',
     b"[" * 100_000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b"", b"{", b"\xff"],
)  # fmt: skip
def test_json_of_strangers_is_refused_with_one_error_and_soon(data):
    begun = time.monotonic()
    with pytest.raises(ValueError):
        bounds.loads(data)
    assert time.monotonic() - begun < 2


def test_json_that_is_right_is_read_as_it_is():
    said = '{"a": [1, -2.5, "\\ud83d\\ude00", "\\\\u0000", true, null], "b": {"brackets": "[[[["}}'
    assert bounds.loads(said) == {"a": [1, -2.5, "😀", "\\u0000", True, None], "b": {"brackets": "[[[["}}


def test_no_page_reads_a_number_by_hand():
    found = [str(file) for file in SOURCES.rglob("*.py") if READ_BY_HAND.search(file.read_text(encoding="utf-8"))]
    assert found == []
