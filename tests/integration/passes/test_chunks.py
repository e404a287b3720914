"""A night goes through everybody by chunks: what meets it on its way, and where each chunk is read from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from django.db import connection

from tests.integration.passes.town import NOW, an_account, bind, people, publish
from yimatong.records.jobs import Tally
from yimatong.records.models import Official, Person
from yimatong.stations.passes import stamping
from yimatong.stations.passes.actions import minting
from yimatong.stations.passes.actions.following import follow
from yimatong.stations.passes.days import day_of
from yimatong.stations.passes.models import Credential, Strip
from yimatong.stations.passes.rules import rules

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
TODAY = day_of(NOW)


def green(count: int) -> list[int]:
    """The bindings of so many green people, in their order."""
    crowd = people(count)
    publish({person.pk: "green" for person in crowd})
    return [bound(person) for person in crowd]


def bound(person: Person) -> int:
    bind(an_account(person), person.pk)
    return Credential.objects.get(person=person).binding_id


def kept() -> dict[int, bytes]:
    return {row.binding_id: bytes(row.passes) for row in Strip.objects.filter(day=TODAY)}


def test_whoever_asks_while_their_chunk_is_signed_keeps_that_strip_and_the_others_get_theirs(
    system: Official, monkeypatch: pytest.MonkeyPatch
):
    bindings, asked = green(5), {}
    real = stamping.strips

    def meanwhile(stamp: stamping.Stamp, lines: Iterable[stamping.Line]) -> stamping.Chunk:
        asked[bindings[2]] = minting.strip_of(binding=bindings[2], day=TODAY, now=NOW)
        return real(stamp, lines)

    monkeypatch.setattr(stamping, "strips", meanwhile)
    assert [day.strips for day in minting.mint(now=NOW, days=0)] == [4]
    there = kept()
    assert sorted(there) == bindings
    assert there[bindings[2]] == asked[bindings[2]]


def test_in_a_chunk_of_old_and_new_the_recalled_ones_are_replaced_and_the_good_ones_are_untouched(system: Official):
    *crowd, behind = people(4)
    publish({person.pk: "green" for person in (*crowd, behind)})
    bindings = [bound(person) for person in crowd]
    minting.mint(now=NOW, days=0)
    before = kept()
    publish({crowd[1].pk: "red"})
    follow(now=NOW)
    late = bound(behind)
    assert [day.strips for day in minting.mint(now=NOW, days=0)] == [2]
    after = kept()
    assert {binding for binding in before if after[binding] != before[binding]} == {bindings[1]}
    assert set(after) == {*bindings, late}
    assert Strip.objects.get(binding_id=bindings[1], day=TODAY).credential.colour == "red"


def test_a_chunk_is_read_from_where_the_last_one_ended_in_each_table(system: Official):
    """Merging, PostgreSQL read 900,000 phones to find the 2,000 behind them, for every chunk."""
    last = green(4)[-2]
    minting.open_epochs([TODAY])
    words = {**minting._words(TODAY, NOW, rules(NOW)), "after": last, "chunk": 2}
    with connection.cursor() as cursor:
        cursor.execute(
            "SET enable_hashjoin = off; SET enable_nestloop = off; SET enable_seqscan = off; SET enable_bitmapscan = off"
        )
        cursor.execute("EXPLAIN " + minting.MANY, words)
        plan = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET enable_hashjoin; RESET enable_nestloop; RESET enable_seqscan; RESET enable_bitmapscan")
    begun = [line.strip() for line in plan if "Index Cond" in line and f"> {last}" in line]
    assert sum("id >" in line and "binding_id >" not in line for line in begun) == 1, "the bindings"
    assert sum("binding_id >" in line for line in begun) == 2, "the credentials and the strips"


def test_a_chunk_is_read_in_order_also_from_tables_that_were_filled_just_now(system: Official):
    """PostgreSQL took a million credentials for a thousand, and sorted them all for each two thousand: half of the night."""
    bindings = green(4)
    minting.open_epochs([TODAY])
    plans: list[str] = []

    def explained(execute: Callable[..., Any], sql: str, words: Any, many: bool, context: Any) -> Any:
        if sql == minting.MANY:
            with connection.connection.cursor() as beside:
                plans.extend(line.strip() for (line,) in beside.execute("EXPLAIN " + sql, words))
        return execute(sql, words, many, context)

    with connection.cursor() as cursor:
        cursor.execute("SET random_page_cost = 1000000")  # a plan that only cost decides sorts
    with connection.execute_wrapper(explained):
        (due,) = minting._chunks(minting._words(TODAY, NOW, rules(NOW)), Tally("a test"))
    with connection.cursor() as cursor:
        cursor.execute("RESET random_page_cost")
    assert [line.binding for line in due.lines] == bindings
    assert "Limit" in plans[0]
    assert not [line for line in plans if "Sort" in line or "Gather" in line or "Bitmap" in line]
