"""Everything that people are told of has a name in both languages, and one of its own."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from yimatong.core.facts import COLUMNS, DERIVED_DETAILS, DETAILS, Derived, Kind, Level
from yimatong.core.names import FACTS, KINDS, LEVELS, RECORDS, name_of
from yimatong.core.text import same


def test_every_kind_detail_level_and_table_has_its_name_and_nothing_else_has():
    details = {(kind, detail) for kind, known in (*DETAILS.items(), *DERIVED_DETAILS.items()) for detail in known}
    assert set(FACTS) == details
    assert set(KINDS) == {*Kind, *Derived}
    assert set(LEVELS) == set(Level)
    assert set(RECORDS) == set(COLUMNS) - {"people"}


def test_a_name_is_lower_case_and_stands_in_both_languages():
    names = [text for table in (FACTS, KINDS, LEVELS, RECORDS) for text in table.values()]
    assert len(names) > 50
    assert [one for one in names if not one.of("zh").strip() or one.of("zh").isascii()] == []
    assert [
        one for one in names if not one.of("en").strip() or not one.of("en").isascii() or one.of("en")[:1].isupper()
    ] == []


def test_two_facts_have_two_names():
    for language in ("zh", "en"):
        said = Counter(text.of(language) for text in FACTS.values())
        assert [name for name, times in said.items() if times > 1] == []


def test_a_contact_that_was_recorded_is_told_from_one_that_was_derived():
    recorded = name_of("contact", "confirmed")
    assert recorded.of("zh") == "确诊病例的密切接触者（登记）"
    assert recorded.of("en") == "close contact of a confirmed case (recorded)"
    assert name_of("exposure", "confirmed").of("zh") == "确诊病例的密切接触者（由行程推出）"


def test_a_stay_in_an_area_is_called_by_the_area_s_level():
    stay = name_of("visit", "key").begun
    assert (stay.of("zh"), stay.of("en")) == ("去过疫情重点地区", "Stay in a key area")


def test_what_has_no_detail_is_called_by_its_kind_and_what_is_unknown_by_what_stands_there():
    assert name_of("case") == KINDS["case"]
    assert name_of("case", "imagined") == KINDS["case"]
    assert name_of("debt", "bank") == same("debt/bank")


def test_the_page_of_the_format_calls_every_ground_by_its_name():
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "policy-format.zh.md").read_text()
    grounds = (Kind.CASE, Kind.CONTACT, Kind.ORDER, Kind.SYMPTOM)
    assert [kind for kind in (*grounds, *Derived) if f"| `{kind}` {KINDS[kind].of('zh')} |" not in page] == []
    details = [(kind, detail) for kind in grounds for detail in DETAILS[kind]]
    assert [one for one in details if f"`{one[1]}` {FACTS[one].of('zh')}" not in page] == []
