"""A standstill counts by its signature alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.judgements.city import AS_OF
from tests.integration.judgements.painting import Scene, untriggered
from tests.integration.judgements.test_recorded import a_case
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, standstills
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.judgements.recorded import Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_a_row_of_a_standstill_that_nobody_signed_counts_for_nothing(scene: Scene, system: Official, policy: Path):
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [case.pk])
    looker = Looker()
    assert len(looker.look()) == 1
    (still,) = standstills.open_ones()
    with untriggered("standstills") as cursor:
        cursor.execute(
            "INSERT INTO standstills (\"table\", person, judged, found, run, mac, ends_id) VALUES ('facts', %s, '[]', '[]', 9, 'x', %s)",
            [case.person_id, still.number],
        )
        cursor.execute("UPDATE standstills SET judged = '[]' WHERE number = %s", [still.number])
    assert {one.table for one in looker.look()} == {"standstills"}
    assert actions.run_full(by=system, policy=policy, as_of=AS_OF + timedelta(days=1)).state == "published"
    assert CurrentVerdict.objects.get(person=case.person_id).colour == "red"
