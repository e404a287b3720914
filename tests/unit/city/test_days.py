"""Ordinary days and journeys: five stays a day, never two at once, told once."""

from __future__ import annotations

import numpy as np

from tests.unit.city.conftest import DAYS
from yimatong.city.dice import part, roll


def test_people_make_about_five_stays_a_day(ask):
    total = ask("select count(*) from stays")[0][0]

    assert 4.5 < total / 2_000 / 14 < 5.5


def test_nobody_is_at_two_places_at_once(ask):
    assert ask(
        """
        select count(*) from (
            select arrive, lag(leave) over (partition by person order by arrive, leave) as left_before from stays)
        where arrive < left_before
        """
    ) == [(0,)]


def test_everybody_is_somewhere_on_every_day(ask):
    """Whoever makes no new stay on a day is still where the day before left them."""
    first = DAYS.midnight(0)
    for day in range(14):
        noon = first + day * 1440 + 60
        assert ask(f"select count(distinct person) from stays where arrive <= {noon} and leave >= {noon}") == [(2_000,)]


def test_stays_are_at_places_of_their_division(ask):
    assert ask(
        "select count(*) from stays s left join places p using (place) where p.division is distinct from s.division"
    ) == [(0,)]


def test_journeys_lead_to_other_provinces_and_to_the_areas_of_the_policy(ask, ningbo):
    seen = {division for (division,) in ask("select distinct division from stays where division // 100000 <> 3302")}

    for area in ningbo.areas:
        assert any(area.low <= division <= area.high for division in seen), area
    assert any(division // 10**7 != 33 for division in seen)


def test_more_people_work_after_the_return_to_work_and_fewer_at_weekends(ask):
    rows = dict(
        ask(
            f"""
            select (arrive - {DAYS.midnight(0)}) // 1440 as day, count(distinct person)
            from stays join places using (place) where kind = 'workplace' group by day
            """
        )
    )
    sunday, monday, later = rows[3], rows[4], rows[12]
    assert sunday < monday < later


def test_dice_tell_the_same_in_any_order_and_are_even():
    who = np.arange(100_000)
    rolled = roll(7, 1, who)

    assert (roll(7, 1, who[::-1])[::-1] == rolled).all()
    assert (roll(8, 1, who) != rolled).all()
    for shift in range(0, 64, 8):
        counts = np.bincount(part(rolled, shift, 8), minlength=256)
        assert counts.min() > 280
        assert counts.max() < 520
