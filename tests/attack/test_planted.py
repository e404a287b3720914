"""Tries that are tests of the product: they pass, and over a copy of the product without the guard they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attack.tries import everything
from tests.mutants.copies import ROOT, WEB, failed, over, over_scripts, planted

pytestmark = [pytest.mark.attack, pytest.mark.soak]
PLANTED = [one for one in everything() if one.planted]
Told = Callable[[str, object], None]


def test_with_their_guards_they_are_refused_or_found(record_property: Told) -> None:
    for one in PLANTED:
        record_property("attack", one.id)
    tests = sorted({one.planted.test for one in PLANTED if one.planted})
    told = over(ROOT / "src", [test for test in tests if not test.startswith(WEB)])
    assert told.returncode == 0, told.stdout[-3000:]
    for test in tests:
        if test.startswith(WEB):
            told = over_scripts(ROOT, test)
            assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]


@pytest.mark.parametrize("identifier", [one.id for one in PLANTED])
def test_without_its_guard_the_test_fails(identifier: str, tmp_path: Path, record_property: Told) -> None:
    record_property("bare", identifier)
    (guard,) = (one.planted for one in PLANTED if one.id == identifier)
    assert guard is not None
    told = planted(guard.file, guard.old, guard.new, guard.test, tmp_path)
    assert failed(told), told.stdout[-3000:] + told.stderr[-2000:]
