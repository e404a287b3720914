"""What papers say, in the languages that they are printed in; the templates name each text by its English."""

from __future__ import annotations

from datetime import date

from yimatong.core.text import DEFAULT, Message, Text, message_in
from yimatong.edges.printing.document import Languages

PAPER: tuple[Message, ...] = (
    message_in("paper", "Applicant's signature"),
    message_in("paper", "Checked by"),
    message_in("paper", "Child, a parent's ID no."),
    message_in("paper", "Child; a parent's ID no."),
    message_in("paper", "Clerk"),
    message_in("paper", "Day"),
    message_in("paper", "Duplicate, stays at the issuing point"),
    message_in("paper", "Enter it when power is back."),
    message_in("paper", "Handwritten; look the number up"),
    message_in("paper", "Head, seal"),
    message_in("paper", "ID number"),
    message_in("paper", "Issued"),
    message_in("paper", "Issued by the green standard"),
    message_in("paper", "Issuing point"),
    message_in("paper", "Issuing point, seal"),
    message_in("paper", "Name"),
    message_in("paper", "Ningbo Paper Pass"),
    message_in("paper", "No."),
    message_in("paper", "Not valid in"),
    message_in("paper", "Only ever added to: a correction is a new line that names the old one."),
    message_in("paper", "Pass number"),
    message_in("paper", "Phone"),
    message_in("paper", "Print at actual size, cut along the marks, then cut off the upper right corner of each."),
    message_in("paper", "Print at actual size. Card to the applicant, stub to the file."),
    message_in("paper", "Register of Paper Passes Issued"),
    message_in("paper", "Remarks"),
    message_in("paper", "Scan to verify"),
    message_in("paper", "Seal"),
    message_in("paper", "Seq."),
    message_in("paper", "Signature"),
    message_in(
        "paper", "Thermal print fades: keep it from sun and heat, and have it replaced before it cannot be read."
    ),
    message_in("paper", "This day"),
    message_in("paper", "This page"),
    message_in("paper", "Time"),
    message_in(
        "paper",
        "Valid only together with the ID document (minors without one excepted), in all of Ningbo "
        "except in the control zones that a district or county has named.",
    ),
    message_in("paper", "Valid until"),
    message_in("paper", "issued"),
    message_in("paper", "numbers used"),
    message_in("paper", "of a parent"),
    message_in("paper", "replaced"),
    message_in("paper", "spoiled"),
)
MONTHS = (
    message_in("month", "Jan"),
    message_in("month", "Feb"),
    message_in("month", "Mar"),
    message_in("month", "Apr"),
    message_in("month", "May"),
    message_in("month", "Jun"),
    message_in("month", "Jul"),
    message_in("month", "Aug"),
    message_in("month", "Sep"),
    message_in("month", "Oct"),
    message_in("month", "Nov"),
    message_in("month", "Dec"),
)


def words(languages: Languages) -> dict[str, dict[str, str]]:
    """Every text by its English and by language; Chinese too, in which papers have their names."""
    return {one.source: {language: one.of(language) for language in (*languages, DEFAULT)} for one in PAPER}


def in_one(text: Text, languages: Languages) -> str:
    """What stands there once: in Chinese, or in the first language of a paper without it."""
    return text.of(DEFAULT if DEFAULT in languages else languages[0])


def written(day: date) -> Text:
    """A day as it is written out: 2020年2月16日, 16 Feb 2020."""
    return message_in("paper", "{day} {month} {year}", day=day.day, month=MONTHS[day.month - 1], year=day.year)
