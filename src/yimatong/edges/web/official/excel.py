"""A table as an Excel file: numbers stay numbers, instants stay instants, text is never a formula."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from yimatong.edges.web.official.tables import Column, Table, shown
from yimatong.records import calendar

MOST_ROWS = 200_000
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 48


def exported(*tables: Table) -> HttpResponse | None:
    """Return the file that the request asks for with `export=<table>`, or None when it asks for none of these."""
    wanted = next(
        (table for table in tables if table.request.GET.get("export") == table.name and table.exportable), None
    )
    return answer(workbook(wanted), wanted.name) if wanted else None


def answer(content: bytes, name: str) -> HttpResponse:
    """Return an Excel file to be saved; its name is plain ASCII and says nothing about anybody."""
    response = HttpResponse(content, content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def workbook(table: Table, most: int = MOST_ROWS) -> bytes:
    """Return the matching rows, at most `most`, in the order of the page."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "number": book.add_format({"num_format": "#,##0"}),
        "change": book.add_format({"num_format": "+#,##0;-#,##0;0"}),
        "share": book.add_format({"num_format": '0.0"%"'}),
        "seconds": book.add_format({"num_format": "0.0"}),
    }
    sheet = book.add_worksheet(
        str(table.caption)[:31].translate({ord(sign): " " for sign in "[]:*?/\\'"}) or table.name
    )
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F6"})
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, str(column.title), head)
    widths = [len(str(column.title)) * 2 for column in table.columns]
    rows = table.matching.cut(table.sort, 0, most)
    for line, row in enumerate(rows, start=1):
        for at, column in enumerate(table.columns):
            _write(sheet, line, at, column, row, formats)
            widths[at] = max(widths[at], len(shown(column, row)) + 2)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(width, WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(table.columns) - 1)
    book.close()
    return buffer.getvalue()


def _write(sheet: Worksheet, line: int, at: int, column: Column, row: Any, formats: dict[str, Format]) -> None:
    value = column.value(row)
    if value is None:
        return
    form = formats.get(column.kind)
    if column.kind in ("number", "change", "share", "seconds", "open"):
        sheet.write_number(line, at, value, form)
    elif isinstance(value, datetime):
        sheet.write_datetime(line, at, calendar.local(value).replace(tzinfo=None), form)
    elif isinstance(value, date):
        sheet.write_datetime(line, at, value, form)
    else:
        sheet.write_string(line, at, shown(column, row))
