"""Whose pass it was, the lake at night, and what is deleted when the policy's days are over (C10, H1, S16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tests.integration.checkpoints.scanners import NOW, a_gate, a_scanner, passage, situation, sync
from tests.integration.passes.town import an_account, bind, people, publish
from yimatong.core import lake
from yimatong.records.models import Fact, Official, Person
from yimatong.stations.checkpoints import identifying, retention, stays
from yimatong.stations.checkpoints.models import Device, Entry, Forgetting, Passage, StayFeed
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import day_of
from yimatong.stations.passes.models import Credential, Epoch
from yimatong.stations.passes.stamping import cti_of
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
EPOCH = day_of(NOW) * 24 + 6
"""The window from 6 to 12 of the day."""


@pytest.fixture
def clean_lake() -> Iterator[Path]:
    import shutil

    folder = Path(settings.YIMATONG_HOME) / "lake"
    shutil.rmtree(folder, ignore_errors=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def holder(colour: str = "green") -> tuple[Person, Credential]:
    """Somebody with a code on a phone."""
    (person,) = people(1)
    publish({person.pk: colour})
    bind(an_account(person), person.pk)
    return person, Credential.objects.get(person=person)


def shown(credential: Credential, epoch: int = EPOCH) -> dict[str, object]:
    """What a scanner records of its pass."""
    from yimatong.core.credential import slot

    bits = Epoch.objects.get(pk=epoch).bits
    cti = cti_of(keyring.secret("cti"), credential.serial, epoch)
    from tests.integration.checkpoints.scanners import b64

    place = slot(keyring.secret("slots"), epoch, bits, credential.place)
    return {"epoch": epoch, "slot": place, "cti": b64(cti)}


def test_a_slot_is_its_holders_and_only_with_the_cti_of_a_real_pass(system: Official) -> None:
    person, credential = holder()
    seen = shown(credential)
    assert identifying.person_of(EPOCH, seen["slot"]) == person.pk  # type: ignore[arg-type]
    cti = cti_of(keyring.secret("cti"), credential.serial, EPOCH)
    assert identifying.person_of(EPOCH, seen["slot"], cti) == person.pk  # type: ignore[arg-type]
    assert identifying.person_of(EPOCH, seen["slot"], bytes(8)) is None, "a slot that a guard made up names nobody"  # type: ignore[arg-type]
    assert identifying.person_of(EPOCH - 24 * 30, seen["slot"]) is None, "there were no passes then"  # type: ignore[arg-type]
    assert identifying.person_of(None, None) is None


def test_a_fever_at_the_gate_is_a_fact_of_the_holder_once(system: Official) -> None:
    person, credential = holder()
    device = a_scanner(a_gate())
    hot = passage(1, says=situation(temperature="fever"), temperature=381, **shown(credential))
    forged = passage(
        2, says=situation(temperature="fever"), temperature=381, **{**shown(credential), "cti": "AAAAAAAAAAA"}
    )
    for _ in range(2):
        answer = sync(device, hot, forged)
        assert sorted(answer.taken) == [1, 2]
    fact = Fact.objects.get(person=person)
    assert (fact.kind, fact.detail, fact.start) == ("symptom", "fever", NOW)
    assert fact.source == f"checkpoint/{device.checkpoint_id}"


def test_a_fever_on_a_training_scanner_is_nobodys(system: Official) -> None:
    _, credential = holder()
    device = a_scanner(a_gate(), training=True)
    sync(device, passage(1, says=situation(temperature="fever"), temperature=381, **shown(credential)))
    assert not Fact.objects.filter(kind="symptom").exists()


def received(days: int) -> datetime:
    """A real instant later than everything that was received so far."""
    return datetime.now(UTC) + timedelta(minutes=11, days=days)


def test_passages_become_stays_once_and_leave_the_lake_when_they_are_forgotten(
    system: Official, clean_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stays, "SETTLED", timedelta(0))
    person, credential = holder()
    device: Device = a_scanner(a_gate())
    stranger = passage(2, epoch=EPOCH, slot=77, cti="AAAAAAAAAAA")
    doubtful = passage(3, says=situation(verdict="doubtful"), **shown(credential))
    sync(device, passage(1, **shown(credential)), stranger, doubtful, passage(4))
    fed = stays.feed_stays(now=NOW, at=datetime.now(UTC))
    assert (fed.deliveries, fed.passages, fed.stays) == (1, 2, 1)
    (row,) = lake.read_day(clean_lake, NOW.date()).to_pylist()
    device.checkpoint.refresh_from_db()
    minute = int(NOW.timestamp()) // 60
    assert row == {
        "person": person.pk, "place": device.checkpoint.place_id, "division": 330203001, "arrive": minute, "leave": minute + 5,
    }  # fmt: skip
    assert stays.feed_stays(now=NOW, at=datetime.now(UTC)).stays == 0, "nothing was received since"
    sync(device, passage(5, at=NOW - timedelta(days=3), **shown(credential)))
    assert stays.feed_stays(now=NOW, at=datetime.now(UTC)).stays == 1, "what comes days later is fed the night after"
    assert lake.read_day(clean_lake, NOW.date() - timedelta(days=3)).num_rows == 1
    assert retention.forget(now=NOW + timedelta(days=18)) is None, "today and 21 days before it are kept"
    first = retention.forget(now=NOW + timedelta(days=19))
    assert first is not None
    assert (first.passages, first.stays) == (1, 1)
    second = retention.forget(now=NOW + timedelta(days=22))
    assert second is not None
    assert (second.passages, second.stays) == (4, 1)
    assert not Passage.objects.exists()
    assert lake.read_day(clean_lake, NOW.date()).num_rows == 0
    assert Forgetting.objects.count() == 2
    assert retention.forget(now=NOW + timedelta(days=22)) is None


def test_a_night_that_was_cut_short_is_gone_on_with(
    system: Official, clean_lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, credential = holder()
    sync(a_scanner(a_gate()), passage(1, **shown(credential)))
    real = StayFeed.save

    def dies(self: StayFeed, **_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(StayFeed, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        stays.feed_stays(now=NOW, at=received(0))
    monkeypatch.setattr(StayFeed, "save", real)
    assert lake.read_day(clean_lake, NOW.date()).num_rows == 1, "the lake has it, the row does not say so yet"
    stays.feed_stays(now=NOW, at=received(0))
    assert lake.read_day(clean_lake, NOW.date()).num_rows == 1, "it is not there twice"
    assert StayFeed.objects.get().state == "taken"
    assert StayFeed.objects.get().stays == 1


def test_nobody_deletes_or_changes_a_passage_otherwise(system: Official) -> None:
    sync(
        a_scanner(a_gate()),
        passage(1),
        {"kind": "slip", "n": 2, "at": int(NOW.timestamp()), "of": 1, "slip": "x", "number": "1"},
    )
    for statement in (
        "DELETE FROM passages", "UPDATE passages SET action = 'release'", "DELETE FROM checkpoint_entries",
        "UPDATE checkpoint_entries SET at = 0", "DELETE FROM checkpoint_flags", "DELETE FROM checkpoint_forgettings",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Passage.objects.count() == Entry.objects.count() == 1


def test_a_place_is_kept_for_what_comes_days_later(system: Official) -> None:
    person, credential = holder()
    seen = shown(credential)
    publish({person.pk: "red"})
    keep_up(by=system, now=NOW + timedelta(minutes=1))
    keep_up(by=system, now=NOW + timedelta(days=20))
    assert identifying.person_of(EPOCH, seen["slot"]) == person.pk  # type: ignore[arg-type]
    known = identifying.people_of([identifying.Shown(EPOCH, seen["slot"])])[0]  # type: ignore[arg-type]
    assert known is not None
    assert known.recalled_at == NOW + timedelta(minutes=1)
