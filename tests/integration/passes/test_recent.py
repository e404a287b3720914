"""Recent recalls: a phone that knew the list of any earlier minute finds its recall in the minutes, the hours or the snapshot."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.passes.test_minting import town
from tests.integration.passes.town import NOW, Gate, publish
from yimatong.core.credential import RecallList, RecentRecalls, open_recent, open_snapshot, window_at
from yimatong.core.credential.recent import own_recent
from yimatong.records.models import Official
from yimatong.stations.passes.actions import keys, publishing, recent
from yimatong.stations.passes.actions.recent import Reach
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import Credential, Reissue, SigningKey
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
MINUTE = timedelta(minutes=1)


class Reader:
    """What lies in the folder, opened as a phone does it."""

    def __init__(self, home: Path, now: datetime) -> None:
        self.place, self.gate = home / "signed", Gate(home)
        self.gate.sync(now)
        assert self.gate.trust
        self.trust = self.gate.trust
        self.minutes = self.opened("recent.ymt")
        self.folder = f"recall/{self.minutes.epoch}"
        self.hours = self.opened(f"{self.folder}/hours.ymt")
        whole = open_snapshot(
            (self.place / self.folder / "snapshot.ymt").read_bytes(), trust=self.trust, now=seconds(now)
        )
        assert isinstance(whole, RecallList)
        self.whole = whole

    def opened(self, name: str) -> RecentRecalls:
        found = open_recent((self.place / name).read_bytes(), trust=self.trust)
        assert isinstance(found, RecentRecalls), found
        return found

    def found_by(self, known: int) -> tuple[str, set[int]]:
        """Which files are needed by whoever knew the list that was issued then, and the slots in them."""
        slots, needed = set(self.minutes.slots), "minutes"
        if known <= self.minutes.since:
            slots, needed = slots | self.hours.slots, "hours"
            if known <= self.hours.since:
                slots, needed = slots | self.whole.slots, "snapshot"
        return needed, slots

    @property
    def listed(self) -> RecallList:
        return self.gate.recall[self.minutes.epoch]


def test_whoever_knew_the_list_of_any_minute_finds_every_recall_since(
    system: Official, clean_home: Path, monkeypatch: pytest.MonkeyPatch
):
    """Eight hours over a change of windows: most minutes recall nobody, some one or two, one of them many, and the worker is away once."""
    monkeypatch.setattr(recent, "MINUTES", Reach(660, 8, 150))
    monkeypatch.setattr(recent, "SIX_HOURS", Reach(3 * 3600, 1000, 7000))
    town(60)
    people, chance = list(Credential.objects.values_list("person", flat=True)), random.Random(7)
    issued: list[tuple[int, int]] = []
    needed: dict[str, int] = {}
    gone = 0
    for minute in range(1, 480):
        if 200 <= minute < 230:
            continue
        then = NOW + minute * MINUTE
        wanted = 30 if minute == 300 else chance.choice([0] * 24 + [1, 2])
        if wanted and gone + wanted <= len(people):
            publish(dict.fromkeys(people[gone : gone + wanted], "red"))
            gone += wanted
        keep_up(by=system, now=then)
        issued.append((seconds(then), gone))
        if minute % 20 and not 300 <= minute < 306:
            continue
        reader = Reader(clean_home, then)
        assert reader.minutes.epoch == window_at(seconds(then)).epoch
        assert (reader.minutes.sequence, reader.minutes.issued) == (reader.listed.sequence, reader.listed.issued)
        assert reader.minutes.after <= reader.hours.sequence
        assert reader.hours.after <= reader.whole.sequence
        assert {*reader.minutes.slots, *reader.hours.slots} <= reader.listed.slots
        for known, had in issued:
            which, slots = reader.found_by(known)
            needed[which] = needed.get(which, 0) + 1
            assert len(slots & reader.listed.slots) >= gone - had, (minute, which)
    assert gone > 40
    assert min(needed.values()) > 10
    assert set(needed) == {"minutes", "hours", "snapshot"}


def test_a_storm_is_in_the_minutes_for_as_long_as_a_phone_may_rest_and_no_longer(
    system: Official, clean_home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recent, "MINUTES", Reach(660, 8, 150))
    town(12)
    publish(dict.fromkeys(Credential.objects.values_list("person", flat=True), "yellow"))
    counts = []
    for minute in range(1, 8):
        keep_up(by=system, now=NOW + minute * MINUTE)
        reader = Reader(clean_home, NOW + minute * MINUTE)
        counts.append(len(reader.minutes.slots))
        assert len({*reader.minutes.slots, *reader.hours.slots, *reader.whole.slots}) == 12
    assert counts == [12, 12, 12, 0, 0, 0, 0]


def test_passes_that_are_to_be_asked_for_anew_are_named_by_the_second_before_which_they_are_old(
    system: Official, clean_home: Path
):
    def told(minutes: int) -> tuple[int, int]:
        then = NOW + minutes * MINUTE
        keep_up(by=system, now=then)
        found = Reader(clean_home, then).minutes
        return found.least, found.within

    assert told(1) == (0, 0)
    keys.reissue(by=system, now=NOW + 2 * MINUTE, spread=3600, why="trial")
    assert told(12) == (seconds(NOW + 2 * MINUTE), 3000)
    keys.compromised(by=system, kid=SigningKey.objects.get(use="pass").kid, why="trial", now=NOW + 13 * MINUTE)
    assert told(14) == (seconds(NOW + 13 * MINUTE), 540)
    assert told(90) == (seconds(NOW + 13 * MINUTE), 30), "whoever comes late asks at once"
    assert Reissue.objects.get().done


def test_a_dead_recall_key_signs_nothing_that_phones_read(system: Official, clean_home: Path):
    keep_up(by=system, now=NOW + MINUTE)
    dead = SigningKey.objects.get(use="recall").kid
    keys.compromised(by=system, kid=dead, why="trial", now=NOW + 2 * MINUTE)
    keep_up(by=system, now=NOW + 2 * MINUTE)
    reader = Reader(clean_home, NOW + 2 * MINUTE)
    for name in ("recent.ymt", f"{reader.folder}/hours.ymt"):
        assert own_recent((reader.place / name).read_bytes())[0].hex() != dead


def test_phones_believe_every_root_but_a_compromised_one(system: Official, clean_home: Path):
    first = bytes(SigningKey.objects.get(use="root").point).hex()
    assert publishing.roots() == [first]
    coming = bytes(keys.rotate(by=system, use="root", now=NOW).point).hex()
    keep_up(by=system, now=NOW + MINUTE)
    assert publishing.roots() == [coming, first]
    keys.compromised(
        by=system, kid=SigningKey.objects.get(point=bytes.fromhex(first)).kid, now=NOW + MINUTE, why="trial"
    )
    keep_up(by=system, now=NOW + 2 * MINUTE)
    assert coming in publishing.roots()
    assert first not in publishing.roots()
    (clean_home / "roots.json").unlink()
    assert publishing.roots() == []
