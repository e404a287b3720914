"""One way to make a mistake and one to say no: every table of sentences is whole, in both languages, and filled by one function."""

from __future__ import annotations

from importlib import import_module
from string import Formatter

import pytest

from yimatong.core.errors import Exit, Mistakes, YimatongError, filled
from yimatong.records.refusals import Refusals, Refused

ROOMS = {
    "yimatong.core.given": "mistake", "yimatong.core.lake.form": "mistake", "yimatong.core.credential.enrolment": "device_mistake",
    "yimatong.records.errors": "mistake", "yimatong.edges.feeds.errors": "refusal", "yimatong.site.program": "problem",
    **{
        f"yimatong.stations.{station}.errors": "mistake"
        for station in (
            "declarations", "judgements", "notifications", "passes", "issuing", "checkpoints", "dispositions", "appeals",
        )
    },
}  # fmt: skip
TABLES = {room: getattr(import_module(room), name) for room, name in ROOMS.items()} | {
    f"yimatong.stations.{station}.errors refused": import_module(f"yimatong.stations.{station}.errors").refused
    for station in ("declarations", "issuing")
}


def gaps(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("room", TABLES)
def test_every_sentence_is_there_in_both_languages_with_the_same_gaps(room):
    table = TABLES[room]
    assert isinstance(table, Mistakes | Refusals)
    assert table.sentences
    for code, (zh, en, remedy_zh, remedy_en) in table.sentences.items():
        assert code == code.lower().replace("_", "-")
        assert all((zh, en, remedy_zh, remedy_en)), code
        assert (gaps(zh + remedy_zh) ^ gaps(en + remedy_en)) <= {"zh", "en"}, code


def test_a_mistake_is_its_code_with_its_gaps_filled():
    class OfHere(YimatongError):
        exit = Exit.FOUND

    mistake = Mistakes(OfHere, {"too-many": ("共 {count} 处。", "{count} of them.", "看 {place}。", "see {place}.")})
    made = mistake("too-many", "line 3", count=2)
    assert isinstance(made, OfHere)
    assert (made.code, made.place, made.exit) == ("too-many", "line 3", Exit.FOUND)
    assert made.tell("en") == "line 3: 2 of them. [too-many]\nWhat to do: see line 3."
    assert made.tell("zh") == "line 3: 共 2 处。 [too-many]\n处理办法：看 line 3。"


def test_a_code_that_no_table_has_and_a_gap_without_a_word_are_mistakes_of_ours():
    table = {"too-many": ("{count}", "{count}", "-", "-")}
    for code, words in (("too-few", {"count": 1}), ("too-many", {})):
        with pytest.raises(KeyError):
            filled(table, code, **words)


def test_a_refusal_reads_its_sentence_its_reasons_and_its_remedy():
    refused = Refusals({"has-one": ("已有{number}。", "there is {number}.", "补发。", "replace it.")})
    no = refused("has-one", number="Y17")
    assert no == Refused("has-one", "已有Y17。", "there is Y17.", "补发。", "replace it.", (), "Y17")
    assert no.tell("en") == "there is Y17. [has-one]\nWhat to do: replace it."
