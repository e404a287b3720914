"""What a publication put in force is sealed with a key outside the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections, transaction

from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.test_painting import refused
from yimatong.records.models import Official
from yimatong.stations.judgements import actions, sealing
from yimatong.stations.judgements.models import RunSeal, Verdict, VerdictReason

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_each_publication_is_sealed_over_the_rows_that_it_brought(
    city: City, system: Official, policy: Path, clean_home: Path
):
    runs = [actions.run_full(by=system, policy=policy, as_of=AS_OF).run]
    for hours in (1, 2):
        city.record(5)
        runs.append(actions.run_touched(by=system, policy=policy, as_of=AS_OF + timedelta(hours=hours)).run)
    found = list(sealing.seals())
    assert [(seal.run, seal.is_good) for seal in found] == [(run, True) for run in runs]
    assert [seal.previous for seal in found] == ["", *(seal.mac for seal in found[:-1])]
    for seal in found:
        assert seal.tables["verdicts"].rows == Verdict.objects.filter(run=seal.run).count()
        assert seal.tables["verdict_reasons"].rows == VerdictReason.objects.filter(run=seal.run).count()
    assert found[0].tables["verdicts"].rows == 120
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        for table in sealing.COLUMNS:
            by_run = sealing.digests(cursor, table, 0, None)
            assert {seal.run: seal.tables[table] for seal in found if seal.tables[table].rows} == by_run
            assert [sealing.digest_of(cursor, table, run) for run in runs] == [seal.tables[table] for seal in found]
        now = sealing.counts(cursor, AS_OF + timedelta(hours=2))
        assert sealing.head() == (runs[-1], found[-1].mac, sealing.city_of(cursor))
    assert now["current_counts"]["sha256"] == found[-1].tables["current_counts"].sha256
    assert now["day_counts"]["sha256"] == found[-1].tables["day_counts"].sha256


def test_a_seal_holds_for_the_run_as_it_was_published_and_under_the_citys_key_alone(
    city: City, system: Official, policy: Path, settings: object
):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    changes = (
        "UPDATE runs SET as_of = as_of + interval '1 minute'",
        "UPDATE runs SET people = people + 1",
        'UPDATE runs SET outputs = outputs || \'{"verdicts": ""}\'',
        "UPDATE runs SET inputs = '{}'",
        'UPDATE run_seals SET tables = tables || \'{"verdicts": {"rows": 1, "sha256": ""}}\'',
        "UPDATE run_seals SET tables = '[]'",
        f"UPDATE run_seals SET previous = '{'0' * 64}'",
    )
    assert [seal.is_good for seal in sealing.seals()] == [True]
    for change in changes:
        with connections["owner"].cursor() as cursor:
            cursor.execute("BEGIN")
            for table in ("runs", "run_seals"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("CREATE TEMP TABLE kept_runs AS SELECT * FROM runs")
            cursor.execute("CREATE TEMP TABLE kept_seals AS SELECT * FROM run_seals")
            cursor.execute(change)
            cursor.execute("COMMIT")
            assert [seal.is_good for seal in sealing.seals()] == [False], change
            cursor.execute("BEGIN; DELETE FROM run_seals; INSERT INTO run_seals SELECT * FROM kept_seals")
            cursor.execute(
                "UPDATE runs SET as_of = k.as_of, people = k.people, outputs = k.outputs, inputs = k.inputs FROM kept_runs k"
            )
            cursor.execute("DROP TABLE kept_runs, kept_seals")
            for table in ("runs", "run_seals"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute("COMMIT")
        assert [seal.is_good for seal in sealing.seals()] == [True]
    settings.YIMATONG_AUDIT_KEY = "another key"  # type: ignore[attr-defined]
    assert [(seal.run, seal.is_good) for seal in sealing.seals()] == [(line.run, False)]


def test_nobody_adds_to_the_seals_or_changes_one(city: City, system: Official, policy: Path):
    line = actions.run_full(by=system, policy=policy, as_of=AS_OF)
    add = "INSERT INTO {} VALUES ({})"
    of_run = add.format("run_seals", f"{line.run + 1}, '{{}}', '', ''")
    found = add.format('discrepancies ("table", kind, stands, mac)', "'verdicts', 'changed', '', ''")
    for statement in (of_run, found, "UPDATE run_seals SET mac = ''", "DELETE FROM discrepancies"):
        assert refused("default", statement) == "42501", statement
    assert refused("judge", of_run) == "YMT16"
    for statement in ("UPDATE run_seals SET mac = ''", "DELETE FROM discrepancies"):
        assert refused("judge", statement) == "42501"
        assert refused("owner", statement) == "YMT04"
    assert refused("default", "SELECT judgements_number_on(5)") == "42501"
    assert RunSeal.objects.count() == 1
