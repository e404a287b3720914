"""The epidemic follows the counts it is given."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from tests.unit.city.conftest import DAYS
from yimatong.city.build import build
from yimatong.city.curve import FEWEST, REAL_PEOPLE, daily, made_counts, real_counts, scaled
from yimatong.core.errors import YimatongError
from yimatong.core.time import day_of

LAST = day_of(date(2020, 2, 19))


def test_the_real_counts_are_read_day_by_day(shared):
    counts = real_counts(shared / "data/epidemic-2020/city-daily-counts.csv")

    by_day = {count.day: (count.confirmed, count.cured) for count in counts}
    assert by_day[day_of(date(2020, 2, 10))] == (149, 18)
    assert by_day[LAST] == (156, 89)


def test_a_city_of_the_real_size_has_the_real_counts(shared):
    counts = real_counts(shared / "data/epidemic-2020/city-daily-counts.csv")

    assert scaled(counts, REAL_PEOPLE, LAST) == tuple(count for count in counts if count.day <= LAST)


def test_counts_never_fall_and_the_cured_were_ill():
    for people in (500, 20_000, 1_000_000, 10_000_000):
        course = scaled(made_counts(), people, LAST)
        assert [count.confirmed for count in course] == sorted(count.confirmed for count in course)
        assert all(0 <= count.cured <= count.confirmed for count in course)


@pytest.mark.parametrize(("people", "expected"), [(500, FEWEST), (200_000, 50), (REAL_PEOPLE, 156), (10_000_000, 183)])
def test_the_epidemic_grows_with_the_city_and_has_a_floor(people, expected):
    assert scaled(made_counts(), people, LAST)[-1].confirmed == expected


def test_cases_and_recoveries_are_spread_over_the_days_of_the_counts():
    course = scaled(made_counts(), REAL_PEOPLE, LAST)

    cases, cures = daily(course)

    assert (len(cases), len(cures)) == (course[-1].confirmed, course[-1].cured)
    assert cases == sorted(cases)
    for count in course:
        assert sum(day <= count.day for day in cases) == count.confirmed


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "date,cityCode,confirmed,cured\n2020-02-30,330200,1,0\n"])
def test_a_file_without_counts_is_told_by_its_name(tmp_path, content):
    path = tmp_path / "counts.csv"
    path.write_text(content)

    with pytest.raises(YimatongError) as refused:
        real_counts(path)

    assert refused.value.code == "city-counts-unreadable"
    assert refused.value.place == "counts.csv"


def test_the_city_reports_as_many_cases_as_the_curve(tmp_path, ningbo):
    built = build(tmp_path / "city", people=60_000, seed=1, days=DAYS, policy=ningbo)

    facts = duckdb.read_parquet(str(tmp_path / "city" / "facts.parquet"))
    confirmed = duckdb.sql("select count(*) from facts where kind = 'case' and detail = 'confirmed'").fetchall()
    assert facts is not None
    assert confirmed == [(built.counts[-1].confirmed,)]
    discharged = duckdb.sql(
        "select count(distinct f.person) from facts f join facts c using (person) "
        "where f.kind = 'discharge' and f.detail = 'hospital' and c.kind = 'case' and c.detail = 'confirmed'"
    ).fetchall()
    assert discharged == [(built.counts[-1].cured,)]


def test_nobody_goes_out_between_the_report_and_the_discharge(ask):
    assert ask(
        """
            with ill as (
                select person, max_by(start, start) as start from facts where kind = 'case' and "end" is null
                    and person not in (select person from facts where kind = 'discharge') group by person)
            select count(*) from stays join ill using (person) join places using (place)
            where arrive > start and kind <> 'hospital'
            """
    ) == [(0,)]


def test_every_confirmed_case_has_an_onset_before_its_report_or_none(ask):
    rows = ask("select start, onset from facts where kind = 'case' and detail = 'confirmed'")

    assert any(onset is None for _, onset in rows)
    assert all(onset is None or onset < start for start, onset in rows)
