"""The control office's first page, and the runs behind it: the figures are the database's."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.integration.web.looking import page
from yimatong.core.colour import Colour
from yimatong.edges.web.office.cases import reported
from yimatong.stations.judgements.models import CurrentVerdict

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])


def tiles(html: str) -> dict[str, int]:
    found = re.findall(r'data-colour="(\w+)">.*?<span class="figure">([\d,]+)</span>', html, re.DOTALL)
    return {colour: int(figure.replace(",", "")) for colour, figure in found}


def data(html: str, name: str) -> dict:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def excel(client, address: str) -> list[list]:
    answer = client.get(address)
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_the_big_figures_are_the_verdicts_in_force(signed_in):
    html = page(signed_in(), "/")
    in_force = {colour.value: CurrentVerdict.objects.filter(colour=colour.value).count() for colour in Colour}
    assert in_force == {"red": 2, "yellow": 2, "green": 3, "unknown": 1}
    assert tiles(html) == in_force


def test_the_change_since_the_run_before_is_shown(signed_in, town):
    assert f"±0 since run {town.runs[-2]}" in page(signed_in(), "/")


def test_the_map_has_each_district_with_its_counts(signed_in):
    shown = data(page(signed_in(), "/"), "map-data")
    assert shown["city"] == "330200"
    districts = {district["code"]: district["values"] for district in shown["districts"]}
    assert districts["330203"]["red"] == 1
    assert districts["330205"] == {"red": 1, "yellow": 1, "red-rate": 5000.0, "yellow-rate": 5000.0}
    assert all(code.startswith("3302") for code in districts)


def test_the_curve_has_one_point_a_day_that_was_judged(signed_in):
    shown = data(page(signed_in(), "/"), "colour-data")
    assert shown["days"] == ["2/16", "2/17", "2/18"]
    assert {series["id"]: series["values"] for series in shown["series"]} == {"red": [2, 2, 2], "yellow": [2, 2, 2]}


def test_the_epidemic_curve_counts_cases_by_the_day_of_their_report(signed_in):
    shown = data(page(signed_in(), "/"), "case-data")
    assert shown["days"] == ["2/14"]
    assert {series["id"]: series["values"] for series in shown["series"]} == {
        "confirmed": [1],
        "suspected": [0],
        "asymptomatic": [0],
        "so-far": [1],
    }


def test_the_epidemic_curve_has_no_gap_and_knows_no_future(town):
    town.fact("孙绿", "case", "suspected", datetime(2020, 2, 17, 1, 0, tzinfo=UTC))
    days = reported(datetime(2020, 2, 18, tzinfo=UTC))
    assert [(count.day.day, sum(count.counts.values())) for count in days] == [(14, 1), (15, 0), (16, 0), (17, 1)]
    assert len(reported(datetime(2020, 2, 16, tzinfo=UTC))) == 1


def test_every_rule_of_the_policy_has_its_bar_and_leads_to_its_people(signed_in):
    html = page(signed_in(), "/")
    rules = re.findall(r'\?people\.rule=([\w.]+)"', html)
    assert len(rules) == 13
    assert rules[0] == "red.confirmed"


def test_the_district_table_goes_to_excel_sorted_as_shown(signed_in):
    rows = excel(signed_in(), "/?districts.sort=-people&export=districts")
    assert rows[0] == ["District", "Code", "Red", "Yellow", "Green", "No code yet", "People"]
    assert rows[1][1:] == ["330212", 0.0, 0.0, 3.0, 1.0, 4.0]
    assert len(rows) == 4


def test_the_history_lists_the_runs_newest_first(signed_in, town):
    html = page(signed_in(), reverse("web:runs"))
    listed = [int(number) for number in re.findall(r'<a href="/runs/(\d+)/"', html)]
    assert listed == [town.failed, *town.runs[::-1]]
    assert "in force" in html


def test_a_run_shows_its_hashes_its_policy_and_how_to_judge_it_again(signed_in, town):
    from yimatong.stations.judgements.models import Run

    html = page(signed_in(), reverse("web:run", args=[town.runs[-1]]))
    run = Run.objects.get(number=town.runs[-1])
    hashes = [run.policy_id, run.lake, *run.outputs.values(), *(table["sha256"] for table in run.inputs.values())]
    assert len(hashes) > 10
    assert all(digest in html for digest in hashes)
    assert f"yimatong runs replay {run.number}" in html


def test_a_run_shows_what_it_changed_by_district_and_rule(signed_in, town):
    client, address = signed_in(), reverse("web:run", args=[town.runs[0]])
    rows = excel(client, f"{address}?export=by-rule")
    assert ["Confirmed case", "Red", 0.0, 1.0, 1.0] in rows
    districts = excel(client, f"{address}?export=by-district")
    assert districts[0][:5] == ["District", "Red", "Yellow", "Green", "No code yet"]
    assert [0.0, 0.0, 3.0, 1.0] in [row[1:5] for row in districts[1:]]


def test_there_is_no_page_of_a_run_that_never_was(signed_in):
    assert signed_in().get(reverse("web:run", args=[999_999])).status_code == 404
