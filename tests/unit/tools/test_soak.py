"""`make soak`: which planted errors were found and missed, kills and searches, in two tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TRIAL = """
import pytest

@pytest.mark.planted
@pytest.mark.parametrize("error", ["a sign is turned", "a day is lost"])
def test_planted(error, record_property):
    record_property("planted", error)
    assert error != "a day is lost"
    record_property("noticed_by", "town 7")

@pytest.mark.kill
@pytest.mark.soak
def test_killed():
    pass

@pytest.mark.search
def test_sought():
    pass

@pytest.mark.soak
def test_that_takes_long():
    pass
"""


def test_what_was_found_and_what_was_missed_is_told_and_a_part_of_a_run_is_not_kept(tmp_path: Path) -> None:
    page = ROOT / "docs" / "reference" / "soak.md"
    before = page.read_bytes() if page.exists() else None
    (tmp_path / "test_trial.py").write_text(TRIAL)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "/dev/null",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.soaked",
    ]
    done = subprocess.run([*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    (counted,) = (line for line in lines if line.startswith("| 2"))
    assert [cell.strip() for cell in counted.strip("| ").split("|")][2:10] == [
        *("1", "1", "1", "0", "1", "0", "1", "0")
    ]
    assert any(line.startswith("| a sign is turned | town 7 |") for line in lines)
    assert any(line.startswith("| a day is lost | **nobody** |") for line in lines)
    assert (page.read_bytes() if page.exists() else None) == before
