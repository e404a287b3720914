"""The city's people: households, documents that are nobody's, and colours in a believable mix."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from stdnum import numdb
from stdnum.iso7064 import mod_11_2

from tests.unit.city.conftest import AS_OF
from yimatong.city.documents import AREA_CODE, SERIALS_A_DAY, id_numbers, phones, serials
from yimatong.city.gazetteer import destinations, ningbo
from yimatong.city.households import residents
from yimatong.core.engine.duckdb import judge
from yimatong.core.engine.sources import Sources
from yimatong.core.errors import YimatongError
from yimatong.core.time import SHANGHAI


def test_every_id_number_has_the_area_code_of_nobody_and_the_right_check_digit(ask):
    numbers = [number for (number,) in ask("select id_number from persons where id_type = 'resident'")]

    assert len(numbers) > 1_900
    assert {number[:6] for number in numbers} == {AREA_CODE}
    assert all(mod_11_2.is_valid(number) for number in numbers)


def test_the_area_code_was_never_assigned():
    known = {name for _, found in numdb.get("cn/loc").info(AREA_CODE) for name in found}
    assert "province" in known
    assert "county" not in known
    assert int(AREA_CODE) not in {street.county for street in (*ningbo(), *destinations())}


def test_id_numbers_tell_birthday_and_sex(ask):
    rows = ask("select id_number, strftime(born, '%Y%m%d'), sex from persons where id_type = 'resident'")

    assert all(number[6:14] == born for number, born, _ in rows)
    assert all((int(number[16]) % 2 == 1) == (sex == "male") for number, _, sex in rows)


def test_documents_are_different_for_everybody(ask):
    numbers = [number for (number,) in ask("select id_number from persons where id_number is not null")]

    assert len(set(numbers)) == len(numbers)
    assert ask("select count(*) from persons where (id_type = 'none') <> (id_number is null)") == [(0,)]


def test_telephones_are_of_a_range_that_nobody_has():
    numbers = phones(np.arange(1, 200_001, dtype=np.int32)).to_pylist()

    assert len(set(numbers)) == 200_000
    assert all(re.fullmatch(r"154[0-9]{8}", number) for number in numbers)


def test_serials_of_one_birthday_end_with_an_error_and_never_with_a_double():
    born = np.full(2 * SERIALS_A_DAY, 7000, dtype=np.int32)
    woman = np.arange(2 * SERIALS_A_DAY) % 2 == 0

    numbers = id_numbers(born, serials(born, woman)).to_pylist()
    assert len(set(numbers)) == 2 * SERIALS_A_DAY

    with pytest.raises(YimatongError) as refused:
        serials(np.append(born, 7000).astype(np.int32), np.append(woman, True))
    assert refused.value.code == "city-id-numbers-used-up"


def test_households_are_of_the_size_of_the_census_and_hold_everybody():
    people = residents(50_000, 1, SHANGHAI.day(AS_OF))

    sizes = np.bincount(people.household)
    assert len(people) == 50_000
    assert 2.4 < sizes.mean() < 2.7
    assert sizes.min() >= 1
    assert sizes.max() == 6
    assert people.age.min() >= 0
    assert 15 < 100 * (people.age >= 60).mean() < 25
    assert (people.age[people.works] >= 18).all()


def test_children_do_not_live_alone(ask):
    assert ask(
        f"""
        with ages as (select household, datediff('year', born, date '1970-01-01' + {SHANGHAI.day(AS_OF)}) as age from persons)
        select count(*) from (select household, max(age) as oldest from ages group by household) where oldest < 18
        """
    ) == [(0,)]


def test_stairwells_are_shared_by_twelve_to_twenty_four_flats_in_estates(ask):
    rows = ask(
        """
        select count(*) from places f join places b on f.parent = b.place join places c on b.parent = c.place
        where f.kind = 'flat' and c.name not like '%村%' group by b.place, split_part(f.name, '单元', 1)
        """
    )
    full = [count for (count,) in rows if count >= 12]
    assert max(count for (count,) in rows) <= 24
    assert len(full) > 0.6 * len(rows)


def test_everybody_has_a_home_on_a_stairwell_of_the_own_street(ask):
    assert ask(
        """
        select count(*) from people p join homes h using (person) join stairwells s using (stairwell)
        join places b on b.place = s.building
        where h."end" is null and b.division <> p.division and h.person not in (
            select person from homes group by person having count(*) > 1)
        """
    ) == [(0,)]
    assert ask("select count(*) from people anti join homes using (person)") == [(0,)]


def test_places_are_numbered_by_division(ask):
    rows = ask("select place, division from places order by place")

    divisions = [division for _, division in rows]
    assert divisions == sorted(divisions)
    assert len({place for place, _ in rows}) == len(rows)


def test_ten_counties_of_ningbo_have_their_official_codes():
    counties = {street.county for street in ningbo()}

    assert counties == {330203, 330205, 330206, 330211, 330212, 330213, 330225, 330226, 330281, 330282}
    assert len(ningbo()) > 150
    assert abs(sum(street.weight for street in ningbo()) - 1) < 1e-9


def test_colours_are_mixed_as_in_a_city_and_not_all_alarm(tmp_path, ningbo):
    from tests.unit.city.conftest import DAYS
    from yimatong.city.build import build

    build(tmp_path / "city", people=20_000, seed=20200215, days=DAYS, policy=ningbo)

    counts = judge(Sources.of(tmp_path / "city"), ningbo, AS_OF, tmp_path / "out").counts

    shares = {colour: 100 * count / 20_000 for colour, count in counts.items()}
    assert 0.5 < shares["red"] < 2.5
    assert 1.5 < shares["yellow"] < 5
    assert 2 < shares["unknown"] < 4
    assert shares["green"] > 90


def test_facts_are_said_once(ask):
    assert ask(
        "select count(*) from (select 1 from facts group by person, kind, detail, start having count(*) > 1)"
    ) == [(0,)]


def test_nearly_everybody_has_declared(ask):
    assert 1_900 < ask("select count(distinct person) from facts where kind = 'declaration'")[0][0] < 2_000


def test_names_are_chinese_and_varied(ask):
    names = Counter(name for (name,) in ask("select name from persons where id_type <> 'passport'"))

    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,4}", name) for name in names)
    assert len(names) > 1_500
    assert isinstance(pa.array(list(names)), pa.StringArray)
