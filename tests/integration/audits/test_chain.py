"""The audit chain is sealed with a key outside the database, and its head lies in a file: whoever cuts or rewrites it is found."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.integration.judgements.painting import untriggered
from tests.links import link_digest
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry
from yimatong.records.queries import FIRST_PREVIOUS
from yimatong.stations.audits import chain, heads, verifying
from yimatong.stations.audits.chain import Looker
from yimatong.stations.audits.models import ChainSeal
from yimatong.stations.judgements import discrepancies

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def add(count: int) -> None:
    for _ in range(count):
        audit.record(by=the_system(), action="x.y", subject="x/1")


def minute() -> set[str]:
    """What a look of the next minute names."""
    return {verifying.told(one) for one in Looker().look()}


def night() -> set[str]:
    """What a verification names of the chain."""
    return {line for one in verifying.verify(sample=0).checks for line in one.named}


@pytest.fixture
def sealed(heads_folder: Path) -> Path:
    """Three seals over nine links; the file of the heads."""
    for _ in range(3):
        add(3)
        assert chain.seal() == []
    (file,) = heads_folder.rglob("*.jsonl")
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def rewritten(cursor: Any, first: int, **values: Any) -> None:
    """Give a link other values, and all after it the digests that follow."""
    entries = list(AuditEntry.objects.using("owner").filter(number__gte=first).order_by("number"))
    before = AuditEntry.objects.using("owner").filter(number=first - 1).first()
    previous = before.digest if before else FIRST_PREVIOUS
    for entry in entries:
        if entry.number == first:
            for name, value in values.items():
                setattr(entry, name, value)
        entry.previous = previous
        previous = entry.digest = link_digest(entry)
        entry.save(using="owner", force_update=True)


def test_each_minute_with_something_new_is_sealed_in_the_database_and_in_the_file(sealed: Path) -> None:
    rows = list(ChainSeal.objects.order_by("number"))
    assert [(row.number, row.upto, row.previous) for row in rows] == [
        (number, 3 * number, rows[number - 2].mac if number > 1 else "") for number in (1, 2, 3)
    ]
    assert [(line["seal"], line["upto"], line["digest"], line["mac"]) for line in lines(sealed)] == [
        (row.number, row.upto, row.digest, row.mac) for row in rows
    ]
    assert chain.seal() == []
    assert len(lines(sealed)) == 3, "nothing was added"
    assert (sealed.stat().st_mode & 0o077, sealed.parent.stat().st_mode & 0o077) == (0, 0)
    assert (minute(), night()) == (set(), set())


def test_a_chain_that_is_cut_short_is_named_also_with_its_seals(sealed: Path) -> None:
    with untriggered("audit_entries", "chain_seals") as cursor:
        cursor.execute("DELETE FROM audit_entries WHERE number > 5")
        cursor.execute("DELETE FROM chain_seals WHERE number > 1")
    add(1)
    assert minute() == {"chain_seals 3 left-out", "audit_entries 9 left-out"}
    assert minute() == set(), "told once"
    add(4)
    assert {"chain_seals 3 left-out"} <= night()
    assert [row.number for row in ChainSeal.objects.order_by("number")][:2] == [1, 4], "no number twice"


def test_a_chain_that_is_rewritten_whole_is_named(sealed: Path) -> None:
    with untriggered("audit_entries") as cursor:
        rewritten(cursor, 2, subject="x/2")
    assert minute() == {"audit_entries 9 edited"}
    assert "audit_entries 3 edited" in night()


def test_a_link_put_in_between_is_named(sealed: Path) -> None:
    with untriggered("audit_entries") as cursor:
        cursor.execute("UPDATE audit_entries SET number = number + 100 WHERE number > 4")
        cursor.execute("UPDATE audit_entries SET number = number - 99 WHERE number > 100")
        cursor.execute(
            "INSERT INTO audit_entries (number, at, by_id, action, subject, details, previous, digest, through, proof)"
            " SELECT 5, at, by_id, action, subject, details, previous, repeat('f', 64), through, proof FROM audit_entries"
            " WHERE number = 4"
        )
        rewritten(cursor, 5)
    assert {"audit_entries 9 edited"} <= minute()
    assert "audit_entries 6 edited" in night()


EDITED = "UPDATE audit_entries SET details = '{\"a\":1}' WHERE number = 2"


def test_an_edited_link_of_long_ago_is_named_by_the_first_look_of_a_process(sealed: Path) -> None:
    with untriggered("audit_entries") as cursor:
        cursor.execute(EDITED)
    assert minute() == {"audit_entries 2 edited"}


@pytest.mark.parametrize("turned_back", [False, True])
def test_an_edited_link_of_long_ago_is_named_by_the_next_look_or_when_its_part_has_its_turn(
    sealed: Path, monkeypatch: pytest.MonkeyPatch, turned_back: bool
) -> None:
    """A minute looks at a part; PostgreSQL's counters say where more is to be looked at, unless somebody has turned them back."""
    monkeypatch.setattr(chain, "LINKS", 4)
    looker = Looker()
    assert (looker.look(), looker.look(), looker.link) == ((), (), 4)
    if turned_back:
        then = looker.counters
        monkeypatch.setattr(chain, "counters_of", lambda cursor, tables: then)
    with untriggered("audit_entries") as cursor:
        cursor.execute(EDITED)
    told = [{verifying.told(one) for one in looker.look()} for _ in range(3)]
    assert told == (
        [set(), set(), {"audit_entries 2 edited"}] if turned_back else [{"audit_entries 2 edited"}, set(), set()]
    )


