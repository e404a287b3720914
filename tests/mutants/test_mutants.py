"""Every planted error is noticed, and without one nobody complains."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import pytest

from tests.generative.towns import AS_OF
from tests.mutants.corpus import corpus, hunt, judged, pack
from tests.mutants.planting import MUTANTS, Mutant


def planted(mutant: Mutant) -> object:
    """The error as a parameter; one that takes longer than two seconds to be noticed is left to `make soak`."""
    marks = [pytest.mark.planted, *([] if mutant.quick else [pytest.mark.soak])]
    return pytest.param(mutant, id=mutant.name.replace(" ", "-"), marks=marks)


@pytest.mark.parametrize("mutant", [planted(mutant) for mutant in MUTANTS])
def test_a_planted_error_is_noticed(mutant: Mutant, record_property: Callable[[str, object], None]) -> None:
    record_property("planted", mutant.name)
    caught = hunt(mutant)
    assert caught is not None
    record_property("noticed_by", caught.by)


def test_nobody_complains_without_an_error() -> None:
    for town, expected in islice(corpus(), 20):
        assert judged(town, pack(), AS_OF) == expected
