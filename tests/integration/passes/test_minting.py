"""Everybody's strips: killed in the middle, signed by several processes, signed anew when a key was stolen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from structlog.testing import capture_logs

from tests.acting import an_official
from tests.identities import tampered
from tests.integration.passes.town import NOW, Gate, Phone, an_account, bind, people, publish, strip
from yimatong.core.errors import EnvironmentProblem
from yimatong.records import jobs
from yimatong.records.errors import RecordsError
from yimatong.records.models import Fact, Official, Work
from yimatong.stations.passes import keyring, renewal, stamping, tasks
from yimatong.stations.passes.actions import keys, minting
from yimatong.stations.passes.actions.following import follow
from yimatong.stations.passes.days import day_of
from yimatong.stations.passes.errors import PassesError
from yimatong.stations.passes.models import Credential, SigningKey, Strip, TrustCut
from yimatong.stations.passes.stamping import passes_of
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
TODAY = day_of(NOW)


def town(count: int) -> list[Phone]:
    crowd = people(count)
    publish({person.pk: "green" for person in crowd})
    phones = [Phone() for _ in range(3)]
    for number, person in enumerate(crowd):
        bind(an_account(person), person.pk, phones[number] if number < 3 else phones[0])
    return phones


def in_the_database() -> list[tuple[int, int, bytes]]:
    return [(row.binding_id, row.day, bytes(row.passes)) for row in Strip.objects.order_by("binding_id", "day")]


def test_everybody_has_the_days_to_come_and_nobodys_strip_is_made_twice(system: Official):
    town(7)
    made = minting.mint(now=NOW)
    assert [(day.day - TODAY, day.strips) for day in made] == [(0, 7), (1, 7), (2, 7), (3, 7)]
    before = in_the_database()
    assert [day.strips for day in minting.mint(now=NOW)] == [0, 0, 0, 0]
    assert in_the_database() == before
    tomorrow = minting.mint(now=NOW + timedelta(days=1))
    assert [day.strips for day in tomorrow] == [0, 0, 0, 7]
    minting.mint(now=NOW + timedelta(days=3))
    assert Strip.objects.filter(day__lt=TODAY + 2).count() == 0, "days that are over are dropped"
    ctis = {pass_[20:60] for _b, _d, passes in in_the_database() for pass_ in passes_of(passes)}
    assert len(ctis) > 1


def test_several_processes_sign_what_one_would(system: Official):
    town(9)
    one = Strip.objects.all()
    minting.mint(now=NOW, processes=2, days=0)
    several = {row.binding_id: [pass_[:-64] for pass_ in passes_of(bytes(row.passes))] for row in one}
    connections["owner"].cursor().execute("TRUNCATE strips")
    minting.mint(now=NOW, days=0)
    assert {row.binding_id: [pass_[:-64] for pass_ in passes_of(bytes(row.passes))] for row in one} == several
    assert len(several) == 9


CHILD = """
import sys, django
from django.conf import settings
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from datetime import datetime
from pathlib import Path
settings.YIMATONG_HOME = Path(sys.argv[2])
from yimatong.stations.passes.actions import minting
minting.CHUNK = 2
real = minting._kept
def watched(*arguments):
    made = real(*arguments)
    print("chunk", flush=True)
    sys.stdin.readline()
    return made