def test_seals_that_are_emptied_or_made_without_the_key_are_named(sealed: Path) -> None:
    with untriggered("chain_seals") as cursor:
        cursor.execute("UPDATE chain_seals SET digest = repeat('a', 64) WHERE number = 3")
    assert "chain_seals 3 edited" in minute()
    with untriggered("chain_seals") as cursor:
        cursor.execute("TRUNCATE chain_seals")
    assert "chain_seals 3 left-out" in {*minute(), *night()}


def test_heads_that_are_deleted_edited_or_of_another_city_are_named(sealed: Path) -> None:
    whole = sealed.read_text()
    sealed.unlink()
    assert minute() == {"chain_heads 3 missing"}
    assert sealed.read_text() == whole, "written again from the database"
    others = [json.dumps({**line, "city": "1970"}) + "\n" for line in lines(sealed)]
    sealed.write_text("".join(others))
    assert "chain_heads 3 edited" in minute()
    first, *rest = whole.splitlines(keepends=True)
    sealed.write_text("".join([first.replace('"upto":3', '"upto":2'), *rest]))
    assert "chain_heads 1 edited" in night()
    sealed.write_text("".join([first, rest[-1]]))
    assert "chain_heads 1 missing" in night()


def test_what_a_kill_left_half_written_is_no_line_and_is_written_again(sealed: Path) -> None:
    whole = sealed.read_bytes()
    sealed.write_bytes(whole[:-40])
    add(1)
    assert minute() == set()
    assert sealed.read_bytes().startswith(whole)
    assert [line["seal"] for line in lines(sealed)] == [1, 2, 3, 4]
    assert night() == set()


def test_a_process_killed_between_table_and_file_leaves_what_the_next_makes_good(
    sealed: Path,
) -> None:
    add(2)

    def die() -> None:
        heads.append = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        chain.seal()

    # A child that is forked would end our connections with its own.
    connections.close_all()
    killed = multiprocessing.get_context("fork").Process(target=die)
    killed.start()
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    assert (ChainSeal.objects.count(), len(lines(sealed))) == (4, 3)
    assert minute() == set()
    assert [line["seal"] for line in lines(sealed)] == [1, 2, 3, 4]


def test_two_that_seal_at_once_make_each_seal_once(sealed: Path) -> None:
    def work(_: int) -> list[Any]:
        try:
            return chain.seal()
        finally:
            connections.close_all()

    add(3)
    with ThreadPoolExecutor(4) as together:
        assert list(together.map(work, range(8))) == [[]] * 8
    assert ChainSeal.objects.count() == 4
    assert [line["seal"] for line in lines(sealed)] == [1, 2, 3, 4]


def test_a_disk_that_takes_nothing_is_told_and_made_good(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    add(1)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            Looker().look()
    assert ChainSeal.objects.count() == 4
    add(1)
    assert minute() == set()
    assert [line["seal"] for line in lines(sealed)] == [1, 2, 3, 4, 5]


def test_of_months_that_are_over_the_last_line_of_each_day_is_kept(sealed: Path) -> None:
    city = lines(sealed)[0]["city"]
    old = [heads.Head(**line) for line in lines(sealed)]
    sealed.unlink()
    days = ["2020-01-30T08:00", "2020-01-30T09:00", "2020-01-31T10:00"]
    heads.append(city, [heads.Head(**{**vars_of(one), "at": at}) for one, at in zip(old, days, strict=True)])
    assert [line.head.at for line in heads.lines(city) if line.head] == days
    heads.append(city, [heads.Head(**{**vars_of(old[0]), "at": "2020-02-01T00:00"})])
    assert [line.head.at for line in heads.lines(city) if line.head] == [*days[1:], "2020-02-01T00:00"]


def vars_of(head: heads.Head) -> dict[str, Any]:
    return {name: getattr(head, name) for name in heads.Head.__dataclass_fields__}


def test_under_another_key_nothing_fits(sealed: Path, settings: Any) -> None:
    settings.YIMATONG_AUDIT_KEY = "another key that is as long as one has to be"
    assert "chain_seals 3 edited" in minute()
    assert discrepancies.open_ones()
