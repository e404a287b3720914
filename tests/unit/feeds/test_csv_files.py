"""CSV as it really comes, and as somebody might send it to do harm."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.searching import sought
from yimatong.edges.feeds import csv_files, sheets
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.errors import FeedError
from yimatong.edges.feeds.limits import LIMITS
from yimatong.edges.feeds.sheets import Sheet

TESTS = CONTRACTS["tests"]
HEAD = "证件号码,检测结果,采样时间,备注\n"


def read(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Sheet:
    path = tmp_path / "tests.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return csv_files.read(path, TESTS)


def refused(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(FeedError) as refusal:
        read(tmp_path, content)
    assert refusal.value.sentence.of("zh")
    assert refusal.value.remedy.of("en")
    return refusal.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    sheet = read(tmp_path, f"{HEAD}330299199003071235,阴性,2020-02-15,王镕\n", encoding)
    assert sheet.cells["result"].to_pylist() == ["阴性"]
    assert sheet.everything["c3"].to_pylist() == ["王镕"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    sheet = read(tmp_path, f"{HEAD}1,阴性,2020-02-15,x\n".replace(",", delimiter))
    assert sheet.cells["sampled_at"].to_pylist() == ["2020-02-15"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_reads_the_same(tmp_path: Path, end: str) -> None:
    sheet = read(tmp_path, f"{HEAD}1,阴性,2020-02-15,x\n2,阳性,2020-02-16,y".replace("\n", end))
    assert sheet.numbers.to_pylist() == [2, 3]


def test_rows_are_numbered_as_on_the_screen(tmp_path: Path) -> None:
    body = "1,阴性,2020-02-15,a\n\n2,阴性\n,,,\n3,阴性,2020-02-15,b,c,d\n4,阴性,2020-02-15,e\n"
    sheet = read(tmp_path, f"市疾控中心日报,,,\n{HEAD}{body}")
    assert sheet.numbers.to_pylist() == [3, 8]
    assert [row.row for row in sheet.ragged] == [5, 7]
    assert sheet.rows == 4, "blank rows are no rows; ragged ones are"
    assert sheet.header.ignored == ("备注",)


def test_headers_may_come_in_any_order_in_either_language_and_with_notes(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Result, SAMPLED_AT *,身份证号（必填）\nnegative,2020-02-15,1\n")
    assert sheet.header.columns == {"result": 0, "sampled_at": 1, "id_number": 2}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "header-missing"),
        (HEAD, "no-rows"),
        (HEAD.strip(), "no-rows"),
        (f"{HEAD},,,\n\n", "no-rows"),
        ("证件号码,检测结果\n1,阴性\n", "header-missing"),
        ("姓名,年龄\n王,3\n", "header-missing"),
        ("证件号码,检测结果,采样时间,结果\n1,阴性,2020-02-15,阳性\n", "header-twice"),
        (f"{HEAD}1,阴性,2020-02-15,\0\n", "csv-nul"),
        (f'{HEAD}1,阴性,2020-02-15,"说明\n2,阳性,2020-02-15,x\n', "csv-quote-open"),
        (f'{HEAD}1,阴性,2020-02-15,"a\n2,阳性,2020-02-15,b\n3,阴性,2020-02-15,"c\n', "csv-quote-open"),
        (f'{HEAD}1,"阴\n性",2020-02-15,x\n', "csv-quote-open"),
        (f"{HEAD}1,阴性,2020-02-15,{'长' * 2001}\n", "cell-too-long"),
        (HEAD.encode() + "1,阴性,2020-02-15,完".encode()[:-1], "file-truncated"),
        (HEAD.encode() + "1,阴性,2020-02-15,".encode() + "阳性".encode("gbk") + b"\n", "encoding-mixed"),
        (HEAD.encode("gbk") + b"1,\xff\xff,2020-02-15,x\n", "encoding-unknown"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 255)) * 20, "encoding-unknown"),
        ((HEAD + "1,阴性,2020-02-15,x\n").encode("utf-16")[:-1], "file-truncated"),
    ],
)
def test_what_can_not_be_read_for_certain_is_refused_with_its_code(
    tmp_path: Path, content: str | bytes, code: str
) -> None:
    assert refused(tmp_path, content) == code


def test_a_note_may_hold_a_line_break(tmp_path: Path) -> None:
    sheet = read(tmp_path, f'{HEAD}1,阴性,2020-02-15,"第一行\n第二行"\n2,阴性,2020-02-15,x\n')
    assert sheet.numbers.to_pylist() == [2, 3]


def test_too_many_rows_and_columns_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = dataclasses.replace(LIMITS, rows=2, columns=5, line_bytes=4096)
    for module in (csv_files, sheets):
        monkeypatch.setattr(module, "LIMITS", small)
    assert refused(tmp_path, HEAD + "1,阴性,2020-02-15,x\n" * 3) == "too-many-rows"
    assert refused(tmp_path, HEAD.strip() + ",a,b,c\n" + "1,阴性,2020-02-15,x,,,\n") == "too-many-columns"
    assert refused(tmp_path, HEAD + f"1,阴性,2020-02-15,{'x' * 9000}\n") == "csv-line-too-long"


@sought(150)
@given(st.binary(max_size=400))
def test_no_bytes_after_a_header_make_the_reader_fail_otherwise(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes
) -> None:
    path = tmp_path_factory.mktemp("csv") / "any.csv"
    path.write_bytes(HEAD.encode() + tail)
    try:
        sheet = csv_files.read(path, TESTS)
    except FeedError:
        return
    assert sheet.cells.num_rows == len(sheet.numbers) == sheet.everything.num_rows
    assert sheet.rows > 0
