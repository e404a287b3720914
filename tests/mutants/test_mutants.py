"""Every planted error is noticed, and without one nobody complains."""

from __future__ import annotations

import pytest

from tests.generative.towns import AS_OF
from tests.mutants.corpus import corpus, hunt, judged, pack
from tests.mutants.planting import MUTANTS, Mutant


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "-"))
def test_a_planted_error_is_noticed(mutant: Mutant) -> None:
    assert hunt(mutant) is not None


def test_nobody_complains_without_an_error() -> None:
    assert len(corpus()) > 40
    for town, expected in corpus()[:20]:
        assert judged(town, pack(), AS_OF) == expected
