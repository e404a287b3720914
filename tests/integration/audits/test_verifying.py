"""Every edit of the tables' owner is named by `yimatong audit verify`, and a city that nobody touched has nothing to name."""

from __future__ import annotations

import pytest

from tests.integration.judgements.painting import Scene
from yimatong.stations.audits import verifying

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def found(sample: int = 0) -> dict[str, tuple[str, ...]]:
    """By check what a verification names."""
    return {one.name: one.named for one in verifying.verify(sample=sample).checks if one.found}


def test_a_city_that_nobody_touched_is_as_it_was(sealed_city: Scene) -> None:
    seen = verifying.verify(sample=2)
    assert {one.name: (one.found, one.named) for one in seen.checks if one.found} == {}
    looked = {one.name: one.looked for one in seen.checks}
    assert all(looked[name] for name in ("chain", "authors", "records", "identities", "verdicts", "policies", "replays"))
