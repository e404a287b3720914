"""Recall and trust lists: exact, chained, whole after a crash, and what is over vanishes."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
import structlog
from django.conf import settings
from django.db import connections

from tests.integration.passes.town import NOW, Gate, Phone, an_account, bind, people, publish, shown, strip
from yimatong.core.credential import Reason, Refused, open_trust_list
from yimatong.records.models import Official, Person
from yimatong.stations.passes import upkeep
from yimatong.stations.passes.actions import bindings, minting, publishing, recalling
from yimatong.stations.passes.actions.following import follow
from yimatong.stations.passes.days import MOST_AHEAD, day_of
from yimatong.stations.passes.models import Credential, Epoch, FreePlace, RecallCut, SigningKey, Strip, TrustCut
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
MINUTE = timedelta(minutes=1)


def index(home: Path) -> dict[str, object]:
    return json.loads((home / "signed/index.json").read_text())


def test_a_gate_that_follows_the_deltas_knows_every_recall_and_nobody_elses(system: Official, clean_home: Path):
    crowd = people(12)
    publish({person.pk: "green" for person in crowd})
    phones = [Phone() for _ in crowd]
    bound = [bind(an_account(person), person.pk, phone) for person, phone in zip(crowd, phones, strict=True)]
    passes = [shown(strip(one), NOW) for one in bound]
    gate = Gate(clean_home)
    for minute in range(1, 7):
        then = NOW + minute * MINUTE
        bindings.unbind(token=bound[minute].token, now=then)
        keep_up(by=system, now=then)
        gate.sync(then)
        found = [gate.look(phone, pass_, then, key=key) for phone, (pass_, key) in zip(phones, passes, strict=True)]
        assert found == ["green", *["recalled"] * minute, *["green"] * (11 - minute)]
    assert {listed.sequence for listed in gate.recall.values()} >= {7}
    fresh = Gate(clean_home)
    fresh.sync(NOW + 6 * MINUTE)
    assert {epoch: listed.slots for epoch, listed in fresh.recall.items()} == {
        epoch: listed.slots for epoch, listed in gate.recall.items()
    }


def test_a_snapshot_every_hour_and_a_gate_that_was_away_takes_it(system: Official, clean_home: Path):
    gate = Gate(clean_home)
    gate.sync(NOW)
    for minute in range(1, 64):
        keep_up(by=system, now=NOW + minute * MINUTE)
    told = index(clean_home)["recall"][0]
    assert told["snapshot"] >= 60
    assert told["sequence"] > told["snapshot"]
    gate.sync(NOW + 63 * MINUTE)
    later = Gate(clean_home)
    later.sync(NOW + 63 * MINUTE)
    assert later.recall == gate.recall


def test_lists_of_windows_that_are_over_vanish_and_places_are_used_again_when_no_strip_can_be_left(
    system: Official, clean_home: Path
):
    first, second = people(2)
    publish({first.pk: "green", second.pk: "green"})
    bound = bind(an_account(first), first.pk)
    place = Credential.objects.get().place
    bindings.unbind(token=bound.token, now=NOW)
    keep_up(by=system, now=NOW)
    over = Epoch.objects.order_by("epoch").first().epoch
    assert not (clean_home / f"signed/recall/{over}").exists(), "the night's window was over at ten already"
    for day in range(1, MOST_AHEAD + 2):
        then = NOW + timedelta(days=day)
        keep_up(by=system, now=then)
        listed = {row["count"] for row in index(clean_home)["recall"] if row["epoch"] // 24 <= day_of(NOW) + MOST_AHEAD}
        assert listed <= {1}, "as long as a strip could be shown the place stays in every list"
        assert not FreePlace.objects.exists()
    keep_up(by=system, now=NOW + timedelta(days=MOST_AHEAD + 2))
    assert {row["count"] for row in index(clean_home)["recall"]} == {0}
    assert not FreePlace.objects.exists(), "what a checkpoint brings days later still finds whose pass it was"
    late = NOW + timedelta(days=MOST_AHEAD + recalling.REMEMBERED + 1)
    keep_up(by=system, now=late)
    assert list(FreePlace.objects.values_list("place", flat=True)) == [place]
    bind(an_account(second), second.pk, now=late)
    assert Credential.objects.get(recalled_at=None).place == place


def test_killed_between_the_cut_and_the_files_the_next_round_writes_what_is_missing(
    system: Official, clean_home: Path, monkeypatch: pytest.MonkeyPatch
):
    (person,) = people(1)
    publish({person.pk: "green"})
    phone = Phone()
    bound = bind(an_account(person), person.pk, phone)
    pass_, key = shown(strip(bound), NOW)
    bindings.unbind(token=bound.token, now=NOW)
    real = publishing.write

    def killed(file: Path, data: bytes) -> None:
        if file.name != "trust.ymt":
            raise KeyboardInterrupt
        real(file, data)

    monkeypatch.setattr(publishing, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        keep_up(by=system, now=NOW + MINUTE)
    assert Credential.objects.get().listed
    monkeypatch.setattr(publishing, "write", real)
    keep_up(by=system, now=NOW + 2 * MINUTE)
    gate = Gate(clean_home)
    gate.sync(NOW + 2 * MINUTE)
    assert gate.look(phone, pass_, NOW + 2 * MINUTE, key=key) == "recalled"
    assert not list((clean_home / "signed").rglob(".*")), "no half of a file is left"


def test_two_rounds_at_once_follow_and_list_once(system: Official):
    crowd = people(6)
    publish({person.pk: "green" for person in crowd})
    for person in crowd:
        bind(an_account(person), person.pk)
    publish({person.pk: "yellow" for person in crowd})
    changes: list[tuple[int, int]] = []

    def one() -> None:
        try:
            changes.append(tuple(follow(now=NOW)))
            recalling.cut_recall(now=NOW)
        finally:
            connections.close_all()

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(changes) == [(0, 0), (0, 0), (0, 0), (6, 6)]
    assert Credential.objects.filter(recalled_at=None, colour="yellow").count() == 6
    assert Credential.objects.filter(listed=True).count() == 6
    chains = RecallCut.objects.filter(whole=False).values_list("epoch", "sequence")
    assert len(set(chains)) == len(chains)


def test_a_clock_that_jumps_back_breaks_no_chain_and_one_that_jumped_ahead_forgets_no_recall(
    system: Official, clean_home: Path
):
    (person,) = people(1)
    publish({person.pk: "green"})
    phone = Phone()
    ahead = NOW + timedelta(days=5)
    bound = bind(an_account(person), person.pk, phone, now=ahead)
    far = strip(bound, ahead, ahead=3)
    pass_, key = shown(far, ahead + timedelta(days=3))
    keep_up(by=system, now=ahead)
    bindings.unbind(token=bound.token, now=NOW)
    gate = Gate(clean_home)
    for moment in (NOW, ahead, ahead + timedelta(days=3)):
        keep_up(by=system, now=moment)
    gate.sync(ahead + timedelta(days=3))
    assert gate.look(phone, pass_, ahead + timedelta(days=3), key=key) == "recalled"


@pytest.mark.parametrize("days", [1, 2, 4, 20])
def test_rounds_and_a_night_by_a_clock_days_ahead_hold_no_later_list_in_that_future(
    system: Official, clean_home: Path, days: int
):
    """Lists of windows that the wrong clock took for over go on behind what gates have, and today's strips are there again."""
    publish({person.pk: "green" for person in people(3)})
    crowd = list(Person.objects.order_by("number"))
    phones = [Phone() for _ in crowd]
    bound = [bind(an_account(person), person.pk, phone) for person, phone in zip(crowd, phones, strict=True)]
    passes = [shown(strip(one), NOW) for one in bound]
    for minute in range(1, 4):
        keep_up(by=system, now=NOW + minute * MINUTE)
    gate = Gate(clean_home)
    gate.sync(NOW + 3 * MINUTE)
    known, version = dict(gate.recall), gate.trust.version
    wrong = NOW + timedelta(days=days)
    bindings.unbind(token=bound[0].token, now=NOW + 4 * MINUTE)
    for minute in (4, 5):
        keep_up(by=system, now=wrong + minute * MINUTE)
    minting.mint(now=wrong + 5 * MINUTE)

    then = NOW + 6 * MINUTE
    bindings.unbind(token=bound[1].token, now=then)
    keep_up(by=system, now=then)
    assert upkeep.lateness(then) == 0
    gate.sync(then)
    for epoch, listed in known.items():
        assert gate.recall[epoch].sequence > listed.sequence, epoch
        assert gate.recall[epoch].slots > listed.slots, epoch
    told = index(clean_home)
    present = [one for one in told["recall"] if one["from"] <= then.timestamp() <= one["to"]]
    assert present
    assert {one["issued"] for one in present} == {int(then.timestamp())}
    assert (told["trust"]["issued"], told["trust"]["version"] > version) == (int(then.timestamp()), True)
    found = [gate.look(phone, pass_, then, key=key) for phone, (pass_, key) in zip(phones, passes, strict=True)]
    assert found == ["recalled", "recalled", "green"]
    assert gate.look(phones[2], shown(strip(bound[2], then), then)[0], then, key=passes[2][1]) == "green"
    minting.mint(now=then)
    assert Strip.objects.filter(binding_id=bound[2].binding, day=day_of(then)).exists()


