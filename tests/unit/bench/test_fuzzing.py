"""Both verifiers say the same of mutated codes; `make bench ONLY=fuzzing` tries a million."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from bench import both, mutations


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
