"""C9, C13, E10: what a scanner recorded is taken exactly once, in any order, however late; and what is seen in it afterwards."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from tests.acting import an_official
from tests.integration.checkpoints.guard import AT, GREEN, Guard, b64
from tests.integration.passes.town import NOW, Phone, an_account, bind, people, publish, shown, strip
from yimatong.core.checkpoints import cells
from yimatong.core.checkpoints.situation import FIELDS
from yimatong.core.credential import Read, read, shown_text
from yimatong.records.models import Fact, Official
from yimatong.stations.appeals.models import Complaint
from yimatong.stations.checkpoints import actions, queries
from yimatong.stations.checkpoints.actions import taking
from yimatong.stations.checkpoints.looking_over import look_over
from yimatong.stations.checkpoints.models import Checkpoint, Entry, Flag, Passage
from yimatong.stations.dispositions.models import HandOver
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
MINUTE = 60


def kinds() -> list[str]:
    return list(Flag.objects.order_by("pk").values_list("kind", flat=True))


def looked(minutes: int = 0) -> None:
    look_over(now=NOW + timedelta(minutes=minutes), at=datetime.now(UTC) + timedelta(minutes=1))


def test_a_record_is_taken_once_however_often_and_in_whatever_order_it_comes(guard: Guard) -> None:
    records = [guard.passage(at=AT - 3 * 86_400 + number * 60) for number in range(40)]
    shuffled = random.Random(7).sample(records, len(records))
    first = guard.sync(*shuffled[:25])
    again = guard.sync(*shuffled[15:])
    assert sorted(first["taken"]) == sorted(record["n"] for record in shuffled[:25])
    assert sorted(again["taken"]) == sorted(record["n"] for record in shuffled[15:])
    assert (first["refused"], again["refused"]) == ([], [])
    assert Passage.objects.count() == 40
    assert set(Passage.objects.values_list("day", flat=True)) == {(AT - 3 * 86_400 + 8 * 3600) // 86_400}


def test_the_same_batch_from_many_connections_at_once_is_taken_once(guard: Guard) -> None:
    records = [guard.passage() for _ in range(30)]

    def send(counter: int) -> int:
        twin = Guard(guard.key, guard.device, {}, counter=1000 + counter * 10)
        try:
            body = {"records": records, "lists": {"trust": 1, "policy": 1, "recall": {}}, "clock": 0}
            return int(twin.ask("POST", "/s/sync", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(send, range(8)))
    assert said[0] == 200
    assert set(said) <= {200, 409}
    assert Passage.objects.count() == 30


def test_another_record_under_a_number_that_is_used_is_refused_and_flagged(guard: Guard) -> None:
    record = guard.passage()
    guard.sync(record)
    answer = guard.sync({**record, "temperature": 359})
    assert [one["code"] for one in answer["refused"]] == ["record-changed"]
    slip = {"kind": "slip", "n": record["n"], "at": AT, "of": None, "slip": "no-code", "number": "AB12"}
    assert [one["code"] for one in guard.sync(slip)["refused"]] == ["record-changed"]
    assert Passage.objects.get().temperature == 366
    assert kinds() == ["record-changed"]


def test_a_wrong_record_is_refused_alone_with_the_name_of_its_field(guard: Guard) -> None:
    good, wrong = guard.passage(), guard.passage(temperature=900)
    odd = guard.passage(situation={})
    odd["situation"]["verdict"] = "blue"
    answer = guard.sync(good, wrong, odd, {"kind": "dance", "n": 99, "at": AT})
    assert answer["taken"] == [good["n"]]
    told = {one["n"]: one["sentence"]["en"] for one in answer["refused"]}
    assert "temperature" in told[wrong["n"]]
    assert "verdict" in told[odd["n"]]
    assert "900" not in str(answer)
    assert 99 in told


def test_every_other_kind_of_record_is_kept_with_its_fields(guard: Guard) -> None:
    passage = guard.passage()
    records = [
        passage,
        guard.record("slip", of=passage["n"], slip="no-code", number="K7M2"),
        guard.record("refusal", of=passage["n"], ground="fire"),
        guard.record("look", found=True, tag="AAECAwQFBgc"),
        guard.record("override", minutes=60, by="code"),
        guard.record("annulled", of=passage["n"]),
        guard.record("shift", event="end", guard="甲", counts={"green": 3}, note="交班"),
    ]
    assert guard.sync(*records)["refused"] == []
    assert sorted(Entry.objects.values_list("kind", flat=True)) == [
        "annulled",
        "look",
        "override",
        "refusal",
        "shift",
        "slip",
    ]
    assert Entry.objects.get(kind="shift").body == {
        "event": "end",
        "guard": "甲",
        "counts": {"green": 3},
        "note": "交班",
    }


def test_whoever_did_not_pass_after_all_is_counted_no_more(guard: Guard) -> None:
    """C16: a turnstile or a guard annuls; the record of it stays, whichever of the two comes first."""
    passed, turned_round = guard.passage(), guard.passage()
    annulled = guard.record("annulled", of=turned_round["n"])
    assert guard.sync(annulled)["refused"] == []
    assert guard.sync(passed, turned_round)["refused"] == []
    counted = queries.counts_of(Checkpoint.objects.get(), since=NOW - timedelta(hours=1))
    assert (counted.verdicts, counted.actions) == ({"green": 1}, {"release": 1})
    assert Passage.objects.count() == 2


def test_passages_of_an_unattended_gate_are_told_from_a_guards(guard: Guard) -> None:
    """C16: released by e-code alone, as the matrix says; counted apart, less what nobody walked through; nothing is flagged."""
    passed, nobody = (guard.passage(situation={"document": "unattended"}) for _ in range(2))
    assert passed["action"] == "release"
    assert guard.sync(passed, nobody, guard.passage(), guard.record("annulled", of=nobody["n"]))["refused"] == []
    counted = queries.counts_of(Checkpoint.objects.get(), since=NOW - timedelta(hours=1))
    assert (counted.actions, counted.unattended) == ({"release": 2}, 1)
    looked()
    assert kinds() == []


def test_paper_that_an_unattended_gate_lets_through_is_flagged(guard: Guard) -> None:
    """C16, D6: nobody compared a document, so the matrix releases no paper pass there."""
    guard.sync(guard.passage(situation={"document": "unattended", "carrier": "paper"}, action="release"))
    looked()
    assert kinds() == ["not-the-matrix"]


def test_hand_overs_and_complaints_reach_their_stations_once_and_an_acknowledgement_comes_back(guard: Guard) -> None:
    from yimatong.stations.dispositions.actions import acknowledge

    hand_over = guard.record(
        "hand_over", of=None, to="health", why="fever", temperature=385, epoch=None, slot=None, sealed=None
    )
    complaint = guard.record("complaint", of=None, complaint="plate", text="外地车牌被拦")
    wrong = guard.record("complaint", of=None, complaint="weather", text="")
    answer = guard.sync(hand_over, complaint, wrong)
    assert sorted(answer["taken"]) == [hand_over["n"], complaint["n"]]
    assert [one["n"] for one in answer["refused"]] == [wrong["n"]]
    guard.sync(hand_over, complaint)
    assert (HandOver.objects.count(), Complaint.objects.count()) == (1, 1)
    officer = an_official("health-1", "health", name="卫健")
    acknowledge(by=officer, hand_over=HandOver.objects.get().pk, now=NOW)
    assert [one["n"] for one in guard.sync()["acknowledged"]] == [hand_over["n"]]


def test_a_fault_over_one_record_holds_up_no_other(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    """C8: a scanner whose queue has one record that the server cannot deal with still brings home the rest, and keeps that one."""
    real = taking._hand_on

    def stumbles(device: Any, record: Any, *rest: Any) -> None:
        if record.kind == "slip":
            raise ZeroDivisionError
        real(device, record, *rest)

    slip = guard.record("slip", of=None, slip="no-code", number="K7M2")
    complaint = guard.record("complaint", of=None, complaint="plate", text="外地车牌被拦")
    with monkeypatch.context() as patched:
        patched.setattr(taking, "_hand_on", stumbles)
        answer = guard.sync(slip, complaint)
    assert answer["taken"] == [complaint["n"]]
    (refused,) = answer["refused"]
    assert (refused["n"], refused["code"]) == (slip["n"], "record-unexpected")
    assert guard.sync(slip)["taken"] == [slip["n"]]


def test_a_database_that_is_busy_refuses_no_record(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_told: Any) -> None:
        raise OperationalError

    slip = guard.record("slip", of=None, slip="no-code", number="K7M2")
    with monkeypatch.context() as patched:
        patched.setattr(taking, "_hand_on", busy)
        with pytest.raises(OperationalError):
            guard.sync(slip)
    assert guard.sync(slip)["taken"] == [slip["n"]]


def test_a_record_with_bytes_of_any_kind_is_taken(guard: Guard) -> None:
    """C4, E13: what was sealed for the receiver, and the tag of a look; sent again they are the same records."""
    sealed = guard.record(
        "hand_over",
        of=None,
        to="health",
        why="red",
        temperature=None,
        epoch=None,
        slot=None,
        sealed=b64(bytes(range(200, 256))),
    )
    look = guard.record("look", found=True, tag=b64(bytes(range(240, 256))))
    for _ in range(2):
        answer = guard.sync(sealed, look)
        assert (sorted(answer["taken"]), answer["refused"]) == (sorted([sealed["n"], look["n"]]), [])
    changed = guard.sync({**look, "tag": b64(bytes(range(239, 255)))})
    assert [one["code"] for one in changed["refused"]] == ["record-changed"]


def test_a_fever_at_the_gate_becomes_a_symptom_of_whoever_showed_the_pass(guard: Guard, system: Official) -> None:
    (person,) = people(1)
    pass_ = _shown_pass(person.number)
    situation = {"temperature": "fever"}
    record = guard.passage(situation=situation, temperature=384, **pass_)
    assert record["action"] == "hand_over"
    guard.sync(record)
    guard.sync(record)
    fact = Fact.objects.get(kind="symptom")
    assert (fact.person_id, fact.detail, fact.recorded_by) == (person.number, "fever", system)


def test_nothing_of_a_stranger_is_recorded_by_a_training_passage(guard: Guard) -> None:
    (person,) = people(1)
    guard.sync(guard.passage(situation={"temperature": "fever"}, mode="training", **_shown_pass(person.number)))
    assert not Fact.objects.filter(kind="symptom").exists()


def test_who_decides_otherwise_than_the_matrix_is_flagged(guard: Guard) -> None:
    honest = guard.passage()
    hostile = guard.passage(situation={"verdict": "red"}, action="release")
    unknown = guard.passage(policy="00000000")
    guard.sync(honest, hostile, unknown)
    looked()
    looked()
    assert {(flag.n, flag.kind) for flag in Flag.objects.all()} == {
        (hostile["n"], "not-the-matrix"),
        (unknown["n"], "not-the-matrix"),
    }


def test_who_was_let_through_on_a_dead_pass_is_listed_after_the_sync(guard: Guard, system: Official) -> None:
    (person,) = people(1)
    pass_ = _shown_pass(person.number)
    before = guard.passage(at=AT - 5 * MINUTE, **pass_)
    publish({person.number: "red"})
    keep_up(by=system, now=NOW)
    after = guard.passage(at=AT + 30 * MINUTE, mode="offline", **pass_)
    guard.sync(before)
    with transaction.atomic():
        pass
    guard.sync({**after, "at": AT + 9 * MINUTE})
    looked(40)
    assert [(flag.n, flag.kind) for flag in Flag.objects.all()] == [(after["n"], "dead-pass")]


def test_one_pass_at_two_distant_gates_in_no_time_is_flagged_without_a_name(
    guard: Guard, gate: Checkpoint, system: Official
) -> None:
    far = actions.open_checkpoint(
        by=system,
        title_zh="象山口",
        title_en="Xiangshan exit",
        division=330225001,
        at=datetime.now(UTC),
        lat=29.47,
        lon=121.87,
    )
    (offer,) = actions.offer_enrolments(by=system, checkpoint=far.number, at=datetime.now(UTC))
    other = Guard.enrolled(offer.secret)
    pass_ = {"epoch": 439466, "slot": 7, "cti": "AAECAwQFBgc"}
    guard.sync(guard.passage(at=AT - 600, **pass_))
    other.sync(other.passage(at=AT, **pass_))
    looked()
    flag = Flag.objects.get(kind="impossible-time")
    assert (flag.checkpoint_id, flag.other_n) == (far.number, 1)
    other.sync(other.passage(at=AT - 5 * 3600, **pass_))
    looked()
    assert Flag.objects.count() == 1


def test_a_clock_that_runs_ahead_is_told_and_its_records_count_as_of_now(guard: Guard) -> None:
    guard.sync(guard.passage(at=AT + 5 * 86_400))
    assert Passage.objects.get().minute == AT // 60
    assert kinds() == ["clock"]


def test_records_cannot_be_changed_or_deleted_but_by_their_age(guard: Guard) -> None:
    guard.sync(guard.passage(at=AT - 20 * 86_400), guard.passage())
    for statement in ("UPDATE passages SET action = 'release'", "DELETE FROM passages"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM checkpoints_forget(%s)", [(AT + 8 * 3600) // 86_400 - 14])
        assert cursor.fetchone() == (1, 0, 0)
    assert Passage.objects.count() == 1


def test_a_passage_says_nothing_of_who_it_was(guard: Guard) -> None:
    guard.sync(guard.passage())
    columns = {field.name for field in Passage._meta.get_fields()}
    assert not columns & {"person", "name", "document", "phone", "tail"}
    assert GREEN.keys() == {"verdict", "carrier", "temperature", "origin", "person", "zone", "permit", "document"}


def _shown_pass(person: int) -> dict[str, object]:
    """What a scanner writes down of somebody's shown code."""
    publish({person: "green"})
    keep_up(by=Official.objects.get(username="system"), now=NOW)
    from yimatong.records.models import Person

    phone = Phone()
    bound = bind(an_account(Person.objects.get(pk=person)), person, phone)
    data, key = shown(strip(bound), NOW)
    code = read(shown_text(data, AT, phone.windows[key]))
    assert isinstance(code, Read)
    claims = code.claims
    from tests.integration.checkpoints.guard import b64

    return {"epoch": claims.epoch, "slot": claims.slot, "cti": b64(claims.cti)}


def test_cells_that_were_counted_before_there_were_unattended_gates_keep_their_meaning(guard: Guard) -> None:
    """Migration 0005, on rows as the version before had them: the document was the last of four."""
    meant = [guard.passage(situation={"document": one, "zone": "control"}) for one in FIELDS["document"][:4]]
    guard.sync(*meant)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE passages DISABLE TRIGGER refuse_change")
        cursor.execute("UPDATE passages SET cell = cell / 5 * 4 + cell % 5")
        cursor.execute("ALTER TABLE passages ENABLE TRIGGER refuse_change")
        cursor.execute(import_module("yimatong.stations.checkpoints.migrations.0005_unattended").COUNTED_ANEW)
    every = list(cells())
    assert [every[row.cell].as_json() for row in Passage.objects.order_by("n")] == [one["situation"] for one in meant]
    with pytest.raises(DatabaseError), transaction.atomic():
        Passage.objects.update(cell=1)
