"""Whoever edits a fact past every trigger moves no colour: it is named, and the verdict stands still on what was judged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.painting import Scene, untriggered
from yimatong.records.models import Fact, Official
from yimatong.stations.judgements import actions, discrepancies, recorded, replaying, standstills
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.judgements.recorded import Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
RED = "a fact of kind case"


def colours() -> dict[int, tuple[str, str, int | None]]:
    return {row.person: (row.colour, row.rules, row.until) for row in CurrentVerdict.objects.all()}


def a_case() -> Fact:
    """Somebody red by a case that is confirmed and goes on."""
    red = CurrentVerdict.objects.filter(colour="red").values("person")
    fact = Fact.objects.filter(person_id__in=red, kind="case", detail="confirmed", struck_at=None).order_by("id").first()
    assert fact is not None
    return fact


def test_an_edited_fact_moves_no_colour(scene: Scene, system: Official, policy: Path):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("UPDATE facts SET kind = 'test', detail = 'negative', onset = NULL WHERE id = %s", [case.pk])
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    assert night.state == "published"
    assert CurrentVerdict.objects.get(person=case.person_id).colour == "red"