def test_a_clock_that_is_set_back_by_minutes_makes_no_list_seem_to_come_from_the_future(
    system: Official, clean_home: Path
):
    keep_up(by=system, now=NOW + 10 * MINUTE)
    keep_up(by=system, now=NOW + 2 * MINUTE)
    issued = list(RecallCut.objects.order_by("epoch", "sequence", "-whole").values_list("epoch", "issued"))
    assert issued == sorted(issued)


def test_the_first_round_that_is_missed_raises_the_alarm(system: Official):
    keep_up(by=system, now=NOW + MINUTE)
    with structlog.testing.capture_logs() as logs:
        keep_up(by=system, now=NOW + 2 * MINUTE)
        assert "recall.late" not in {line["event"] for line in logs}
        assert keep_up(by=system, now=NOW + 4 * MINUTE).late == 120
    assert [line["seconds"] for line in logs if line["event"] == "recall.late"] == [120]
    assert recalling.LIFE >= 3 * recalling.SNAPSHOT >= 3 * recalling.REFRESH


def test_a_trust_list_is_signed_anew_in_time_and_its_version_never_goes_back(system: Official, clean_home: Path):
    root = bytes(SigningKey.objects.get(use="root").point)
    first = (clean_home / "signed/trust.ymt").read_bytes()
    keep_up(by=system, now=NOW + timedelta(hours=5))
    assert TrustCut.objects.count() == 1
    keep_up(by=system, now=NOW + timedelta(hours=6))
    assert TrustCut.objects.count() == 2
    assert open_trust_list(first, root, now=int(NOW.timestamp()), known_version=2) == Refused(Reason.ROLLED_BACK)


