"""P1, D4: the number of a paper pass has a check digit and a district, and is read as people write it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from yimatong.core.credential.claims import NUMBER_SIGNS
from yimatong.core.paper import LAST_SERIAL, Number, NumberFlaw, number, read_number
from yimatong.core.paper.numbers import FIRST_DISTRICT, LAST_DISTRICT

DISTRICTS = st.integers(FIRST_DISTRICT, LAST_DISTRICT)
SERIALS = st.integers(1, LAST_SERIAL)


def mod_11_10(digits: str) -> int:
    """The check digit as ISO/IEC 7064 describes it, hybrid system with modulus 11 and 10, spelled out a second time."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10


@given(DISTRICTS, SERIALS)
def test_what_was_made_is_read_again(district: int, serial: int) -> None:
    made = number(district, serial)
    assert read_number(made) == Number(district, serial)
    assert len(made) == 16 <= NUMBER_SIGNS
    assert int(made[-1]) == mod_11_10(made.replace("-", "")[:-1])


def test_the_number_of_the_documents_stays_what_it_is() -> None:
    assert number(330203, 1234) == "330203-0001234-0"


@given(DISTRICTS, SERIALS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(district: int, serial: int, place: int, by: int) -> None:
    digits = list(Number(district, serial).digits)
    digits[place] = str((int(digits[place]) + by) % 10)
    assert read_number("".join(digits)) == NumberFlaw("check-digit")


def test_at_least_97_of_100_changed_neighbours_are_found() -> None:
    dice, tried, found = random.Random(1), 0, 0
    for _each in range(2000):
        digits = Number(dice.randint(FIRST_DISTRICT, LAST_DISTRICT), dice.randint(1, LAST_SERIAL)).digits
        for place in range(13):
            if digits[place] != digits[place + 1]:
                changed = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
                tried += 1
                found += read_number(changed) == NumberFlaw("check-digit")
    assert tried > 20_000
    assert found / tried >= 0.97


@pytest.mark.parametrize(
    "text",
    [
        "330203-0001234-0", "33020300012340", " 330203 0001234 0\n", "330203–0001234—0", "３３０２０３－０００１２３４－０",
        "330203 - 0001234 - 0", "3302 0300 0123 40", "330203　0001234　0",
    ],
)  # fmt: skip
def test_blanks_hyphens_and_full_width_digits_do_not_matter(text: str) -> None:
    assert read_number(text) == Number(330203, 1234)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"), ("  - ", "empty"), ("NB-0001234", "sign"), ("330203-000123A-0", "sign"), ("330203-0001234-²x", "sign"),
        ("330203-0001234", "too-short"), ("330203-0001234-00", "too-long"), ("330203-0001234-1", "check-digit"),
        (Number(0, 1).digits, "district"), (Number(990000, 1).digits, "district"), (Number(330203, 0).digits, "serial"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why_in_two_languages_without_the_text(text: str, code: str) -> None:
    flaw = read_number(text)
    assert flaw == NumberFlaw(code)
    assert flaw.sentence("zh").endswith("。")
    assert flaw.sentence("en").endswith(".")
    assert "330203-0001234-0" in flaw.remedy("zh")
    assert read_number("330203-0001234-0") == Number(330203, 1234), "the example in the remedy is a number"


@pytest.mark.parametrize(("district", "serial"), [(33020, 1), (330203001, 1), (330203, 0), (330203, LAST_SERIAL + 1)])
def test_no_number_is_made_of_what_is_out_of_range(district: int, serial: int) -> None:
    with pytest.raises(ValueError):
        number(district, serial)
