"""Excel as it really comes, and as somebody might send it to do harm."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from yimatong.edges.feeds import excel_files, files
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.errors import FeedError
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.sheets import Sheet
from yimatong.edges.feeds.values import LOST_DIGITS

TESTS = CONTRACTS["tests"]
HEAD = ("证件号码", "检测结果", "采样时间")


def book(*rows: tuple[object, ...], sheets: dict[str, list[tuple[object, ...]]] | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "检测"
    for row in rows:
        made.active.append(row)
    for name, extra in (sheets or {}).items():
        sheet = made.create_sheet(name)
        for row in extra:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def changed(raw: bytes, member: str, change: dict[str, str]) -> bytes:
    """The workbook with words of one member replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename == member:
                for before, after in change.items():
                    assert before.encode() in text
                    text = text.replace(before.encode(), after.encode(), 1)
            new.writestr(info.filename, text)
    return buffer.getvalue()


def read(tmp_path: Path, raw: bytes) -> Sheet:
    path = tmp_path / "tests.xlsx"
    path.write_bytes(raw)
    return excel_files.read(path, "xlsx", TESTS)


def refused(tmp_path: Path, raw: bytes) -> str:
    with pytest.raises(FeedError) as refusal:
        read(tmp_path, raw)
    return refusal.value.code


SHEET = "xl/worksheets/sheet1.xml"
OLD_WORKBOOK = (
    "H4sIAAAAAAACA+1YTUhUURT+7psZHQd/xkkDDWQQ0jIH3sxUNoGOlemiFCukjCA1hyb8i6FFRZRlriToh4LCjWCLNvaz6Ida6KoWgZFEEARatG"
    "oVmLVQX+eceWNqBQ6UYLzvcc8995x7zr3vnvv33qvR7PGB+/kTWIQK2DBrpCFlnkxRSksU3CC9YTCbyJ2UDAsrCmlOCmSKA08zXqZyDDneE9Bw"
    "zz5CFPhA6RCOo66rM+JdRmyXPjQr7kM5UYV+kmQiT3rlEXpE6Cqhd6XmM6GVIrkktJzqjquDGA3XlWwxZ/EBrVB0mWC/j8TmnUj8yMULnsXnLq"
    "t4XQe2xY41t68wRYE9HYOggNZEOiMxLufiNi/ZRoKvttZXVeWNRrd2dIwjh0I+iK+GF5hMrO1hryVfXrkCyb8vlKf+Qe6kUC6WX9PsQDeMJlkq"
    "vUhHtZ01mhqO7uqYRiNPBkl2qJG+qbpv+9RJYlk7drb/KLHPr5RFpyKT1z1AMKgHQiF/KKTrQb3MHwhuIq8bbxQ3URakzAUE9IDu0wM+/2YXnw"
    "qyi7gX7CIZsrrSibYiS/hsWWNueoHpO19e17bUhw+LpFtOjvj5spZfBAbOswUZZ4rGNkdLxGKD0AvidY3w+UJzaAFQXlSfazLVPVLnomiLqJ2g"
    "YCxcPI9fR3zv5z2PC3o/htcTP1QzcTpn6G14AIV03rWSPT89KFWl6tZNxpNwIlfmXvReaN4v+5JTc5t9N8xDNAszcAmbLTRe4tFRcyXNHCu2Vr"
    "+xVmJtM+srseZxs9F4KbL0oIHQ1/6pkj1oizxwLU087H4QPfOm4eoO9hKPkMP0qUkfOI4VmgcPuTrtqz/hggULFixYsGDBgoWVCCW3zfjdmm+Q"
    "DvP2nmr+15mhNGv9JvlvsRdd9Jygz8md6KQ8hlNJzZ/VcKiEL7VEm8T/QsZ+aj2GNrRIP9qSnr/09aXmv8+SDd1/bwkl2/5sMv38x+3/AHziWo"
    "YAFgAA"
)
"""A workbook of Excel 97 with two rows of tests, made for this test: gzip, base64."""


def test_cells_come_as_text_dates_and_whole_numbers_included(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        book(
            ("日报",),
            HEAD,
            ("330299199003071235", "阴性", datetime(2020, 2, 15, 8, 30)),
            ("a", "阳性", date(2020, 2, 16)),
            ("b", "无效", 20200217),
        ),
    )
    assert sheet.cells["sampled_at"].to_pylist() == ["2020-02-15 08:30:00", "2020-02-16", "20200217"]
    assert sheet.numbers.to_pylist() == [3, 4, 5]