def test_private_keys_and_secrets_are_files_for_their_owner_alone_and_nowhere_else(system: Official, clean_home: Path):
    files = list((clean_home / "keys").iterdir())
    assert len(files) >= 3
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (clean_home / "keys").stat().st_mode & 0o777 == 0o700
    secrets = [file.read_bytes() for file in files]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT signing_keys::text FROM signing_keys")
        rows = " ".join(row[0] for row in cursor.fetchall()).encode()
    assert not any(secret in rows for secret in secrets)
    assert b"PRIVATE" not in b"".join(file.read_bytes() for file in (clean_home / "signed").rglob("*.ymt"))


def test_the_list_of_twenty_thousand_recalls_is_small(system: Official):
    from yimatong.core.credential import FileKey, RecallList, sign_delta, sign_snapshot, slot

    places = range(0, 10_000_000, 500)
    slots = frozenset(slot(bytes(32), 439_466, recalling.FEWEST_BITS, place) for place in places)
    listed = RecallList(439_466, 1, 1, 2, recalling.FEWEST_BITS, slots)
    assert len(sign_snapshot(listed, FileKey.made())) <= 30_000
    added = [slot(bytes(32), 439_466, recalling.FEWEST_BITS, place + 1) for place in places[:14]]
    assert len(sign_delta(listed, added, issued=1, expires=2, signer=FileKey.made())[0]) <= 300


def test_the_setting_of_days_stays_below_what_the_lists_reach():
    assert settings.YIMATONG_STRIP_DAYS <= MOST_AHEAD
    assert upkeep.LATE < 2 * recalling.REFRESH
