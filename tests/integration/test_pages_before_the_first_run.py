"""What the office sees before anything was recorded or judged: what to do, and no error."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.acting import signed_in
from yimatong.records.actions import officials

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A signed-in official of the control office, reading English."""
    office = officials.appoint(
        by=officials.the_system(), username="office", name="office", role="control_office", password="not-used-here"
    )
    browser = signed_in(office)
    browser.cookies["django_language"] = "en"
    return browser


def test_the_overview_says_what_to_do(client):
    html = client.get("/").content.decode()
    assert "Nobody has been judged yet." in html
    assert "yimatong judge" in html
    assert "count-tile" not in html


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("runs", "No run yet"),
        ("deliveries", "No delivery yet"),
        ("places", "Every place of the lists was found"),
        ("looks", "Nobody has looked at anybody yet."),
        ("objections", "Nobody has objected to a fact."),
        ("policy", "The one-code pass of all Ningbo"),
    ],
)
def test_an_empty_page_says_so(client, name, said):
    answer = client.get(reverse(f"web:{name}"))
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_run_that_never_was_is_not_found(client):
    assert client.get(reverse("web:run", args=[1])).status_code == 404
