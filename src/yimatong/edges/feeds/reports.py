"""The report of what was held back, as Excel: row, column, what is wrong, what to do, and the row as it came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import transaction

from yimatong.core.text import message as _, message_in
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.contract import Contract
from yimatong.edges.feeds.problems import BOTH, PROBLEMS, Sentence, in_both
from yimatong.edges.feeds.values import LOST_DIGITS
from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.models import Delivery, HeldRow, Official

PROBLEM, REMEDY = message_in("report", "problem"), message_in("report", "what to do")
UNKNOWN = Sentence(_("not explained"), _("ask whoever runs the system"))
WIDTHS = (10, 22, 34, 40, 40, 44, 22, 20)


TITLES = (
    in_both(message_in("report", "row")),
    in_both(message_in("report", "column")),
    *(text.of(language) for language in BOTH for text in (PROBLEM, REMEDY)),
    in_both(message_in("report", "code")),
    in_both(message_in("report", "may be person")),
)
LIST_TITLES = tuple(
    map(
        in_both,
        (
            message_in("report", "level"),
            message_in("report", "province"),
            message_in("report", "city"),
            message_in("report", "county"),
            message_in("report", "text"),
        ),
    )
)


@transaction.atomic
def write(deliveries: Iterable[Delivery], out: Path, *, by: Official, why: str) -> int:
    """Write a workbook with a sheet for each delivery's waiting rows; return how many rows. The look is audited.

    Every cell is written as text, so nothing that a file brought is ever run as a formula or opened as a link.
    """
    require(by, "deliver")
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    written = 0
    with xlsxwriter.Workbook(str(out), {**options, "constant_memory": True}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF5"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for delivery in deliveries:
            rows = HeldRow.objects.filter(delivery=delivery, state=HeldRow.State.WAITING).order_by("row")
            sheet = book.add_worksheet(f"{delivery.feed} {delivery.pk}"[:31])
            count = _sheet(sheet, rows, CONTRACTS.get(delivery.feed), bold, wrap)
            written += count
            audit.record(
                by=by, action="held.report", subject=f"delivery/{delivery.pk}", details={"rows": count, "why": why}
            )
        if not book.worksheets():
            book.add_worksheet("—")
    return written


def _sheet(sheet: Any, rows: Iterable[HeldRow], contract: Contract | None, bold: Any, wrap: Any) -> int:
    """One delivery: a line a problem; the row's own cells beside its first."""
    line, count = 1, 0
    titles: list[str] = list(TITLES)
    for held in rows:
        cells = _cells(held, contract)
        if count == 0:
            titles += list(cells)
            _head(sheet, titles, bold)
        count += 1
        for number, problem in enumerate(held.problems):
            texts = [str(held.row), *_sentences(problem, contract), problem["code"]]
            texts.append(", ".join(map(str, held.candidates)))
            if number == 0:
                texts += [cells.get(title, "") for title in titles[len(TITLES) :]]
            for column, text in enumerate(texts):
                sheet.write_string(line, column, text, wrap)
            line += 1
    if count == 0:
        _head(sheet, titles, bold)
    return count


def _head(sheet: Any, titles: list[str], bold: Any) -> None:
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
        sheet.set_column(column, column, WIDTHS[column] if column < len(WIDTHS) else 18)
    sheet.freeze_panes(1, 1)


def _sentences(problem: dict[str, str], contract: Contract | None) -> list[str]:
    """The column under its Chinese and English header, the problem and its remedy in both languages."""
    sentence = PROBLEMS.get(problem["code"], UNKNOWN)
    column = _names(contract).get(problem["column"], problem["column"])
    return [column, *(text.of(language) for language in BOTH for text in (sentence.wrong, sentence.remedy))]


def _names(contract: Contract | None) -> dict[str, str]:
    """A contract's columns under their headers in both languages."""
    return {column.name: in_both(column.title) for column in contract.columns} if contract else {}


def _cells(held: HeldRow, contract: Contract | None) -> dict[str, str]:
    """The row's cells by title; a row that did not fit the header comes as one text."""
    said = json.loads(identity.unseal(held.sealed, "row"))
    if isinstance(said, dict):
        names = _names(contract)
        return {
            str(names.get(name, name)): "" if text is None else text.lstrip(LOST_DIGITS) for name, text in said.items()
        }
    if isinstance(said, list):
        return dict(zip(LIST_TITLES, map(str, said), strict=False))
    return {in_both(message_in("report", "as it came")): str(said)}
