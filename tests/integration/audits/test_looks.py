"""Looks are sealed within the minute: one that is deleted, edited or put in past the triggers is named by its id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from tests.acting import an_official
from tests.integration.judgements.painting import Scene, untriggered
from yimatong.records.actions import audit
from yimatong.records.models import Look, Official
from yimatong.stations.audits import actions, chain, looks, verifying
from yimatong.stations.audits.models import ChainSeal, LookSeal
from yimatong.stations.judgements import discrepancies

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
PUT_IN = (
    'INSERT INTO looks (id, at, by_id, person_id, why, "where", through)'
    ' SELECT %s, %s, by_id, person_id, why, "where", through FROM looks WHERE id = %s'
)


@pytest.fixture
def clerk(sealed_city: Scene) -> Official:
    return an_official("clerk", "clerk")


@pytest.fixture
def looked(clerk: Official) -> list[int]:
    """Six looks under two seals: their ids."""
    made = [*look(clerk, 3)]
    assert chain.seal() == []
    made += look(clerk, 3)
    assert chain.seal() == []
    return made


def look(by: Official, many: int) -> list[int]:
    return [audit.look(by=by, person=1 + number, why="case 1", where="explain").pk for number in range(many)]


def minute() -> set[str]:
    return {verifying.told(one) for one in chain.Looker().look()}


def night() -> dict[str, verifying.Checked]:
    return {one.name: one for one in verifying.verify(sample=0).checks}


def named() -> dict[str, tuple[str, ...]]:
    return {name: one.named for name, one in night().items() if one.named}


def sealed_ids() -> list[int]:
    return sorted(one for seal in LookSeal.objects.all() for one in seal.ids)


def test_looks_of_a_minute_are_one_row_and_each_is_sealed_once(looked: list[int]) -> None:
    assert [(seal.number, seal.low, seal.high, seal.ids) for seal in LookSeal.objects.order_by("number")] == [
        (1, looked[0], looked[2], looked[:3]),
        (2, looked[3], looked[5], looked[3:]),
    ]
    assert list(ChainSeal.objects.filter(number__in=LookSeal.objects.values("seal")).values_list("number", flat=True))
    assert minute() == set()
    told = night()
    assert (told["looks"].looked, told["looks"].found, told["looks"].note) == (6, 0, None)
    assert (chain.seal(), LookSeal.objects.count()) == ([], 2), "a second time none is sealed"


def test_a_deleted_look_is_named_by_its_id_and_stands_until_it_is_accepted(looked: list[int]) -> None:
    gone = looked[1]
    with untriggered("looks") as cursor:
        cursor.execute("DELETE FROM looks WHERE id = %s", [gone])
    assert minute() == {f"looks {gone} missing"}
    assert minute() == set(), "told once"
    assert named() == {"looks": (f"looks {gone} missing",)}
    (standing,) = discrepancies.open_ones()
    assert (standing.table, standing.row, chain.is_ours(standing)) == ("looks", gone, True)
    actions.accept(by=an_official("auditor", "auditor"), why="a drill")
    assert (named(), minute(), discrepancies.open_ones()) == ({}, set(), [])


@pytest.mark.parametrize(
    "edit",
    ["why = '公务'", "by_id = (SELECT min(id) FROM officials)", "person_id = 99", "at = at - interval '1 day'", "through = 'x'", "\"where\" = 'x'"],
)  # fmt: skip
def test_an_edited_look_is_named_and_told_anew_when_it_is_another(looked: list[int], edit: str) -> None:
    moved = looked[4]
    with untriggered("looks") as cursor:
        cursor.execute(f"UPDATE looks SET {edit} WHERE id = %s", [moved])
    assert minute() == {f"looks {moved} changed"}
    assert named() == {"looks": (f"looks {moved} changed",)}
    with untriggered("looks") as cursor:
        cursor.execute("UPDATE looks SET why = 'again' WHERE id = %s", [moved])
    assert minute() == {f"looks {moved} changed"}


def test_a_look_put_in_past_the_triggers_among_older_ones_is_named(looked: list[int]) -> None:
    """With an id of before, and with one ahead of all: neither is sealed, and the looks that follow are."""
    long_ago, ahead = timezone.now() - timedelta(hours=2), 2**62
    with untriggered("looks") as cursor:
        cursor.execute(PUT_IN, [-5, long_ago, looked[0]])
        cursor.execute(PUT_IN, [ahead, long_ago, looked[0]])
    later = look(Official.objects.get(username="clerk"), 2)
    assert minute() == set()
    assert sealed_ids() == [*looked, *later]
    assert named() == {"looks": ("looks -5 inserted", f"looks {ahead} inserted")}
    assert sealed_ids() == [*looked, *later], "a verification does not seal what it names"


def test_a_seal_of_looks_that_is_deleted_or_edited_is_named(looked: list[int]) -> None:
    last = ChainSeal.objects.order_by("-number").values_list("number", flat=True)[0]
    with untriggered("look_seals", "looks") as cursor:
        cursor.execute("DELETE FROM look_seals WHERE number = 2")
        cursor.execute("UPDATE looks SET why = 'x' WHERE id = %s", [looked[5]])
    assert minute() == {f"record_seals {last} left-out"}, "the chain covers a seal that is no more"
    assert f"record_seals {last} left-out" in named()["chain"]
    with untriggered("look_seals") as cursor:
        cursor.execute("UPDATE look_seals SET ids = ids[1:2], high = ids[2] WHERE number = 1")
    assert minute() == {"look_seals 1 edited"}


def test_a_look_whose_transaction_lasts_is_sealed_when_it_is_committed(looked: list[int], clerk: Official) -> None:
    began, go_on = Event(), Event()
    ids: list[int] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                ids.extend(look(clerk, 1))
                began.set()
                assert go_on.wait(60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as beside:
        working = beside.submit(slow)
        assert began.wait(60)
        later = look(clerk, 2)
        assert minute() == set()
        assert sealed_ids() == [*looked, *later]
        go_on.set()
        working.result(60)
    assert ids[0] < later[0]
    assert minute() == set()
    assert sealed_ids() == sorted([*looked, *ids, *later])
    assert named() == {}


def test_two_that_seal_at_once_seal_each_look_once(clerk: Official) -> None:
    def work(_: int) -> list[Any]:
        try:
            return chain.seal()
        finally:
            connections.close_all()

    made = look(clerk, 40)
    with ThreadPoolExecutor(4) as together:
        assert list(together.map(work, range(8))) == [[]] * 8
    assert sealed_ids() == made
    assert minute() == set()


def test_many_looks_of_before_the_upgrade_are_a_few_rows_in_rounds_and_are_told(
    clerk: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = look(clerk, 1)
    with untriggered("looks") as cursor:
        cursor.execute(
            'INSERT INTO looks (at, by_id, person_id, why, "where") SELECT now() - interval \'2 days\', by_id, person_id, why, "where"'
            " FROM looks, generate_series(1, 2499) WHERE id = %s",
            [first],
        )
    monkeypatch.setattr(looks, "PIECE", 500)
    monkeypatch.setattr(looks, "AT_ONCE", 1000)
    before = ChainSeal.objects.count()
    assert chain.seal() == []
    assert [len(seal.ids) for seal in LookSeal.objects.order_by("number")] == [500] * 5
    assert ChainSeal.objects.count() == before + 3, "three rounds"
    assert sealed_ids() == sorted(Look.objects.values_list("id", flat=True))
    told = night()
    assert (told["looks"].looked, told["looks"].found) == (2500, 0)
    assert told["looks"].note is not None
    assert told["looks"].note.of("en").startswith("2499 of them were sealed more than an hour")


def test_a_part_goes_on_where_the_last_one_ended(looked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "BATCH", 1)
    monkeypatch.setattr(chain, "LOOKS", 1)
    with untriggered("looks") as cursor:
        cursor.execute("DELETE FROM looks WHERE id = ANY(%s)", [[looked[0], looked[5]]])
    looker = chain.Looker()
    told = [{verifying.told(one) for one in looker.look()} for _ in range(3)]
    assert told[:2] == [{f"looks {looked[0]} missing"}, {f"looks {looked[5]} missing"}]
    assert told[2] == set()


def test_under_a_full_disk_nothing_is_sealed_twice(
    clerk: Official, heads_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seals are committed with the chain's; the file comes later."""
    made = look(clerk, 2)
    with monkeypatch.context() as broken:
        broken.setattr("yimatong.stations.audits.heads.append", _full)
        with pytest.raises(OSError, match="No space"):
            chain.seal()
    assert sealed_ids() == made
    assert minute() == set()
    assert sealed_ids() == made


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")
