"""The command line of the feeds, and the pages that are written from the contracts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.acting import PASSWORD
from tests.integration.feeds.conftest import csv_text, document
from tests.integration.feeds.test_risk_areas import HAISHU, document as list_document, sample
from yimatong.core.errors import YimatongError
from yimatong.edges.cli.feeds import FEEDS, command
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.feeds.pages import pages
from yimatong.edges.feeds.risk_areas.open_texts import open_texts
from yimatong.records.actions.divisions import take_divisions
from yimatong.records.models import Delivery, HeldRow, Official, Person

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"


def run(*arguments: object, code: int = 0) -> str:
    """The output of a command that ends with this code."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    assert (result.return_value or 0) == code, result.output
    return result.output


def test_the_reference_pages_are_what_the_code_says() -> None:
    for name, text in pages().items():
        assert (REFERENCE / name).read_text(encoding="utf-8") == text, (
            f"{name}: run yimatong feeds contracts --out docs/reference"
        )


def test_every_feed_is_in_the_reference_and_on_the_command_line() -> None:
    page = pages()["feeds.md"]
    assert set(FEEDS) == {*CONTRACTS, "stays"}
    assert all(f"## `{feed}`" in page for feed in FEEDS)


def test_stale_pages_are_found(tmp_path: Path) -> None:
    run("contracts", "--out", tmp_path)
    run("contracts", "--check", tmp_path)
    (tmp_path / "feeds.md").write_text("old")
    assert "feeds.md" in run("contracts", "--check", tmp_path, code=1)


@pytest.mark.django_db
def test_a_file_goes_in_is_listed_reported_and_withdrawn(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(
        csv_text(("证件号码", "姓名", "备注"), [(document(1), "王1", "x"), ("1", "王2", "")])
    )
    said = run("import", "people", tmp_path / "p.csv", "--source", "街道")
    number = Delivery.objects.get().pk
    assert f"delivery {number}  people  rows 2 = taken 1 + unchanged 0 + held 1" in said
    assert "备注" in said, "columns that nobody knows are named"
    assert "nothing was changed" in run("import", "people", tmp_path / "p.csv", "--source", "街道")
    run("import", "people", tmp_path / "p.csv", "--source", "街道", "--strict", code=1)
    assert "taken" in run("list", "--feed", "people")
    run("held", number, "--out", tmp_path / "held.xlsx")
    assert (tmp_path / "held.xlsx").stat().st_size > 1000
    assert "struck 0" in run("withdraw", number, "--why", "by mistake")
    assert "withdrawn" in run("list")


@pytest.mark.django_db
def test_held_rows_are_confirmed_or_dismissed_by_an_official(
    tmp_path: Path, by: Official, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIMATONG_PASSWORD", "another one")
    with pytest.raises(YimatongError) as wrong:
        run("dismiss", 1, "--why", "not with this password", "--by", "office")
    assert wrong.value.code == "sign-in-wrong"
    monkeypatch.setenv("YIMATONG_PASSWORD", PASSWORD)
    (tmp_path / "p.csv").write_text(csv_text(("证件号码", "姓名"), [(document(1), "王1")]))
    rows = [("王1", "阴性", "2020-02-15"), ("王1", "阳性", "2020-02-16")]
    (tmp_path / "t.csv").write_text(csv_text(("姓名", "检测结果", "采样时间"), rows))
    run("import", "people", tmp_path / "p.csv", "--source", "街道")
    run("import", "tests", tmp_path / "t.csv", "--source", "医院")
    first, second = HeldRow.objects.order_by("row").values_list("pk", flat=True)
    person = Person.objects.get().pk
    assert run("confirm", first, "--person", person, "--why", "called back", "--by", "office").startswith("test/")
    run("dismiss", second, "--why", "delivered again", "--by", "office")
    assert set(HeldRow.objects.values_list("state", flat=True)) == {"released", "dismissed"}


@pytest.mark.django_db
def test_lists_of_risk_areas_go_in_and_what_is_open_is_listed(tmp_path: Path, by: Official) -> None:
    take_divisions(by=by, rows=sample())
    unknown = ("某省", "某市", "某县")
    (tmp_path / "a.json").write_bytes(
        list_document("2022-08-22 10时", {"high": {HAISHU: ["白云街道"], unknown: ["全域"]}})
    )
    (tmp_path / "b.json").write_bytes(
        list_document("2022-08-25 0时", {"high": {HAISHU: ["白云街道"], unknown: ["全域"]}})
    )
    said = run("risk-areas", tmp_path / "a.json", tmp_path / "b.json")
    assert "texts 2 = taken 1 + unchanged 0 + held 1  areas started 1, ended 0" in said
    assert "texts 2 = taken 0 + unchanged 1 + held 1  areas started 0, ended 0" in said
    assert [(text.province, text.text, text.why) for text in open_texts()] == [
        ("某省", "全域", "place-province-unknown")
    ]


@pytest.mark.django_db
def test_divisions_are_the_tables_of_the_repository_or_of_a_folder(tmp_path: Path) -> None:
    said = run("divisions")
    assert [number for number in ("street 41,352", "village 25,547") if number not in said] == []
    few = "code,name\n33,浙江省\n3302,宁波市\n330203,海曙区\n330203001,南门街道\n"
    (tmp_path / "divisions.csv").write_text(few, encoding="utf-8")
    assert "street 1;" in run("divisions", "--folder", tmp_path).replace(",", ";")
    from datetime import date

    from yimatong.records import queries

    assert queries.division_name(330203001, date(2020, 2, 15)) == "宁波市海曙区南门街道"
