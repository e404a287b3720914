"""E2, C7: complaining without signing in, and the office's list and answers, as pages."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.integration.dispositions.gate import a_checkpoint
from tests.integration.web.looking import page
from yimatong.records.models import AuditEntry
from yimatong.stations.appeals.models import Complaint
from yimatong.stations.checkpoints.models import Checkpoint

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
SAID = "绿码，说是外地牌照不让进"


@pytest.fixture
def gate(town) -> Checkpoint:
    return a_checkpoint(330203001)


@pytest.fixture
def phone() -> Client:
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


def complained(phone: Client, address: str, **changed: str) -> str:
    """Complain; the receipt."""
    answer = phone.post(address, {"kind": "plate", "words": SAID} | changed)
    assert answer.status_code == 302, answer.content.decode()
    found = re.search(r"data-receipt>([0-9A-Z-]{14})<", page(phone, answer["Location"]))
    assert found
    return found.group(1)


def test_anybody_complains_from_their_own_phone_and_sees_where_it_stands(phone, gate, signed_in):
    number = complained(phone, f"/complain/{gate.pk}/K7Q2/")
    made = Complaint.objects.get()
    assert (made.kind, made.checkpoint, made.slip, made.source) == ("plate", gate, "K7Q2", "page")
    stranger = Client()
    stranger.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    waiting = stranger.post("/complain/receipt/", {"receipt": number.lower()}).content.decode()
    assert "Gaoqiao" in waiting
    assert "not yet" in waiting
    assert SAID not in waiting
    office = signed_in("office")
    office.post(f"/complaints/{made.pk}/", {"words": "已纠正。"})
    assert "已纠正。" in stranger.post("/complain/receipt/", {"receipt": number}).content.decode()


def test_the_page_of_a_gate_offers_every_kind_of_the_policy_and_nothing_by_plate(phone, gate):
    html = page(phone, f"/complain/{gate.pk}/")
    assert re.findall(r'name="kind" value="(\w+)"', html)[:1] == ["refused_despite_green"]
    assert {"plate", "household_registration", "conduct", "landlord", "employer", "other"} <= set(
        re.findall(r'value="(\w+)"', html)
    )
    assert "Gaoqiao" in html
    assert phone.get("/complain/").status_code == 200
    assert phone.get("/complain/999999/").status_code == 404
    assert phone.get("/complain/99999999999999/").status_code == 404
    assert phone.get(f"/complain/{gate.pk}/<x>/").status_code == 404


def test_mistakes_keep_what_was_written(phone, gate):
    answer = phone.post(f"/complain/{gate.pk}/", {"kind": "", "words": SAID})
    assert answer.status_code == 422
    assert 'data-code="complaint-kind"' in answer.content.decode()
    assert SAID in answer.content.decode()
    unknown = phone.post("/complain/receipt/", {"receipt": "0000-0000-0000"})
    assert (unknown.status_code, "complaint-unknown" in unknown.content.decode()) == (422, True)
    assert not Complaint.objects.exists()


def test_one_browser_complains_a_few_times_an_hour(phone, gate):
    statuses = [phone.post(f"/complain/{gate.pk}/", {"kind": "conduct", "words": ""}).status_code for _ in range(7)]
    assert statuses == [302] * 5 + [429] * 2
    assert Complaint.objects.count() == 5


def test_the_receipt_is_shown_to_this_browser_alone(phone, gate):
    complained(phone, f"/complain/{gate.pk}/")
    assert Client().get("/complain/done/").status_code == 302


def test_the_list_has_no_words_and_reading_them_is_recorded(phone, gate, signed_in):
    complained(phone, f"/complain/{gate.pk}/")
    office, number = signed_in("office"), Complaint.objects.get().pk
    assert SAID not in page(office, "/complaints/")
    assert SAID not in page(office, f"/complaints/{number}/")
    assert not AuditEntry.objects.filter(action="complaint.read").exists()
    read = office.post(f"/complaints/{number}/words/")
    assert SAID in read.content.decode()
    assert read["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="complaint.read", by__username="office").count() == 1


def test_whoever_has_just_read_it_can_take_it_up_from_there(phone, gate, signed_in):
    complained(phone, f"/complain/{gate.pk}/")
    office, address = signed_in("office"), f"/complaints/{Complaint.objects.get().pk}/"
    read = office.post(f"{address}words/").content.decode()
    (action,) = re.findall(r'<form method="post" action="([^"]*)">(?:(?!</form>).)*name="take_up"', read, re.DOTALL)
    assert office.post(action, {"take_up": "1"})["Location"] == f"{address}?done=taken_up"


def test_who_may(phone, gate, signed_in):
    complained(phone, f"/complain/{gate.pk}/")
    address = f"/complaints/{Complaint.objects.get().pk}/"
    assert signed_in("auditor").get(address).status_code == 200
    assert signed_in("auditor").post(address, {"take_up": "1"}).status_code == 403
    assert signed_in("auditor").post(f"{address}words/").status_code == 403
    assert signed_in("health").get("/complaints/").status_code == 403
    assert signed_in("jiangbei").get(address).status_code == 404
    assert signed_in("office").post(address, {"take_up": "1"})["Location"].endswith("?done=taken_up")
    assert signed_in("office").post(address, {"take_up": "1"}).status_code == 422
    assert "being looked into" in page(signed_in("office"), "/complaints/")
