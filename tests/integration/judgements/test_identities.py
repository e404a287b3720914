"""A run keeps whom it judged: by digests it is told whether somebody's identity of then is that of now."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.acting import an_official
from tests.identities import tampered
from tests.integration.judgements.city import AS_OF, City
from yimatong.edges.cli.runs import tell_others
from yimatong.records.actions import identities as correcting
from yimatong.records.actions.identities import Said
from yimatong.records.models import Official, Person
from yimatong.stations.judgements import actions, identities, inputs, lifecycle, replaying
from yimatong.stations.judgements.errors import JudgementError
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def corrected(person: int) -> None:
    first, second = (
        Official.objects.filter(username=name).first() or an_official(name, "control_office")
        for name in ("first", "second")
    )
    said = Said("改名", "unknown", "none", None)
    asked = correcting.propose(
        by=first, person=person, said=said, reason="录错", basis="户口簿", today=date(2020, 2, 20)
    )
    correcting.confirm(by=second, correction=asked.pk)


def kept(run: int) -> Path:
    return lifecycle.folder_of(run) / "inputs" / "identities.parquet"


def test_the_identities_are_among_the_inputs_and_tell_nobody_who_it_is(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    run, table = Run.objects.get(pk=line.run), pq.read_table(kept(line.run))
    assert run.inputs["identities"] == {"sha256": inputs.sha256_of([kept(line.run)])[0], "rows": city.people}
    assert table.column_names == ["person", "identity"]
    digests = {person: bytes(mac)[:8] for person, mac in Person.objects.values_list("number", "identity_mac")}
    assert dict(zip(*table.to_pydict().values(), strict=True)) == digests


def test_after_a_correction_the_run_of_before_says_that_the_identity_is_another_and_is_replayed_the_same(
    city: City, system: Official, policy: Path, capsys: pytest.CaptureFixture[str]
):
    run = Run.objects.get(pk=actions.run_full(by=system, policy=policy, as_of=AS_OF).run)
    assert identities.is_still(run, 7)
    assert list(identities.others_now(run)) == []
    corrected(7)
    assert identities.is_still(run, 7) is False
    assert list(identities.others_now(run)) == [7]
    assert replaying.replay(by=system, run=run.pk).same
    tell_others(run.pk)
    assert re.search(r"1 .*7", capsys.readouterr().err)


def test_an_exchange_past_every_trigger_is_told_beside_the_run(city: City, system: Official, policy: Path):
    run = Run.objects.get(pk=actions.run_full(by=system, policy=policy, as_of=AS_OF).run)
    one, other = Person.objects.get(pk=3), Person.objects.get(pk=4)
    for person, mac in ((3, other.identity_mac), (4, one.identity_mac)):
        tampered("identity_mac = %s", [person], bytes(mac))
    assert list(identities.others_now(run)) == [3, 4]


def test_a_correction_is_no_repetition_of_the_run_before_and_a_run_by_day_has_the_new_one(
    city: City, system: Official, policy: Path
):
    full = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    corrected(7)
    touched = actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(minutes=1))
    run = Run.objects.get(pk=touched.run)
    assert 7 in pq.read_table(kept(touched.run))["person"].to_pylist()
    assert identities.is_still(run, 7)
    assert identities.is_still(run, 8), "whom the run by day left alone is told by the run it builds on"
    assert list(identities.others_now(run)) == []
    assert list(identities.others_now(Run.objects.get(pk=full.run))) == [7]
    assert replaying.replay(by=system, run=touched.run).same


def test_what_was_known_at_a_past_instant_has_the_identity_of_then(city: City, system: Official, policy: Path):
    before = Person.objects.get(pk=7)
    corrected(7)
    after = Person.objects.get(pk=7)
    line = actions.run_as_of(
        by=system, moment=AS_OF, known_at=after.identified_at - timedelta(microseconds=1), policy=policy
    )
    assert identities.identity_then(Run.objects.get(pk=line.run), 7) == bytes(before.identity_mac)[:8]


def test_a_run_of_before_identities_were_kept_is_replayed_and_says_nothing_of_them(
    city: City, system: Official, policy: Path
):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    kept(line.run).unlink()
    run = Run.objects.get(pk=line.run)
    assert identities.is_still(run, 7) is None
    assert list(identities.others_now(run)) == []
    earlier = {name: table for name, table in run.inputs.items() if name != "identities"}
    folder = kept(line.run).parent
    assert inputs.verify(folder, run=run.pk, tables=earlier, lake_digest=run.lake).tables
    with pytest.raises(JudgementError) as gone:
        inputs.verify(folder, run=run.pk, tables=run.inputs, lake_digest=run.lake)
    assert gone.value.code == "snapshot-gone"