minting._kept = watched
minting.mint(now=datetime.fromisoformat(sys.argv[3]), days=0)
"""


@pytest.mark.kill
def test_killed_in_the_middle_it_goes_on_where_it_was(system: Official):
    town(12)
    words = [str(connection.settings_dict["NAME"]), str(settings.YIMATONG_HOME), NOW.isoformat()]
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{settings.YIMATONG_CHECKOUT}/src:{settings.YIMATONG_CHECKOUT}",
    }  # fmt: skip
    command = [sys.executable, "-c", CHILD, *words]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, env=environment, **pipes) as child:
        assert child.stdout.readline() == "chunk\n"
        print(file=child.stdin, flush=True)
        assert child.stdout.readline() == "chunk\n"
        child.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while True:
        kept = in_the_database()
        try:
            rest = minting.mint(now=NOW, days=0)[0].strips
            break
        except PassesError:
            assert time.monotonic() < deadline, "the killed one's lock goes with its connection"
            time.sleep(0.1)
    assert 4 <= len(kept) < 12
    assert len(kept) + rest == 12
    assert [row for row in in_the_database() if row[0] in {one[0] for one in kept}] == kept, (
        "what was there is untouched"
    )
    assert minting.mint(now=NOW, days=0)[0].strips == 0


def test_two_at_once_are_told_so(system: Official):
    town(1)
    with connections["owner"].cursor() as cursor:
        from yimatong.stations.passes import locks

        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [locks.CLASS, locks.MINTING])
        with pytest.raises(PassesError) as told:
            minting.mint(now=NOW)
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [locks.CLASS, locks.MINTING])
    assert told.value.code == "minting-going"


def test_a_recalled_credentials_strip_is_replaced_and_never_handed_out(system: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    bound = bind(an_account(person), person.pk)
    minting.mint(now=NOW)
    publish({person.pk: "red"})
    assert follow(now=NOW) == (1, 1)
    assert strip(bound)["colour"] == "red"
    assert [day.strips for day in minting.mint(now=NOW)] == [0, 1, 1, 1]
    publish({person.pk: "unknown"})
    assert follow(now=NOW) == (1, 0)
    assert strip(bound)["state"] == "not-judged"
    assert list(Credential.objects.order_by("serial").values_list("cause", flat=True)) == ["colour", "unknown"]


def test_an_open_permit_is_a_signed_class_and_its_end_takes_it_away(system: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    bound = bind(an_account(person), person.pk)
    permit = Fact.objects.create(
        person=person,
        kind="permit",
        detail="goods_driver",
        start=NOW,
        end=NOW + timedelta(days=1),
        source="t",
        legal_basis="t",
    )
    assert follow(now=NOW) == (1, 1)
    assert Credential.objects.get(recalled_at=None).permit == 1
    first = strip(bound)["issue"]
    assert follow(now=NOW + timedelta(hours=23)) == (0, 0)
    assert follow(now=permit.end + timedelta(minutes=1)) == (1, 1)
    assert Credential.objects.get(recalled_at=None).permit == 0
    assert strip(bound)["issue"] == first + 1
    Fact.objects.create(person=person, kind="permit", detail="returning_worker", start=NOW, source="t", legal_basis="t")
    assert follow(now=NOW + timedelta(days=2)) == (0, 0), "a returning worker's clearance is no special permit"


def test_a_stolen_pass_key_dies_everybody_is_signed_anew_and_recalled_stays_recalled(
    system: Official, clean_home: Path
):
    phones = town(3)
    from yimatong.stations.passes.models import DeviceBinding

    minting.mint(now=NOW)
    old = {row.binding_id: bytes(row.passes) for row in Strip.objects.filter(day=TODAY)}
    bindings_ = list(DeviceBinding.objects.order_by("pk"))
    publish({bindings_[2].person_id: "red"})
    keep_up(by=system, now=NOW)
    stolen = SigningKey.objects.get(use="pass")
    follower = keys.compromised(by=system, kid=stolen.kid, now=NOW, why="found in a bin")
    keep_up(by=system, now=NOW)
    renewal.forget_rules()
    gate = Gate(clean_home)
    gate.sync(NOW)
    window = 1
    key = (TODAY * 4 + window) % 28
    for phone, binding in zip(phones, bindings_, strict=True):
        assert gate.look(phone, passes_of(old[binding.pk])[window], NOW, key=key) == "key-compromised"
    assert [day.strips for day in minting.mint(now=NOW)] == [3, 3, 3, 3]
    new = {row.binding_id: row for row in Strip.objects.filter(day=TODAY)}
    assert {bytes(row.kid).hex() for row in new.values()} == {follower.kid}
    seen = [
        gate.look(phone, passes_of(bytes(new[binding.pk].passes))[window], NOW, key=key)
        for phone, binding in zip(phones, bindings_, strict=True)
    ]
    assert seen == ["green", "green", "red"]
    recalled = Credential.objects.get(recalled_at__isnull=False)
    stamp = minting.stamp_of(TODAY, NOW)
    forged = minting.stamping.Line(
        recalled.binding_id,
        recalled.serial,
        recalled.place,
        "green",
        0,
        "王",
        "",
        b"".join(phones[2].points[key - window : key - window + 4]),
    )
    assert gate.look(phones[2], passes_of(stamp.strip(forged).passes)[window], NOW, key=key) == "recalled", (
        "also by the new key"
    )
    with pytest.raises(PassesError) as told:
        keys.compromised(by=system, kid=stolen.kid, now=NOW, why="again")
    assert told.value.code == "key-compromised-already"


def test_a_stolen_recall_key_has_every_list_signed_anew(system: Official, clean_home: Path):
    town(2)
    gate = Gate(clean_home)
    gate.sync(NOW)
    before = dict(gate.recall)
    keys.compromised(by=system, kid=SigningKey.objects.get(use="recall").kid, now=NOW, why="lost laptop")
    keep_up(by=system, now=NOW + timedelta(minutes=1))
    gate.sync(NOW + timedelta(minutes=1))
    assert all(gate.recall[epoch].sequence > listed.sequence for epoch, listed in before.items())
    fresh = Gate(clean_home)
    fresh.sync(NOW + timedelta(minutes=1))
    assert fresh.recall == gate.recall


def test_rotation_overlaps_the_old_key_signs_until_the_new_ones_time_and_verifies_until_its_last_pass(
    system: Official, clean_home: Path
):
    (phone, *_rest) = town(1)
    old = keyring.signing_row("pass", int(NOW.timestamp())).kid
    new = keys.rotate(by=system, use="pass", now=NOW).kid
    keep_up(by=system, now=NOW)
    minting.mint(now=NOW)
    assert {bytes(kid).hex() for kid in Strip.objects.values_list("kid", flat=True)} == {old}
    gate, later = Gate(clean_home), NOW + timedelta(hours=25)
    gate.sync(NOW)
    strips = {row.day: bytes(row.passes) for row in Strip.objects.all()}
    assert keyring.signing_row("pass", int(later.timestamp())).kid == new
    gate.sync(later)
    moment = NOW + timedelta(days=1, hours=1)
    key = ((TODAY + 1) * 4 + 1) % 28
    assert gate.look(phone, passes_of(strips[TODAY + 1])[1], moment, key=key) == "green", "the old key's passes hold"
    keep_up(by=system, now=later)
    assert sum(day.strips for day in minting.mint(now=later)) == 1, "what the old key signed need not be signed anew"


def test_everybody_is_issued_anew_each_at_their_turn_and_then_the_old_counts_no_more(
    system: Official, clean_home: Path
):
    (phone, *_rest) = town(3)
    minting.mint(now=NOW)
    old = passes_of(
        bytes(Strip.objects.get(day=TODAY, binding_id=min(Strip.objects.values_list("binding_id", flat=True))).passes)
    )
    begun = keys.reissue(by=system, now=NOW + timedelta(seconds=1), spread=7200, why="a claim was wrong")
    turns = sorted(rules_turns())
    assert begun.since <= turns[0] < turns[-1] <= begun.since + 7200
    middle = NOW + timedelta(seconds=turns[1] - int(NOW.timestamp()))
    keep_up(by=system, now=middle)
    assert minting.mint(now=middle, days=0)[0].strips == 2, "those whose turn has come"
    gate = Gate(clean_home)
    gate.sync(middle)
    key = (TODAY * 4 + 1) % 28
    assert gate.look(phone, old[1], middle, key=key) == "green", "until the end of the spread both count"
    end = NOW + timedelta(seconds=7202)
    keep_up(by=system, now=end)
    gate.sync(end)
    assert gate.look(phone, old[1], end, key=key) == "too-old-issue"
    renewal.forget_rules()
    assert minting.mint(now=end, days=0)[0].strips == 1
    assert TrustCut.objects.order_by("-version").first().min_iat == begun.since


def rules_turns() -> list[int]:
    from yimatong.stations.passes.models import DeviceBinding
    from yimatong.stations.passes.rules import rules

    in_force = rules(NOW + timedelta(seconds=2))
    return [in_force.turn(pk) for pk in DeviceBinding.objects.values_list("pk", flat=True)]


def test_a_lost_key_file_is_told_with_what_to_do_and_a_new_one_helps_at_once(system: Official):
    town(1)
    row = SigningKey.objects.get(use="pass")
    keyring.file_of("pass", row.kid).unlink()
    from yimatong.core.errors import EnvironmentProblem

    with pytest.raises(EnvironmentProblem) as told:
        minting.mint(now=NOW)
    assert told.value.code == "key-file-missing"
    assert "keys rotate" in told.value.remedy.of("en")
    keys.rotate(by=system, use="pass", now=NOW, lead=0)
    assert minting.mint(now=NOW, days=0)[0].strips == 1


def test_keys_are_the_control_offices_business(system: Official):
    clerk = an_official("clerk", "clerk", name="窗口")
    kid = SigningKey.objects.get(use="pass").kid
    for forbidden in (
        lambda: keys.rotate(by=clerk, use="pass", now=NOW),
        lambda: keys.compromised(by=clerk, kid=kid, now=NOW, why="x"),
        lambda: keys.reissue(by=clerk, now=NOW, spread=1, why="x"),
    ):
        with pytest.raises(RecordsError) as told:
            forbidden()
        assert told.value.code == "not-allowed"


@pytest.mark.parametrize("processes", [1, 2])
def test_a_record_that_cannot_be_signed_is_left_out_and_those_behind_it_are_not(system: Official, processes: int):
    """A document that cannot be opened, and a phone's keys of the wrong length: each stopped everybody behind it in the chunk."""
    town(6)
    bindings = list(Credential.objects.order_by("binding_id").values_list("binding_id", "person_id"))
    tampered("id_sealed = 'not sealed'", [bindings[1][1]])
    tampered("name = %s", [bindings[2][1]], "\u200b \u200b")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE credentials DISABLE TRIGGER USER")
        cursor.execute("UPDATE credentials SET place = 1 << 30 WHERE binding_id = %s", [bindings[3][0]])
        cursor.execute("ALTER TABLE credentials ENABLE TRIGGER USER")
    with capture_logs() as said:
        made = minting.mint(now=NOW, processes=processes, days=0)
    assert made[0].strips == 4
    signed = set(Strip.objects.values_list("binding_id", flat=True))
    assert signed == {binding for binding, _person in bindings} - {bindings[1][0], bindings[3][0]}
    alarms = [line for line in said if line["event"] == "record.left_out"]
    assert {(line["work"], line["number"], line["log_level"]) for line in alarms} == {
        ("strips", bindings[1][0], "error"), ("strips", bindings[3][0], "error"),
    }  # fmt: skip
    assert [day.strips for day in minting.mint(now=NOW, days=0)] == [0], "and not signed twice"


def test_where_nobody_can_be_signed_the_night_has_failed_and_is_not_counted_as_done(
    system: Official, monkeypatch: pytest.MonkeyPatch
):
    """A key that can't be read is no mistake of the records: the job is tried again, and the watch is told."""
    town(jobs.FEW + 2)

    def broken(*_how: object) -> None:
        raise ValueError("the key")

    with monkeypatch.context() as without_a_key:
        without_a_key.setattr(stamping, "mint", broken)
        with pytest.raises(EnvironmentProblem, match="most-left-out"):
            tasks.mint_strips.func(0)
    assert not Work.objects.filter(name="mint_strips").exists()
    assert not Strip.objects.exists()
    minting.mint(now=NOW, days=0)
    assert Strip.objects.count() == jobs.FEW + 2
