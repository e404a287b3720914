"""P13, H3: the code of a card that was printed at 300 dpi is read out of focus, in noise and turned, as the bench measures it."""

from __future__ import annotations

from itertools import product

import pytest

from bench.pictures import text_in
from bench.printing import Look, good, looked_at, looks
from tests.integration.printing.papers import card_picture, paper

LOOKS = [Look(5.0, *values) for values in product((0.0, 0.3), (0, 10, 45, 170), (0, 10), (255,), (False, True))]


def test_the_grid_of_this_test_lies_inside_what_the_bench_asks() -> None:
    assert all(good(look) for look in LOOKS)
    assert sum(good(look) for look in looks()) > len(LOOKS)


@pytest.mark.parametrize("serial", [1, 2])
def test_the_code_of_a_card_is_read_in_every_look(serial: int) -> None:
    made = paper(serial)
    picture = card_picture(made)
    assert [look for look in LOOKS if text_in(looked_at(picture, look)) != made.qr_text] == []


def test_a_look_that_is_too_poor_reads_nothing_rather_than_something_else() -> None:
    made = paper()
    poor = [
        text_in(looked_at(card_picture(made), Look(3.0, blur, 10, noise))) for blur in (0.5, 0.8) for noise in (30, 60)
    ]
    assert set(poor) <= {None, made.qr_text}
    assert None in poor
