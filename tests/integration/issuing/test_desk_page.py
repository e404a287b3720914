"""P14, S16: the page of a point's offline desks, what a held record shows to the office, and the page that a tablet keeps."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from tests.acting import an_official, signed_in
from tests.integration.issuing.tablet import Tablet, said
from tests.integration.issuing.test_desks import city_time, tablet
from tests.integration.passes.town import a_document
from yimatong.records.models import Official
from yimatong.stations.issuing.models import DeskDevice, DeskOffer, HeldEntry, Point

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])
__all__ = ["city_time", "tablet"]


@pytest.fixture
def at_the_desk(clerk: Official) -> Client:
    client = Client()
    signed_in(clerk, client)
    return client


def test_a_code_is_shown_once_and_desks_and_codes_are_revoked_together(
    at_the_desk: Client, point: Point, tablet: Tablet
):
    page = f"/desk/{point.pk}/devices/"
    shown = at_the_desk.post(f"{page}codes/", {"count": "2", "clerk": ""})
    assert shown["Cache-Control"] == "no-store"
    signs = re.findall(r"<code>([0-9A-Z ]+)</code>", shown.content.decode())
    assert len(signs) == 2
    assert Tablet.enrolled(signs[0].replace(" ", "")).device
    assert not any(one in at_the_desk.get(page).content.decode() for one in signs)
    offer = DeskOffer.objects.get(used_at=None)
    chosen = {"devices": [device.pk for device in DeskDevice.objects.all()], "offers": [offer.pk]}
    assert at_the_desk.post(f"{page}revoke/", chosen | {"why": ""}).status_code == 422
    assert at_the_desk.post(f"{page}revoke/", chosen | {"why": "遗失"}).status_code == 302
    assert not DeskDevice.objects.filter(revoked_at=None).exists()
    assert DeskOffer.objects.get(pk=offer.pk).revoked_at


def test_another_points_clerk_sees_nothing(point: Point):
    client = Client()
    signed_in(an_official("other", "clerk"), client)
    answer = client.get(f"/desk/{point.pk}/devices/")
    assert (answer.status_code, point.title in answer.content.decode()) == (422, False)


def test_what_was_held_is_opened_for_a_reason_with_what_was_written_on_the_road(at_the_desk: Client, tablet: Tablet):
    carried = tablet.carry(str(uuid4()))
    whom = {"document": {"id_type": "resident", "id_number": a_document(66), "name": "李四"}}
    unread = tablet.closed(kind="wish")
    card = tablet.closed(kind="card", number=tablet.next_number(carried), whom=whom)
    assert said(tablet.bring(unread, card)) == [("held", "record-wrong"), ("held", "person-unknown")]
    for held in HeldEntry.objects.order_by("pk"):
        assert at_the_desk.get(f"/held-entries/{held.pk}/").status_code == 200
        opened = at_the_desk.post(f"/held-entries/{held.pk}/content/", {"ground": "entry", "words": "stub in hand"})
        assert opened.status_code == 200
        assert ("李四" in opened.content.decode()) is (held.code == "person-unknown")