def test_an_old_workbook_reads_like_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "tests.xls"
    path.write_bytes(gzip.decompress(base64.b64decode(OLD_WORKBOOK)))
    assert files.form_of(path, ("csv", "xlsx", "xls")) == "xls"
    sheet = excel_files.read(path, "xls", TESTS)
    assert sheet.cells["sampled_at"].to_pylist() == ["2020-02-15 08:30:00", "2020-02-16"]
    assert sheet.cells["id_number"].to_pylist() == ["330299199003071235", f"{LOST_DIGITS}330299199003071232"]


def test_an_id_number_kept_as_a_number_is_marked_since_its_last_digits_are_lost(tmp_path: Path) -> None:
    sheet = read(tmp_path, book(HEAD, (330299199003071235, "阴性", "2020-02-15")))
    assert sheet.cells["id_number"].to_pylist()[0].startswith(LOST_DIGITS)


def test_other_sheets_that_hold_something_are_named(tmp_path: Path) -> None:
    sheet = read(tmp_path, book(HEAD, ("1", "阴性", "2020-02-15"), sheets={"说明": [("随便",)], "空": []}))
    assert sheet.skipped == ("说明",)


def test_two_sheets_that_fit_are_refused(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [HEAD, ("1", "阴性", "2020-02-15")]
    assert refused(tmp_path, book(*rows, sheets={"另一张": rows})) == "excel-two-sheets"


def test_a_formula_counts_by_its_value_and_an_empty_one_is_empty(tmp_path: Path) -> None:
    sheet = read(tmp_path, book(HEAD, ("=1+1", "阴性", "2020-02-15")))
    assert sheet.cells["id_number"].to_pylist() == [None]


def test_broken_and_cut_files_are_refused(tmp_path: Path) -> None:
    good = book(HEAD, *[(str(number), "阴性", "2020-02-15") for number in range(500)])
    assert refused(tmp_path, good[: len(good) // 2]) == "excel-broken"
    assert refused(tmp_path, good[:30] + b"\0" * 400 + good[430:]) == "excel-broken"
    assert refused(tmp_path, changed(good, SHEET, {"<sheetData>": "<sheetData><"})) == "excel-broken"


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, book()) == "no-rows"
    assert refused(tmp_path, book(HEAD)) == "no-rows"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        '<!doctype x [<!entity % e SYSTEM "http://127.0.0.1/">]>',
    ],
)
def test_entities_and_document_types_are_refused(tmp_path: Path, prolog: str) -> None:
    raw = changed(book(HEAD, ("1", "阴性", "2020-02-15")), SHEET, {"<worksheet": f"{prolog}<worksheet"})
    assert refused(tmp_path, raw) == "excel-entities"


def test_utf16_that_could_hide_entities_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO(book(HEAD, ("1", "阴性", "2020-02-15")))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/extra.xml", '<?xml version="1.0"?><!DOCTYPE x []><x/>'.encode("utf-16"))
    assert refused(tmp_path, buffer.getvalue()) == "excel-entities"


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    buffer = io.BytesIO(book(HEAD, ("1", "阴性", "2020-02-15")))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.bin", bytes(64 << 20))
    assert refused(tmp_path, buffer.getvalue()) == "excel-unpacks-too-large"


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    raw = bytearray(book(HEAD, *[("1", "阴性", "2020-02-15")] * 200))
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        size = archive.getinfo(SHEET).file_size
    raw = bytearray(bytes(raw).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert refused(tmp_path, bytes(raw)) in {"excel-broken", "excel-unpacks-too-large"}


def test_a_cell_far_away_does_not_take_all_memory(tmp_path: Path) -> None:
    raw = changed(book(HEAD, ("1", "阴性", "2020-02-15")), SHEET, {'r="C2"': 'r="XFD1048576"'})
    assert refused(tmp_path, raw) == "excel-too-many-cells"
    raw = changed(book(HEAD, ("1", "阴性", "2020-02-15")), SHEET, {'<row r="2"': '<row r="99999999"'})
    assert refused(tmp_path, raw) == "excel-too-many-cells"


def test_a_locked_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "locked.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    with pytest.raises(FeedError) as refusal:
        excel_files.read(path, "xls", TESTS)
    assert refusal.value.code in {"excel-broken", "file-locked"}


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_files, "LIMITS", dataclasses.replace(LIMITS, columns=3, cells=30))
    assert refused(tmp_path, book((*HEAD, "备注"), ("1", "阴性", "2020-02-15", "x"))) == "too-many-columns"
    assert refused(tmp_path, book(HEAD, *[("1", "阴性", "2020-02-15")] * 20)) == "excel-too-many-cells"
