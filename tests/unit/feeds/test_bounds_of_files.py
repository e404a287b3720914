"""Formulas are held, and files of absurd shape are refused soon: columns, sheets, members, row groups, lines without end."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.feeds.test_excel_files import HEAD, OLD_WORKBOOK, SHEET, TESTS, book, changed
from yimatong.core.lake import STAY_COLUMNS
from yimatong.core.time import SHANGHAI
from yimatong.edges.feeds import csv_files, excel_files, excel_formulas, parquet_files, stays, values
from yimatong.edges.feeds.checking import check
from yimatong.edges.feeds.errors import SENTENCES, FeedError
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.problems import PROBLEMS

NOW = datetime(2020, 2, 20, tzinfo=UTC)
ROW = ("330299198001010018", "阴性", "2020-02-15 08:30")


def held(sheet) -> list[tuple[int, str, str]]:
    checked = check(sheet, TESTS, now=NOW, zone=SHANGHAI)
    return [(one.row, one.column, one.code) for one in checked.problems if one.code == "cell-formula"]


def of_excel(tmp_path: Path, raw: bytes):
    path = tmp_path / "tests.xlsx"
    path.write_bytes(raw)
    return excel_files.read(path, "xlsx", TESTS)


@pytest.mark.parametrize("kept", ["<v>阴性</v>", ""], ids=["with a kept value", "without one"])
def test_a_formula_of_excel_is_held_with_or_without_its_kept_value(tmp_path, kept):
    raw = book(HEAD, ROW, (*ROW[:1], '=IF(1=1,"阴性","阳性")', ROW[2]), ROW)
    raw = changed(
        raw,
        SHEET,
        {"<v></v>": kept, 't="str"': 't="str"'} if b"<v></v>" in zipfile.ZipFile(io.BytesIO(raw)).read(SHEET) else {},
    )
    sheet = of_excel(tmp_path, raw)
    assert held(sheet) == [(3, "result", "cell-formula")]
    assert {"cell-formula"} <= PROBLEMS.keys()


def test_a_formula_in_a_column_that_is_not_read_holds_nothing_and_one_of_another_sheet_neither(tmp_path):
    raw = book((*HEAD, "备注"), (*ROW, "=1+1"), sheets={"别的": [("=2+2", "=3+3")]})
    assert held(of_excel(tmp_path, raw)) == []


def test_a_shared_formula_without_references_is_found_by_its_place(tmp_path):
    raw = book(HEAD, ROW, (ROW[0], "=A1", ROW[2]))
    text = zipfile.ZipFile(io.BytesIO(raw)).read(SHEET).decode()
    import re

    plain = re.sub(r' r="[A-Z]*\d+"', "", text)
    path = tmp_path / "tests.xlsx"
    path.write_bytes(changed(raw, SHEET, {text[text.index("<sheetData>") :]: plain[plain.index("<sheetData>") :]}))
    assert {column: list(rows) for column, rows in excel_formulas.in_xlsx(path)[0].items()} == {1: [2]}


def test_a_formula_of_excel_97_is_found(tmp_path):
    import base64
    import gzip

    raw = gzip.decompress(base64.b64decode(OLD_WORKBOOK))
    path = tmp_path / "tests.xls"
    path.write_bytes(raw)
    assert excel_formulas.in_xls(path) == [{}] * len(excel_formulas.in_xls(path)) != []
    # The kind of one cell's record becomes FORMULA: row 1, column 1.
    cell = next(
        kind + struct.pack("<H", length) + struct.pack("<HH", 1, 1)
        for kind in (b"\xfd\x00", b"\x04\x02", b"\x03\x02")
        for length in range(8, 64)
        if kind + struct.pack("<H", length) + struct.pack("<HH", 1, 1) in raw
    )
    path.write_bytes(raw.replace(cell, b"\x06\x00" + cell[2:], 1))
    assert {column: list(rows) for column, rows in excel_formulas.in_xls(path)[0].items()} == {1: [1]}


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-A1", "＝1+1", "'=1", " =1", "\t=1", "-(1)"]
)
def test_a_text_that_a_spreadsheet_would_compute_is_held(tmp_path, text):
    assert values.is_formula(text)
    path = tmp_path / "tests.csv"
    path.write_text("\n".join([",".join(HEAD), ",".join(ROW), f'{ROW[0]},"{text}",{ROW[2]}', ""]), encoding="utf-8")
    assert held(csv_files.read(path, TESTS)) == [(3, "result", "cell-formula")]


@pytest.mark.parametrize("text", ["+8613800000001", "-1", "-1幢", "阴性", "a=b", "2020-02-15", "+86 138 0000 0001"])
def test_a_text_that_computes_nothing_is_none(text):
    assert not values.is_formula(text)


def refused(read) -> str:
    begun = time.monotonic()
    with pytest.raises(FeedError) as found:
        read()
    assert time.monotonic() - begun < 30
    assert found.value.code in SENTENCES
    return found.value.code


def test_a_csv_with_a_million_columns_or_a_line_without_end_is_refused(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(HEAD) + ",x" * 1_000_000 + "\n" + "," * 1_000_000)
    assert refused(lambda: csv_files.read(path, TESTS)) in ("too-many-columns", "header-missing")
    path.write_text(",".join(HEAD) + "\n" + "x" * (LIMITS.line_bytes * 3))
    assert refused(lambda: csv_files.read(path, TESTS)) in ("csv-line-too-long", "csv-broken")


def test_a_workbook_of_too_many_parts_or_sheets_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(LIMITS.members + 1):
            archive.writestr(f"xl/{number}", b"")
    assert refused(lambda: of_excel(tmp_path, buffer.getvalue())) == "excel-too-many-parts"
    made = openpyxl.Workbook()
    for _ in range(LIMITS.sheets):
        made.create_sheet()
    whole = io.BytesIO()
    made.save(whole)
    assert refused(lambda: of_excel(tmp_path, whole.getvalue())) == "excel-too-many-sheets"


def test_parquet_of_absurd_shape_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({f"c{number}": [1] for number in range(LIMITS.columns + 1)}), path)
    assert parquet_files.too_much(path) == "too-many-columns"
    pq.write_table(pa.table({"a": [1]}), path)
    assert parquet_files.too_much(path) is None
    claims = (
        path.read_bytes()[:4] + b"\0" * (LIMITS.footer_bytes + 9) + struct.pack("<I", LIMITS.footer_bytes + 1) + b"PAR1"
    )
    path.write_bytes(claims)
    assert parquet_files.too_much(path) == "too-many-groups"
    assert parquet_files.too_much(Path("/dev/zero")) == "file-not-regular"


@pytest.mark.parametrize("store_schema", [False, True])
def test_parquet_with_a_column_whose_name_is_no_text_is_refused_by_the_feed(tmp_path: Path, store_schema: bool):
    path = tmp_path / "stays.parquet"
    table = pa.table({**{name: pa.array([1], pa.int32()) for name in STAY_COLUMNS}, "qqqq": [1]})
    pq.write_table(table, path, store_schema=store_schema)
    path.write_bytes(path.read_bytes().replace(b"qqqq", b"q\xf7qq"))
    with pytest.raises(FeedError) as refused:
        list(stays.pieces(path))
    assert refused.value.code == "parquet-broken"
