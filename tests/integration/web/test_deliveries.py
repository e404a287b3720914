"""Deliveries: counts, held rows in words, the report, and places that were not found."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.integration.web.looking import WHY, page
from yimatong.records.actions import deliveries
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.actions.intake import HeldBack, Taken
from yimatong.records.models import AuditEntry, Delivery

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])

SECRET = "330299199001010001"


@pytest.fixture
def tests_feed(town) -> Delivery:
    """A file of tests of which two rows were held."""
    delivery, _fresh = deliveries.open_delivery(
        by=town.office, feed="tests", stamp=Stamp("tests.xlsx", 10, "a" * 64), source="市疾控中心", legal_basis="test"
    )
    held = [
        (3, [HeldBack(3, "result", "word-unknown")], json.dumps({"证件号码": SECRET, "结果": "阴阴"})),
        (7, [HeldBack(7, "id_number", "id-number-check-digit")], json.dumps({"证件号码": SECRET, "结果": "阴性"})),
    ]
    count = deliveries.keep_held(delivery=delivery, held=held)
    deliveries.close(delivery=delivery, rows=12, taken=Taken(taken=9, unchanged=1), held=count)
    return delivery


@pytest.fixture
def list_feed(town) -> Delivery:
    """A list of risk areas of which one place was not found."""
    delivery, _fresh = deliveries.open_delivery(
        by=town.office, feed="risk-areas", stamp=Stamp("list.json", 10, "b" * 64), source="国务院", legal_basis="test"
    )
    row = json.dumps(["high", "浙江省", "宁波市", "海曙区", "无此街道1号楼"], ensure_ascii=False)
    count = deliveries.keep_held(delivery=delivery, held=[(1, [HeldBack(1, "text", "place-street-unknown")], row)])
    deliveries.close(delivery=delivery, rows=1, taken=Taken(), held=count)
    return delivery


def test_a_delivery_shows_its_counts_and_they_add_up(signed_in, tests_feed):
    html = page(signed_in(), reverse("web:deliveries"))
    assert "Nucleic acid tests" in html
    rows = CalamineWorkbook.from_filelike(BytesIO(signed_in().get("/deliveries/?export=deliveries").content))
    head, row = rows.get_sheet_by_index(0).to_python()[:2]
    found = dict(zip(head, row, strict=True))
    assert found["Rows"] == found["Taken"] + found["Unchanged"] + found["Held"] == 12


@pytest.mark.parametrize(
    ("language", "wrong", "column"),
    [("en", "none of the words of the closed list", "result"), ("zh-hans", "不在可选词之列", "结果")],
)
def test_a_held_row_is_told_in_words_without_its_values(signed_in, tests_feed, language, wrong, column):
    html = page(signed_in(language=language), reverse("web:delivery", args=[tests_feed.pk]))
    assert wrong in html
    assert column in html
    assert SECRET not in html
    assert "阴阴" not in html


def test_the_report_with_the_rows_needs_a_reason_and_leaves_a_trace(signed_in, tests_feed):
    client, address = signed_in(), reverse("web:held-report", args=[tests_feed.pk])
    refused = client.post(address, {"ground": "", "words": ""})
    assert refused.status_code == 422
    assert SECRET not in refused.content.decode()
    answer = client.post(address, WHY)
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert any(SECRET in map(str, row) for row in rows)
    entry = AuditEntry.objects.filter(action="held.report").latest("number")
    assert (entry.by.username, entry.subject) == ("office", f"delivery/{tests_feed.pk}")
    assert "2020-117 checked" in entry.details


def test_an_auditor_sees_what_was_held_but_not_the_rows(signed_in, tests_feed):
    client = signed_in("auditor")
    assert "Report with the rows as they came" not in page(client, reverse("web:delivery", args=[tests_feed.pk]))
    assert client.post(reverse("web:held-report", args=[tests_feed.pk]), WHY).status_code == 403


def test_a_refused_file_names_its_code(signed_in, town):
    refused = deliveries.refuse(
        by=town.office, feed="cases", stamp=Stamp("x.csv", 1, "c" * 64), source="x", legal_basis="x", code="not-utf8"
    )
    html = page(signed_in(), reverse("web:delivery", args=[refused.pk]))
    assert "The whole file was refused" in html
    assert "not-utf8" in html


def test_a_place_that_was_not_found_is_listed_in_the_lists_own_words(signed_in, list_feed):
    html = page(signed_in(), reverse("web:places"))
    assert "high 浙江省 宁波市 海曙区 无此街道1号楼" in html
    assert f'href="/deliveries/{list_feed.pk}/"' in html


def test_the_overview_tells_how_fresh_each_feed_is(signed_in, tests_feed):
    html = page(signed_in(), "/")
    table = html[html.index('id="table-feeds"') :]
    assert "Nucleic acid tests" in table
    assert "fresh" in table
