"""The wording of truthfulness: nothing is declared without it, and it is the one that was read."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.integration.web.residents import Resident
from tests.integration.web.town import id_number
from yimatong.records.calendar import today
from yimatong.stations.declarations.models import Declaration, Statement

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])


def test_nothing_is_declared_without_the_agreement_or_with_something_missing(
    resident: Resident, dwelling: dict[str, int]
) -> None:
    missing = resident.client.post(reverse("me:review", args=["self"]), {"agreed": "2020-02-15"})
    assert missing.status_code == 422
    assert "still missing" in missing.content.decode()
    text = resident.see("review", "self")
    assert 'data-version="2020-02-15"' in text
    resident.declare_everything(dwelling, id_number(504))
    before = Declaration.objects.count()
    refused = resident.client.post(reverse("me:review", args=["self"]), {})
    assert refused.status_code == 422
    assert "Without this agreement nothing is declared" in refused.content.decode()
    assert Declaration.objects.count() == before


def test_who_read_the_wording_of_yesterday_is_shown_todays_before_anything_is_declared(
    resident: Resident, dwelling: dict[str, int]
) -> None:
    resident.declare_everything(dwelling, id_number(512))
    before = Declaration.objects.count()
    Statement.objects.create(version="today", zh="新的文字", en="Another wording.", first_day=today())
    sent = reverse("me:review", args=["self"])
    resident.client.get(reverse("me:declare", args=["self"]))
    resident.fill("itinerary", in_city="no", elsewhere="no")
    late = resident.client.post(sent, {"agreed": "2020-02-15"})
    text = late.content.decode()
    assert (late.status_code, Declaration.objects.count()) == (422, before)
    assert "Another wording." in text
    assert 'name="agreed" value="today"' in text
    assert resident.client.post(sent, {"agreed": "today"}).status_code == 302
    assert Declaration.objects.latest("id").statement_id == "today"
