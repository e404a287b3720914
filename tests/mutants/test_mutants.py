"""Every planted error is noticed, and without one nobody complains."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.generative.towns import AS_OF
from tests.mutants.corpus import hunt, judged, pack, town_of
from tests.mutants.planting import MUTANTS, Mutant


@pytest.mark.planted
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_planted_error_is_noticed(mutant: Mutant, record_property: Callable[[str, object], None]) -> None:
    record_property("planted", mutant.name)
    caught = hunt(mutant)
    assert caught is not None
    record_property("noticed_by", caught.by)


def test_nobody_complains_without_an_error() -> None:
    for town, expected in map(town_of, range(20)):
        assert judged(town, pack(), AS_OF) == expected
