"""A standstill counts by its signature alone, and two officials end it, also by command."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.acting import PASSWORD, an_official
from tests.integration.judgements.city import AS_OF
from tests.integration.judgements.painting import Scene, untriggered
from tests.integration.judgements.test_recorded import a_case
from yimatong.edges.cli.restatements import command
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, standstills
from yimatong.stations.judgements.models import CurrentVerdict, Restatement
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


def test_two_officials_record_a_deleted_case_anew_by_command(
    scene: Scene, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
):
    an_official("first", "control_office")
    an_official("second", "health")
    monkeypatch.setenv("YIMATONG_PASSWORD", PASSWORD)
    case = a_case()
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = %s", [case.pk])
    Looker().look()
    (still,) = standstills.open_ones()
    assert f"person {case.person_id}" in CliRunner().invoke(command, ["list"]).stdout
    why = ["--reason", "it was deleted", "--basis", "the laboratory's report"]
    made = CliRunner().invoke(command, ["propose", str(still.number), "--as", "judged", *why, "--by", "first"])
    assert made.exit_code == 0, made.exception
    waiting = str(Restatement.objects.get().pk)
    alone = CliRunner().invoke(command, ["confirm", waiting, "--by", "first"])
    assert getattr(alone.exception, "code", "") == "correction-by-the-same"
    done = CliRunner().invoke(command, ["confirm", waiting, "--by", "second"])
    assert done.exit_code == 0, done.exception
    assert actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=2)).state == "published"
    assert (standstills.open_ones(), Looker().look()) == ([], ())
    assert CurrentVerdict.objects.get(person=case.person_id).colour == "red"
    assert "those that were judged" in CliRunner().invoke(command, ["list"]).stdout
