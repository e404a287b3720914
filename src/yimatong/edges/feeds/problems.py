"""Why one row is held back, by code: what is wrong and what to do, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.text import Text, message as _


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the report says about a problem."""

    wrong: Text
    remedy: Text


BOTH = ("zh", "en")
"""The languages of reports and of the reference pages: Chinese, as the office writes, and English."""


def in_both(text: Text) -> str:
    """A title or a sentence in both."""
    return " / ".join(map(text.of, BOTH))


PROBLEMS: dict[str, Sentence] = {
    "cells-missing": Sentence(_("this row has another number of cells than the header"), _("add or remove cells; was the file cut off?")),
    "required-empty": Sentence(_("this must not be empty"), _("fill it in")),
    "too-long": Sentence(_("this is too long"), _("shorten it")),
    "word-unknown": Sentence(_("this is none of the words of the closed list"), _("use one that docs/reference/feeds.md lists")),
    "number-wrong": Sentence(_("this is no number"), _("write a positive whole number")),
    "number-lost-digits": Sentence(_("kept as a number, and Excel has lost its last digits"), _("make the column text, and fill it in anew")),
    "cell-formula": Sentence(_("this is a formula, and nothing that somebody wrote"), _("copy the column in Excel, paste it as values, check them and deliver again")),
    "instant-wrong": Sentence(_("this is no date or time"), _("write 2020-02-15 08:30 or 2020-02-15")),
    "instant-ahead": Sentence(_("this lies in the future"), _("check the date")),
    "instant-too-early": Sentence(_("this is too long ago"), _("check the date")),
    "end-before-start": Sentence(_("this ends before it starts"), _("check the two instants")),
    "division-wrong": Sentence(_("this is no street code of 9 or 12 digits"), _("look the code up among the divisions")),
    "region-wrong": Sentence(_("this is no division code of 6, 9 or 12 digits"), _("look the code up among the divisions")),
    "journey-incomplete": Sentence(_("the journey lacks its region, first or last day"), _("fill in the whole journey, or leave all of it empty")),
    "home-incomplete": Sentence(_("the home lacks its street code, building or first day"), _("fill in the whole home, or leave all of it empty")),
    "id-number-shape": Sentence(_("the document number has the wrong length or signs"), _("correct it by the document itself")),
    "id-number-date": Sentence(_("the birth date inside the document number does not exist"), _("correct it by the document itself")),
    "id-number-check-digit": Sentence(_("the check digit of the document number is wrong"), _("correct it by the document itself")),
    "document-and-type-differ": Sentence(_("no document, and yet a number; or a document without one"), _("correct the type or the number")),
    "person-missing": Sentence(_("nothing says who this is about"), _("give the document number")),
    "person-not-certain": Sentence(_("a name or phone alone does not tell who this is"), _("give the document number and deliver again, or let an official confirm the person")),
    "person-unknown": Sentence(_("this person is not recorded"), _("deliver the person first, or give the name in this row")),
    "not-on-the-roster": Sentence(_("this person is not on the company's roster, or took back their consent"), _("let the company ask and the person agree first; or deliver it by the feed of tests")),
    "person-and-document-differ": Sentence(_("the person number and the document are of two people"), _("check both and give one of them")),
    "name-differs": Sentence(_("the name is not the one recorded with this document"), _("check the document number; if the name has changed, correct the record first")),
    "said-twice-differently": Sentence(_("the file says the same thing twice, and differently"), _("keep the row that is right")),
    "place-province-unknown": Sentence(_("there is no such province"), _("check the list")),
    "place-county-unknown": Sentence(_("no such county, or a zone across several, and the text names no street that is certain"), _("find out the county and record the area by itself")),
    "place-street-unknown": Sentence(_("a whole street is meant, and its name is not known"), _("find out the code and record the area by itself")),
    "differs-from-record": Sentence(_("the same thing is recorded with other contents"), _("if the record is wrong, strike it or withdraw its delivery first")),
}  # fmt: skip
"""docs/reference/feeds.md lists all of them."""
