"""Runs that are still going on, and runs that failed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from tests.integration.web.looking import page
from yimatong.stations.judgements import queries

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])


def test_the_history_renews_itself_while_a_run_goes_on_and_stands_still_after_it(signed_in, monkeypatch):
    client, address = signed_in(), reverse("web:runs")
    assert "hx-trigger" not in page(client, address)
    last = queries.runs(1)[0]
    going = replace(last, run=last.run + 1, state="judged", in_force=False, error=None)
    monkeypatch.setattr("yimatong.edges.web.office.runs.queries.runs", lambda limit: (going, last))
    html = page(client, address)
    assert 'hx-trigger="every 4s"' in html
    assert "Still at work." in html


def test_a_run_that_failed_says_by_which_mistake_and_what_stays_in_force(signed_in, town):
    html = page(signed_in(), reverse("web:run", args=[town.failed]))
    assert "This run stopped with the mistake lake-restless." in html
    assert "What was in force before stays in force." in html
    assert "count-tile" not in html
