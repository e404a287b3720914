"""What was judged is told by the kept files of the runs, and by nothing that only looks like them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.painting import Scene, untriggered
from yimatong.core.facts import COLUMNS
from yimatong.records.actions import facts
from yimatong.records.models import Fact, Official
from yimatong.stations.judgements import actions, restating
from yimatong.stations.judgements.judged import Judged
from yimatong.stations.judgements.models import CurrentVerdict, Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_records_put_back_as_the_run_over_everybody_had_them_are_an_edit_where_a_run_by_day_judged_others(
    city: City, system: Official, policy: Path
):
    """The table's file is then byte for byte that of the run over everybody; who was judged by day is compared all the same."""
    whole = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    case = Fact.objects.filter(kind="case", detail="confirmed", struck_at=None).order_by("pk")[0]
    facts.strike(by=system, fact=case.pk, why="误报", now=AS_OF)
    by_day = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=1))
    judged = CurrentVerdict.objects.get(person=case.person_id).colour
    with untriggered("facts") as cursor:
        cursor.execute(
            "UPDATE facts SET struck_at = NULL, struck_by_id = NULL, strike_reason = NULL WHERE id = %s", [case.pk]
        )
    night = actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1))
    kept = {run: Run.objects.get(pk=run).inputs["facts"] for run in (whole.run, night.run)}
    assert (by_day.kind, kept[whole.run]["rows"] - kept[night.run]["rows"]) == ("touched", 1)
    assert [row.person for row in restating.standing_still()] == [case.person_id]
    assert CurrentVerdict.objects.get(person=case.person_id).colour == judged


def test_a_run_of_the_same_number_in_a_restored_database_is_another_run(scene: Scene):
    judged, last = Judged(), Run.objects.get(pk=scene.last)
    columns = ", ".join(f'"{column}"' for column, _ in COLUMNS["facts"])
    rows = f"SELECT {columns} FROM ({{}}) ORDER BY ALL"

    def said() -> list[object]:
        return list(judged.session.execute(rows.format(judged.select("facts"))).fetchall())

    judged.follow(last)
    before = said()
    # As it would be had that number once been the number of a run that judged nobody's facts.
    judged.session.execute("DELETE FROM later_facts")
    judged.laid[scene.last] |= {"facts": "0" * 64}
    assert said() != before
    judged.follow(last)
    assert said() == before
