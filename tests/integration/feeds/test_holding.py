"""The holding area: a weak match never makes a fact by itself, an official may; the report can do no harm."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.integration.feeds.conftest import NOW, Take, csv_text, document
from yimatong.core.errors import YimatongError
from yimatong.edges.feeds import releasing, reports
from yimatong.edges.feeds.importing import Outcome
from yimatong.records.actions import held
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, Delivery, Fact, HeldRow, Official, Person

pytestmark = pytest.mark.django_db
CASES = ("姓名", "手机号", "分类", "报告时间", "发病日期")


@pytest.fixture
def weak(take: Take, town: Outcome) -> Outcome:
    """A confirmed case of whom only name and phone are told; two people could be meant."""
    take("people", f"证件号码,姓名\n{document(300)},王7\n", name="namesake.csv")
    return take("cases", csv_text(CASES, [("王7", "13800000008", "确诊", "2020-02-10 09:00", "2020-02-08")]))


def test_a_name_and_a_phone_never_make_a_fact_and_the_candidates_are_named(weak: Outcome) -> None:
    assert (weak.taken, weak.held) == (0, 1)
    assert Fact.objects.count() == 0
    row = HeldRow.objects.get()
    assert row.problems == [{"column": "id_number", "code": "person-not-certain"}]
    assert row.candidates == sorted(Person.objects.filter(name__in=["王7", "王8"]).values_list("pk", flat=True))


def test_an_official_confirms_the_person_and_the_fact_says_who_did(weak: Outcome, by: Official) -> None:
    person = Person.objects.filter(name="王7").earliest("pk")
    fact = releasing.confirm(
        by=by, held_row=HeldRow.objects.get().pk, person=person.pk, why="called back, ID shown", now=NOW
    )
    assert (fact.person, fact.kind, fact.detail, fact.recorded_by) == (person, "case", "confirmed", by)
    assert (fact.start, fact.onset) == (datetime(2020, 2, 10, 1, tzinfo=UTC), datetime(2020, 2, 7, 16, tzinfo=UTC))
    row = HeldRow.objects.get()
    assert (row.state, row.fact, row.settled_by, row.settled_why) == ("released", fact, by, "called back, ID shown")
    assert AuditEntry.objects.filter(action="held.release").count() == 1
    with pytest.raises(YimatongError) as refusal:
        releasing.confirm(by=by, held_row=row.pk, person=person.pk, why="again", now=NOW)
    assert refusal.value.code == "held-row-settled"


def test_the_machine_confirms_nobody(weak: Outcome) -> None:
    person = Person.objects.filter(name="王7").earliest("pk")
    with pytest.raises(YimatongError) as refusal:
        releasing.confirm(
            by=the_system(), held_row=HeldRow.objects.get().pk, person=person.pk, why="same name", now=NOW
        )
    assert refusal.value.code == "not-allowed"
    assert Fact.objects.count() == 0


def test_a_row_with_another_fault_is_mended_in_the_file_and_not_released(
    take: Take, town: Outcome, by: Official
) -> None:
    take("cases", csv_text(CASES, [("王7", "13800000007", "可能", "2020-02-10", "")]))
    with pytest.raises(YimatongError) as refusal:
        releasing.confirm(
            by=by, held_row=HeldRow.objects.get().pk, person=Person.objects.earliest("pk").pk, why="x", now=NOW
        )
    assert refusal.value.code == "held-row-not-a-match"


def test_a_held_row_is_dismissed_with_a_reason(weak: Outcome, by: Official) -> None:
    with pytest.raises(YimatongError):
        held.dismiss(by=by, held_row=HeldRow.objects.get().pk, why=" ", now=NOW)
    held.dismiss(by=by, held_row=HeldRow.objects.get().pk, why="delivered again correctly", now=NOW)
    assert HeldRow.objects.get().state == "dismissed"


def test_the_held_row_lies_sealed(weak: Outcome) -> None:
    assert "王7".encode() not in bytes(HeldRow.objects.get().sealed)
    assert b"1380000" not in bytes(HeldRow.objects.get().sealed)


def test_the_report_names_row_column_reason_and_remedy_in_both_languages(
    take: Take, town: Outcome, by: Official, tmp_path: Path
) -> None:
    outcome = take(
        "tests",
        csv_text(("证件号码", "检测结果", "采样时间", "备注"), [(document(1), "可能", "2020-02-31", "x")]) + "孤行\n",
    )
    assert (
        reports.write(Delivery.objects.filter(pk=outcome.delivery), tmp_path / "report.xlsx", by=by, why="to send back")
        == 2
    )
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("行号 / row", "列 / column", "问题")
    assert rows[1][:3] == ("2", "检测结果 / result", "不在可选词之列")
    assert rows[1][4] == "this is none of the words of the closed list"
    assert rows[2][:3] == ("2", "采样时间 / sampled_at", "不是日期或时间")
    assert rows[3][0] == "3"
    assert rows[3][6] == "cells-missing"
    assert document(1) in rows[1], "whoever mends the file sees the row as it came"
    assert AuditEntry.objects.filter(action="held.report").count() == 1


@pytest.mark.parametrize(
    "hostile",
    ['=HYPERLINK("http://127.0.0.1/","x")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "http://127.0.0.1/", "\t=1+1"],
)
def test_nothing_in_the_report_is_ever_run(
    take: Take, town: Outcome, by: Official, tmp_path: Path, hostile: str
) -> None:
    cell = '"' + hostile.replace('"', '""') + '"'
    outcome = take(
        "tests", csv_text(("证件号码", "姓名", "检测结果", "采样时间"), [(document(1), cell, cell, "2020-02-15")])
    )
    assert outcome.held == 1
    reports.write(Delivery.objects.filter(pk=outcome.delivery), tmp_path / "report.xlsx", by=by, why="x")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    for row in book.worksheets[0].iter_rows():
        for cell_ in row:
            assert cell_.data_type in ("s", "n", "inlineStr"), cell_.value
            assert cell_.hyperlink is None
            assert cell_.data_type != "f"
