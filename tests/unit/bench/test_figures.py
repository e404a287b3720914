"""The bench's table and page say what was met and what was not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import Figure, page, table

CHECKOUT = Path(__file__).resolve().parents[3]
FIGURES = (
    Figure("judging", "against reading", "2.9 times", "at most 3.5 times", True, "1.0 s | 0.4 s"),
    Figure("judging", "peak memory", "3.1 GB", "under 3 GB", False),
    Figure("growth", "a person", "1.7 µs"),
)


def test_the_table_says_met_not_met_or_nothing() -> None:
    lines = table(FIGURES).splitlines()
    assert lines[1] == "judging"
    assert lines[2].endswith("at most 3.5 times  met")
    assert lines[4].endswith("under 3 GB         NOT MET")
    assert lines[7].split() == ["a", "person", "1.7", "µs"]


def test_the_page_has_a_table_a_section_and_no_cell_breaks_it() -> None:
    text = page({"Machine": "two cores"}, "Measured today", FIGURES)
    assert text.count("## ") == 2
    assert "| Machine | two cores |" in text
    assert "| 1.0 s \\| 0.4 s |" in text
    assert "| under 3 GB | NOT MET |" in text


def test_a_section_that_a_run_does_not_measure_stays_with_its_own_run() -> None:
    first = page({"Machine": "two cores"}, "Measured yesterday", FIGURES)
    again = (Figure("growth", "a person", "0.7 µs"),)
    both = page({"Machine": "four cores"}, "Measured today", again, first)
    assert [line for line in both.splitlines() if line.startswith(("## ", "Measured"))] == [
        "## judging", "Measured yesterday.", "## growth", "Measured today.",
    ]  # fmt: skip
    assert "0.7 µs" in both
    assert "1.7 µs" not in both
    assert "four cores" in both
    assert page({"Machine": "four cores"}, "Measured today", again, both) == both


@pytest.mark.parametrize("given", [{"ONLY": "juding"}, {"SIZES": "many"}])
def test_a_wrong_option_is_refused_before_anything_is_measured(given: dict[str, str], tmp_path: Path) -> None:
    environment = {**os.environ, **given, "PYTHONPATH": f"{CHECKOUT / 'src'}{os.pathsep}{CHECKOUT}"}
    root = tmp_path / "bench"
    command = [sys.executable, "-m", "bench", "--root", str(root)]
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert next(iter(given)).lower() in done.stderr
    assert not root.exists()
