"""Both verifiers say the same of mutated codes; `make bench ONLY=fuzzing` tries a million."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from bench import both, mutations, spoilt


def test_both_verifiers_agree_on_mutated_codes(tmp_path: Path):
    found = both.compare(7, 20_000, tmp_path / "fuzzed.mjs")
    assert (found.executions, found.crashes, found.disagreements) == (20_000, [], [])
    assert {
        "accepted",
        "malformed",
        "unreadable",
        "bad-signature",
        "copied",
        "key-compromised",
        "not-ours",
    } <= found.said.keys()


def test_a_seed_makes_the_same_codes_again_and_another_makes_others():
    first, again, other = (list(islice(mutations.codes(seed, 300), 300)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("files", {"taken", "folder-wrong", "parquet-broken", "json-broken", "excel-broken", "encoding-unknown"}),
        ("parameters", {"taken", "ValueError", "Resolver404"}),
    ],
)
def test_nothing_that_reads_what_comes_from_outside_breaks(tmp_path: Path, what: str, told: set[str]):
    found = spoilt.tried(what, 7, 2_000, tmp_path)
    assert (found.executions, found.crashes) == (2_000, [])
    assert told <= found.said.keys()


def test_what_raises_anything_else_is_a_crash():
    def one(_chance: object, at: int) -> tuple[str, Callable[[], object]]:
        return ("JSON", lambda: int("x")) if at else ("files", lambda: {}["x"])

    found = spoilt.counted(7, 2, one)
    assert [(at, title) for at, title, _why in found.crashes] == [(0, "files")]
    assert found.said == {"crash": 1, "ValueError": 1}


def test_a_process_that_ends_badly_is_a_crash(tmp_path: Path):
    assert spoilt.tried("nothing", 7, 1, tmp_path).crashes == [(-1, "nothing", "the process ended with 1")]
