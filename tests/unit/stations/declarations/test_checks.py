"""Every answer that cannot be right is told by its field, with a remedy, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_2

from yimatong.stations.declarations import checks, form
from yimatong.stations.declarations.errors import Wrong

TODAY = date(2020, 2, 18)


def number(body: str) -> str:
    return body + mod_11_2.calc_check_digit(body)


def filled(**given: Any) -> dict[str, Any]:
    return {
        "name": "王小明", "id_type": "resident", "id_number": number("33029919900307001"), "phone": "13800000001",
        "home_division": 330203001, "home_building": 1, "home_stairwell": 1, "symptoms": [],
        "contact_symptomatic": False, "contact_confirmed": False, "in_city": True, "elsewhere": False,
    } | given  # fmt: skip


def codes(**given: Any) -> list[tuple[str, str]]:
    return [(error.field, error.code) for error in checks.check(filled(**given), today=TODAY)]


def test_a_whole_form_has_nothing_wrong():
    assert codes() == []


@pytest.mark.parametrize("field", [one.name for one in form.FIELDS.values() if one.needed and one.kind != "several"])
def test_what_is_needed_is_missed(field):
    assert (field, "answer-missing") in codes(**{field: None})


@pytest.mark.parametrize(
    ("id_type", "id_number", "told"),
    [
        ("resident", number("33029919900307001"), []),
        ("resident", number("33029919900307001").lower(), []),
        ("resident", number("33022719880229001"), []),  # 330227 鄞县, abolished in 2002
        ("resident", number("51022519770101002"), []),  # 510225, of Sichuan before Chongqing
        ("resident", number("33029919900231001"), [("id_number", "id-number-date")]),
        ("resident", number("33029920210101001"), [("id_number", "id-number-date")]),
        ("resident", "330299199003070011", [("id_number", "id-number-check-digit")]),
        ("resident", "33029919900307", [("id_number", "id-number-shape")]),
        ("resident", number("81000019900307001"), []),  # residence permit of somebody from Hong Kong
        ("hk_macau", "H12345678", [("birth_date", "answer-missing")]),
        ("hk_macau", "X12345678", [("id_number", "id-number-shape")]),
        ("taiwan", "12345678", [("birth_date", "answer-missing")]),
        ("taiwan", "1234", [("id_number", "id-number-shape")]),
        ("foreign_permanent", "USA310119900307", [("birth_date", "answer-missing")]),
        ("foreign_permanent", number("91184019900307001"), []),
        ("foreign_permanent", number("91184019900307001")[:-1] + "0", [("id_number", "id-number-check-digit")]),
        ("passport", "E12345678", [("birth_date", "answer-missing")]),
        ("passport", "护照", [("id_number", "id-number-shape")]),
        ("none", "", [("birth_date", "answer-missing")]),
        ("none", "E1234567", [("id_number", "number-without-document")]),
    ],
)
def test_documents(id_type, id_number, told):
    assert codes(id_type=id_type, id_number=id_number) == told


def test_the_number_of_an_old_foreign_card_needs_the_birth_date_beside_it():
    assert codes(id_type="foreign_permanent", id_number="USA310119900307", birth_date="1990-03-07") == []


@pytest.mark.parametrize(
    "phone", ["13800000001", "+86 138 0000 0001", "138-0000-0001", "+852 5123 4567", "+14155550100"]
)
def test_phones_that_are_taken(phone):
    assert codes(phone=phone) == []


@pytest.mark.parametrize("phone", ["12345678901", "1380000000", "+86 12", "call me", "+0123456789"])
def test_phones_that_are_not(phone):
    assert codes(phone=phone) == [("phone", "phone-shape")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"symptoms": ["fever"]}, ("symptoms_since", "answer-missing")),
        ({"symptoms": ["plague"]}, ("symptoms", "answer-choice")),
        ({"symptoms": ["fever"], "symptoms_since": "2020-02-19"}, ("symptoms_since", "date-ahead")),
        ({"symptoms": ["fever"], "symptoms_since": "2020-02-30"}, ("symptoms_since", "date-wrong")),
        ({"contact_symptomatic": True}, ("contact_symptomatic_on", "answer-missing")),
        ({"contact_confirmed": "yes"}, ("contact_confirmed", "answer-choice")),
        ({"elsewhere": True}, ("itinerary", "itinerary-empty")),
        ({"home_missing": True}, ("home_text", "answer-missing")),
        ({"home_stairwell": None}, ("home_stairwell", "answer-missing")),
        ({"home_division": 3302}, ("home_division", "answer-shape")),
        ({"name": "王" * 81}, ("name", "answer-too-long")),
        ({"name": "a\nb"}, ("name", "answer-shape")),
        ({"name": ["x"]}, ("name", "answer-shape")),
        ({"itinerary": "x"}, ("itinerary", "answer-shape")),
        ({"itinerary": [{}] * 61}, ("itinerary", "too-many-rows")),
        (
            {"coresidents": [{"name": "x", "id_type": "resident", "id_number": "1"}]},
            ("coresidents.0.id_number", "id-number-shape"),
        ),
    ],
)
def test_answers_that_cannot_be_right(given, told):
    assert told in codes(**given)


def test_a_row_of_the_itinerary_is_told_by_its_number():
    rows = [
        {"division": 420106000, "from": "2020-02-10", "to": "2020-02-12"},
        {"division": 420106000, "from": "2020-02-12", "to": "2020-02-10"},
        {"division": None, "from": "2020-02-12", "to": "2020-02-20"},
    ]
    assert codes(elsewhere=True, itinerary=rows) == [
        ("itinerary.1.to", "dates-backwards"),
        ("itinerary.2.division", "answer-missing"),
        ("itinerary.2.to", "date-ahead"),
    ]


def test_a_home_outside_the_city_needs_no_stairwell():
    assert codes(home_division=420106001, home_building=None, home_stairwell=None) == []


def test_what_the_city_has_switched_off_is_not_asked_and_what_it_needs_cannot_be():
    off = frozenset({"contact_confirmed", "name"})
    found = checks.check(filled(contact_confirmed=None, name=None), today=TODAY, off=off)
    assert [error.field for error in found] == ["name"]


def test_a_step_is_checked_by_itself():
    assert [error.field for error in checks.check({}, today=TODAY, step="person")] == ["name", "id_type", "id_number"]


def test_every_sentence_names_the_field_and_a_remedy_in_both_languages():
    found: tuple[Wrong, ...] = checks.check({"id_number": "1"}, today=TODAY)
    assert len(found) > 5
    for error in found:
        assert error.sentence.of("zh")
        assert error.remedy.of("zh")
        assert error.remedy.of("en")
        assert "{" not in error.sentence.of("zh") + error.sentence.of("en") + error.remedy.of("zh") + error.remedy.of(
            "en"
        )
    assert "手机号" in next(error.sentence.of("zh") for error in found if error.field == "phone")


def test_every_field_says_why_and_by_what_right_and_for_how_long():
    for one in form.FIELDS.values():
        for text in (one.label, one.why, one.basis, one.retention):
            assert text.of("zh")
            assert text.of("en")


@pytest.mark.parametrize(("born", "years"), [(date(2006, 2, 18), 14), (date(2006, 2, 19), 13), (date(2004, 2, 29), 15)])
def test_full_years(born, years):
    assert checks.age(born, TODAY) == years
