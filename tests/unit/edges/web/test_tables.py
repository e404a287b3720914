"""Tables that filter, sort, turn pages and go to Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.test import RequestFactory
from python_calamine import CalamineWorkbook

from yimatong.edges.web.official.excel import exported, workbook
from yimatong.edges.web.official.tables import Column, ListRows, Table


@dataclass(frozen=True)
class Row:
    name: str
    people: int | None
    seen: datetime | None = None
    day: date | None = None


COLUMNS = (
    Column("name", "Name", lambda row: row.name, choices=lambda row: row.name[:1]),
    Column("people", "People", lambda row: row.people, "number"),
    Column("seen", "Seen", lambda row: row.seen, "instant"),
    Column("day", "Day", lambda row: row.day, "day", in_page=False),
)
ROWS = (
    Row("海曙", 3, datetime(2020, 2, 14, 16, 30, tzinfo=UTC), date(2020, 2, 15)),
    Row("鄞州", 1200),
    Row("=1+1", None),
    Row("海宁", 20),
)


def table(query: str = "", **settings: object) -> Table:
    request = RequestFactory().get(f"/{query}")
    return Table("t", "A table", COLUMNS, ListRows(COLUMNS, ROWS), request, **settings)  # type: ignore[arg-type]


def names(shown: Table) -> list[str]:
    return [cells[0].text for _now, cells in shown.lines()]


def test_rows_keep_their_order_until_somebody_sorts():
    assert names(table()) == ["海曙", "鄞州", "=1+1", "海宁"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [("people", ["海曙", "海宁", "鄞州", "=1+1"]), ("-people", ["鄞州", "海宁", "海曙", "=1+1"])],
)
def test_numbers_sort_as_numbers_and_what_is_empty_comes_last(sort, order):
    assert names(table(f"?t.sort={sort}")) == order


def test_an_unknown_column_in_the_address_changes_nothing():
    assert names(table("?t.sort=password&t.page=99999999999&t.other=1")) == ["海曙", "鄞州", "=1+1", "海宁"]


def test_words_are_looked_for_in_what_is_shown():
    assert names(table("?t.q=1,200")) == ["鄞州"]
    assert names(table("?t.q=2020-02-15")) == ["海曙"]


def test_a_choice_goes_by_its_key_not_by_its_words():
    shown = table("?t.name=海")
    assert names(shown) == ["海曙", "海宁"]
    assert (shown.count, shown.total) == (2, 4)


def test_pages_are_cut_and_linked():
    shown = table("?t.page=2&other=x", page_size=3)
    assert names(shown) == ["海宁"]
    assert shown.next_href() is None
    assert shown.previous_href() == "?t.page=1&other=x"


def test_a_page_past_the_end_shows_the_last():
    assert table("?t.page=9", page_size=3).page == 2


def test_a_second_press_on_a_head_turns_the_order_round():
    heads = {heading.column.key: heading for heading in table("?t.sort=-people").headings()}
    assert heads["people"].sorted == "descending"
    assert "t.sort=people" in heads["people"].href
    assert heads["name"].sorted is None


def test_a_search_keeps_the_parameters_of_the_other_tables():
    assert table("?runs.sort=run&t.q=x&t.page=2&export=t").kept() == [("runs.sort", "run")]


def test_an_export_is_given_only_for_the_table_that_is_asked_for():
    assert exported(table("?export=other")) is None
    answer = exported(table("?export=t"))
    assert answer is not None
    assert answer["Content-Disposition"] == 'attachment; filename="t.xlsx"'


def test_in_excel_numbers_are_numbers_instants_are_local_and_text_is_never_a_formula():
    sheet = CalamineWorkbook.from_filelike(BytesIO(workbook(table("?t.q=&t.sort=name")))).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert rows[0] == ["Name", "People", "Seen", "Day"]
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["海曙"][1:] == [3.0, datetime(2020, 2, 15, 0, 30), date(2020, 2, 15)]
    assert by_name["=1+1"][1] == ""
    assert len(rows) == 5


def test_an_export_holds_what_the_filter_left():
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook(table("?t.q=海")))).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["海曙", "海宁"]
