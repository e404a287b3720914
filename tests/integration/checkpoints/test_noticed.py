"""What is noticed afterwards: an edited program, a dead pass, two places at once, a clock that jumps (C11, C12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.checkpoints.scanners import NOW, Heard, a_gate, a_scanner, passage, situation, sync
from tests.integration.checkpoints.test_night import EPOCH, holder, shown
from tests.integration.passes.town import publish
from yimatong.records.models import Fact, Official
from yimatong.stations.checkpoints import looking_over
from yimatong.stations.checkpoints.actions import change_hours
from yimatong.stations.checkpoints.models import Entry, Flag, Passage
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def look() -> list[tuple[str, int]]:
    """The flags after a look at everything."""
    looking_over.look_over(now=NOW, at=datetime.now(UTC))
    return sorted(Flag.objects.values_list("kind", "n"))


@pytest.mark.parametrize(
    "lie",
    [
        {"action": "release"},
        {"policy": "00000000"},
        {"temperature": 381},
        {"rule": "made_up"},
    ],
)
def test_another_decision_than_the_matrix_is_flagged_and_kept(system: Official, lie: dict[str, Any]) -> None:
    device = a_scanner(a_gate())
    red = passage(1, says=situation(verdict="red"))
    assert red["action"] != "release"
    honest, lying = passage(2), {**(passage(1) if "temperature" in lie else red), **lie}
    assert sorted(sync(device, lying, honest).taken) == [1, 2]
    assert look() == [("not-the-matrix", 1)]
    assert look() == [("not-the-matrix", 1)], "noticed once"


def test_another_zone_than_the_checkpoints_and_lists_past_their_stop_are_flagged(system: Official) -> None:
    device = a_scanner(a_gate(zone="control"))
    old = passage(2, says=situation(zone="control"), ages={"trust": 10, "recall": 25 * 3600, "policy": 10})
    by_phone = passage(
        3, says=situation(zone="control"), ages={"trust": 10, "recall": 25 * 3600, "policy": 10}, mode="override"
    )
    sync(device, passage(1, says=situation(zone="ordinary")), old, by_phone)
    assert look() == [("not-the-matrix", 1), ("not-the-matrix", 2)]


def test_released_on_a_pass_that_was_dead_by_then(system: Official) -> None:
    person, credential = holder()
    seen, device = shown(credential), a_scanner(a_gate())
    publish({person.pk: "red"})
    keep_up(by=system, now=NOW)
    before, after = passage(1, at=NOW - timedelta(minutes=5), **seen), passage(2, at=NOW + timedelta(minutes=9), **seen)
    sync(device, before, after, passage(3, says=situation(verdict="recalled"), at=NOW + timedelta(minutes=9), **seen))
    assert look() == [("dead-pass", 2)], "who was released before the recall, or not released after it, is none"
    assert Flag.objects.get().details == {"minutes": 9, "list_age": 60}


def test_one_pass_at_two_distant_checkpoints(system: Official) -> None:
    _, credential = holder()
    seen = shown(credential)
    north = a_scanner(a_gate("北门", where=(30.2, 121.5)))
    south = a_scanner(a_gate("南门", where=(29.3, 121.5)))
    near = a_scanner(a_gate("近门", where=(29.3001, 121.5)))
    sync(north, passage(1, **seen))
    sync(south, passage(1, at=NOW + timedelta(minutes=9), **seen))
    sync(near, passage(1, at=NOW + timedelta(minutes=10), **seen))
    look()
    flag = Flag.objects.get()
    assert (flag.kind, flag.device_id, flag.other_device) == ("impossible-time", south.pk, north.pk)
    assert "person" not in str(flag.details)


def test_a_clock_that_jumps_and_a_record_of_tomorrow_are_flagged(system: Official) -> None:
    device = a_scanner(a_gate())
    sync(device, passage(1), clock=-600_000)
    device.refresh_from_db()
    sync(device, passage(2), clock=-600_500)
    device.refresh_from_db()
    assert not Flag.objects.exists(), "ten minutes off is told, and no jump"
    sync(device, passage(3, at=NOW + timedelta(days=1)), clock=-1_200_000)
    assert sorted(Flag.objects.values_list("kind", flat=True)) == ["clock", "clock"]
    assert EPOCH


def test_a_backlog_is_looked_at_piece_by_piece(system: Official, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_over, "MOST", 40)
    device = a_scanner(a_gate())
    for first in range(1, 200, 20):
        sync(device, *(passage(n, action="turn_back") for n in range(first, first + 20)))
    rounds = 1
    while looking_over.look_over(now=NOW, at=datetime.now(UTC) + timedelta(minutes=5)).more:
        rounds += 1
    assert rounds > 5
    assert Flag.objects.count() == 200


def test_a_control_zone_is_one_in_its_own_hours_alone(system: Official) -> None:
    """C20: at ten in the morning it is an ordinary area; who says otherwise is noticed."""
    gate = a_gate(zone="control")
    change_hours(
        by=system,
        checkpoint=gate.pk,
        hours=gate.hours,
        control_hours=[[127, 22 * 60, 6 * 60]],
        now=NOW - timedelta(days=1),
    )
    paper = {"carrier": "paper", "zone": "ordinary"}
    day, night = NOW, NOW + timedelta(hours=13)
    late = situation(**{**paper, "zone": "control"})
    sync(
        a_scanner(gate),
        passage(1, says=situation(**paper)),
        passage(2, says=late),
        passage(3, at=night, says=late),
        passage(4, at=night, says=situation(**paper)),
        now=night,
    )
    assert [row[1] for row in passages()] == ["release", "turn_back", "turn_back", "release"]
    assert day < night
    assert look() == [("not-the-matrix", 2), ("not-the-matrix", 4)]


def test_what_waited_is_looked_at_by_the_control_hours_that_its_scanner_had(system: Official) -> None:
    """C20, C9: the licence that a passage names says which; a scanner that synced since has the new ones."""
    gate = a_gate(zone="control")
    night, morning = [[127, 22 * 60, 6 * 60]], [[127, 8 * 60, 12 * 60]]
    change_hours(by=system, checkpoint=gate.pk, hours=gate.hours, control_hours=night, now=NOW - timedelta(days=9))
    change_hours(by=system, checkpoint=gate.pk, hours=gate.hours, control_hours=morning, now=NOW)
    before, after = int(NOW.timestamp()) - 3600, int(NOW.timestamp()) + 300
    later = NOW + timedelta(hours=1)
    ordinary, control = (situation(carrier="paper", zone=zone) for zone in ("ordinary", "control"))
    sync(
        a_scanner(gate),
        passage(1, at=later, says=ordinary, licence=before, mode="offline"),
        passage(2, at=later, says=control, licence=before, mode="offline"),
        passage(3, at=later, says=control, licence=after),
        passage(4, at=later, says=ordinary, licence=after),
        passage(5, at=later, says=ordinary),
        passage(6, at=later, says=ordinary, licence=before - 8 * 86_400, mode="offline"),
        passage(7, at=NOW - timedelta(hours=2), says=ordinary, licence=after),
        now=later,
    )
    assert [row[1] for row in passages()][:4] == ["release", "turn_back", "turn_back", "release"]
    assert look() == [("not-the-matrix", n) for n in (2, 4, 5, 6, 7)]
    assert {flag.n: flag.details["flaw"] for flag in Flag.objects.all()} == {
        2: "zone", 4: "zone", 5: "zone", 6: "licence", 7: "licence"
    }  # fmt: skip


def test_hours_that_change_within_a_licences_minute_are_the_old_or_the_new_ones(system: Official) -> None:
    """A licence is named by its minute, and was signed before or after the change."""
    gate = a_gate(zone="control")
    change_hours(
        by=system, checkpoint=gate.pk, hours=gate.hours, control_hours=[[127, 0, 60]], now=NOW + timedelta(seconds=20)
    )
    says = [situation(carrier="paper", zone=zone) for zone in ("ordinary", "control")]
    licence = int(NOW.timestamp())
    sync(a_scanner(gate), *(passage(n, says=one, licence=licence) for n, one in enumerate(says, start=1)))
    assert look() == []


def passages() -> list[tuple[int, str]]:
    return list(Passage.objects.order_by("n").values_list("n", "action"))


@pytest.mark.parametrize(
    ("said", "flaw"),
    [({}, None), ({"temperature": 381}, "fever"), ({"rung": 1}, "not-down")],
)
def test_who_passes_by_a_work_card_is_looked_at_afterwards(
    system: Official, said: dict[str, Any], flaw: str | None
) -> None:
    """S9: kept once, flagged always; with fever, or while the code was not down, the flag says so."""
    device = a_scanner(a_gate())
    record = {
        "kind": "emergency", "n": 1, "at": int(NOW.timestamp()), "duty": "medical", "temperature": 366, "rung": 2,
        "recall": 25 * 3600, **said,
    }  # fmt: skip
    assert sync(device, record).taken == [1]
    assert sync(device, record).taken == [1]
    assert list(Entry.objects.values_list("kind", "body__duty")) == [("emergency", "medical")]
    (flag,) = Flag.objects.all()
    assert (flag.kind, flag.details.get("duty"), flag.details.get("flaw")) == ("emergency", "medical", flaw)
    sync(a_scanner(a_gate("演练卡点"), training=True), {**record, "n": 2})
    assert Flag.objects.count() == 1, "training counts nowhere"


def test_a_slot_without_its_cti_names_nobody(system: Official) -> None:
    """A guard with an edited program writes somebody's place into a fever and a hand-over: no fact, no person."""
    person, credential = holder()
    device, heard = a_scanner(a_gate()), Heard()
    seen = shown(credential)
    bare = {**seen, "cti": None}
    hand = {
        "kind": "hand_over",
        "at": int(NOW.timestamp()),
        "of": None,
        "to": "health",
        "why": "fever",
        "temperature": 381,
        "sealed": None,
    }
    hot = passage(1, says=situation(temperature="fever"), temperature=381, **bare)
    sync(device, hot, {**hand, "n": 2, **bare}, {**hand, "n": 3, **seen}, heard=heard)
    assert not Fact.objects.filter(kind="symptom", person=person).exists()
    assert [said["person"] for said in heard.hand_overs] == [None, person.pk]


def test_a_passage_that_cannot_be_looked_at_keeps_back_no_other(
    system: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at again each minute, it stopped the looking at everything behind it."""
    device = a_scanner(a_gate())
    sync(device, passage(1), {**passage(2, says=situation(verdict="red")), "action": "release"})
    flaw = looking_over._flaw

    def fails_on_the_first(row: Any, *how: Any) -> str:
        return str(1 // 0) if row.n == 1 else flaw(row, *how)

    monkeypatch.setattr(looking_over, "_flaw", fails_on_the_first)
    assert look() == [("not-the-matrix", 2)]
