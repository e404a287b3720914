"""The official lists that we have, against the official divisions: counts, rates, and the state after each; all 17 in `make soak`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from yimatong.core.time import SHANGHAI
from yimatong.edges.feeds import divisions
from yimatong.edges.feeds.risk_areas import lists
from yimatong.edges.feeds.risk_areas.pages import Rate, measured
from yimatong.edges.feeds.risk_areas.taking import SOURCE, ListOutcome, take_list
from yimatong.records.actions import risk_areas
from yimatong.records.models import Area, HeldRow, Official

pytestmark = pytest.mark.django_db
LARGEST = "2022120211"
SOME = ("2022041511", "2022080100", LARGEST, "2023010115")
"""The first, the first with areas of low risk, the largest, and one of those that end everything."""


def rate_of(path: Path, outcome: ListOutcome) -> Rate:
    levels = Counter(entry.level for entry in lists.read(path, SHANGHAI).entries)
    assert outcome.shares is not None
    return Rate(
        name=path.stem[:10],
        texts=outcome.rows,
        high=levels["high"],
        middle=levels["middle"],
        low=levels["low"],
        elsewhere=outcome.shares.elsewhere,
        county=outcome.shares.county,
        street=outcome.shares.street,
        below_county=outcome.shares.below_county,
        open=outcome.held,
        started=outcome.started,
        ended=outcome.ended,
    )


@pytest.mark.parametrize("days", [pytest.param(SOME, id="some"), pytest.param(("",), id="all", marks=pytest.mark.soak)])
def test_all_lists_import_with_the_published_rates(shared: Path, by: Official, days: tuple[str, ...]) -> None:
    divisions.load(by=by)
    found: list[Rate] = []
    for path in sorted((shared / "data" / "risk-areas").glob("*.json")):
        if not path.stem.startswith(days):
            continue
        outcome = take_list(path, by=by, legal_basis="law")
        claimed = dict(outcome.claimed)
        assert outcome.rows == outcome.taken + outcome.unchanged + outcome.held == sum(claimed.values())
        assert HeldRow.objects.filter(delivery=outcome.delivery).count() == outcome.held
        found.append(rate_of(path, outcome))
        if path.stem.startswith(LARGEST):
            assert Area.objects.filter(end=None).count() > 44_000
    # Shown when the comparison below fails: what belongs into measured.yaml.
    print("\n".join(f"- {asdict(rate)}" for rate in found))
    assert risk_areas.open_areas(source=SOURCE) == 0, "the empty lists of 2023 end every area"
    assert all(rate.open <= rate.elsewhere for rate in found), "official names resolve, all of them"
    assert all(rate.county >= 9_750 for rate in found)
    assert all(rate.street >= 9_400 for rate in found)
    expected = [rate for rate in measured() if rate.name.startswith(days)]
    assert len(expected) == (17 if days == ("",) else len(SOME))
    if days == SOME:
        # What starts and ends is what the list before had not.
        found, expected = ([replace(rate, started=0, ended=0) for rate in rates] for rates in (found, expected))
    assert found == expected, "docs/reference/risk-areas.md shows other rates"
