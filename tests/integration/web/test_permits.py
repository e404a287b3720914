"""B8, E19: the desk of special permits, as its pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.integration.web.looking import page
from tests.integration.web.town import Town, id_number
from yimatong.records import calendar, clock
from yimatong.records.models import Fact, Look
from yimatong.stations.passes.models import SpecialPermit

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
WHY = {"ground": "permit", "words": "车辆通行证已核"}


def days(ahead: int) -> str:
    return (calendar.day(clock.now()) + timedelta(days=ahead)).isoformat()


def found(client: Client, town: Town, name: str = "钱广州") -> str:
    document = id_number(list(town.numbers).index(name) + 1)
    answer = client.post(reverse("web:permit-find"), {**WHY, "id_type": "resident", "id_number": document})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def filled(**changed: str) -> dict[str, str]:
    given = {"sort": "goods_driver", "document": "police", "number": "浙B-800117", "first": days(0), "last": days(30)}
    return given | changed


def test_a_clerk_issues_a_permit_after_a_recorded_look(signed_in, town):
    client = signed_in("desk")
    address = found(client, town)
    assert Look.objects.get(where="permit").why == "permit: 车辆通行证已核"
    html = page(client, address)
    assert "钱**" in html
    assert "钱广州" not in html
    answer = client.post(address, filled())
    permit = SpecialPermit.objects.get()
    assert answer["Location"] == f"/permits/{permit.pk}/?done=issued"
    assert Fact.objects.get(kind="permit").person_id == town.numbers["钱广州"]
    shown = page(client, answer["Location"])
    assert "in force" in shown
    assert "0117" in shown
    assert "800117" not in shown
    assert "End it early" not in shown


def test_a_mistake_is_told_at_its_field_and_nothing_is_kept(signed_in, town):
    client = signed_in("desk")
    address = found(client, town)
    for given, field, said in (
        (filled(document="employer"), "document", "does not rest on this kind"),
        (filled(last=days(400)), "last", "be at most 180"),
        (filled(first=days(-1)), "last", "must begin today or later"),
    ):
        answer = client.post(address, given)
        assert answer.status_code == 422
        assert re.search(rf'id="id_{field}_error"><li>[^<]*{said}', answer.content.decode())
    assert not SpecialPermit.objects.exists()


def test_two_permits_never_overlap_and_the_page_says_which_is_in_the_way(signed_in, town):
    client = signed_in("desk")
    address = found(client, town)
    client.post(address, filled())
    answer = client.post(address, filled(first=days(3)))
    assert answer.status_code == 422
    assert days(30) in answer.content.decode()
    assert SpecialPermit.objects.count() == 1


def test_the_control_office_ends_one_early_with_a_reason_and_a_clerk_cannot(signed_in, town):
    clerk, office = signed_in("desk"), signed_in("office")
    clerk.post(found(clerk, town), filled())
    address = reverse("web:permit", args=[SpecialPermit.objects.get().pk])
    assert clerk.post(address, {"why": "x"}).status_code == 403
    assert office.post(address, {"why": " "}).status_code == 422
    assert office.post(address, {"why": "车辆通行证被收回"}).status_code == 302
    html = page(clerk, address)
    assert "ended early" in html
    assert "车辆通行证被收回" in html
    again = office.post(address, {"why": "again"})
    assert again.status_code == 422
    assert "permit-over" in again.content.decode()


def test_who_sees_what(signed_in, town):
    signed_in("desk").post(found(signed_in("desk"), town), filled())
    for username, issues in (("office", True), ("desk", True), ("health", False), ("auditor", False)):
        html = page(signed_in(username), "/permits/")
        assert ("/permits/find/" in html) is issues
        assert "钱" not in html
        assert signed_in(username).get("/permits/find/").status_code == (200 if issues else 403)


def test_a_look_of_somebody_else_opens_no_form(signed_in, town):
    address = found(signed_in("desk"), town)
    assert signed_in("office").get(address).status_code == 404
