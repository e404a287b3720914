"""One way to make a mistake and one to say no: every table of sentences is whole, and filled by one function."""

from __future__ import annotations

from importlib import import_module
from string import Formatter

import pytest

from yimatong.core.errors import Exit, Mistakes, YimatongError, filled
from yimatong.core.text import Message, message as _, message_in
from yimatong.records.refusals import Refusals

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


def gaps(sentence: Message) -> set[str]:
    return {
        name for _text, name, *_more in Formatter().parse(getattr(sentence, "source", sentence)) if name is not None
    }


@pytest.mark.parametrize("room", TABLES)
def test_every_code_says_what_is_wrong_and_what_to_do(room):
    table = TABLES[room]
    assert isinstance(table, Mistakes | Refusals)
    assert table.sentences
    for code, row in table.sentences.items():
        assert code == code.lower().replace("_", "-")
        told = filled(table.sentences, code, **dict.fromkeys(set().union(*map(gaps, row)), "…"))
        assert all(text.of(language) for text in told for language in ("zh", "en")), code


HERE = {"too-many": (_("{count} people"), message_in("errors", "see {place}."))}


def test_a_mistake_is_its_code_with_its_gaps_filled():
    class OfHere(YimatongError):
        exit = Exit.FOUND

    made = Mistakes(OfHere, HERE)("too-many", "line 3", count=2)
    assert isinstance(made, OfHere)
    assert (made.code, made.place, made.exit) == ("too-many", "line 3", Exit.FOUND)
    assert made.tell("en") == "line 3: 2 people [too-many]\nWhat to do: see line 3."
    assert made.tell("zh").endswith("\n处理办法：see line 3.")


def test_a_code_that_no_table_has_and_a_gap_without_a_word_are_mistakes_of_ours():
    for code, words in (("too-few", {"count": 1}), ("too-many", {})):
        with pytest.raises(KeyError):
            filled(HERE, code, **words)[0].of("en")


def test_a_refusal_reads_its_sentence_its_reasons_and_its_remedy():
    refused = Refusals({"has-one": (_("there is {number}."), _("replace it."))})
    no = refused("has-one", number="Y17")
    assert (no.code, no.number, no.reasons) == ("has-one", "Y17", ())
    assert no.tell("en") == "there is Y17. [has-one]\nWhat to do: replace it."
