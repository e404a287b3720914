"""The auditor's page of looks in sum: officials, alarms, batches; who may see it, and that going further is itself recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.integration.web.looking import opened, page
from tests.integration.web.town import Town
from yimatong.edges.web.official import watching
from yimatong.records import sums
from yimatong.records.actions import alarms
from yimatong.records.models import Alarm, AuditEntry, Official

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
SUMS = "/looks/sums/"


@pytest.fixture
def looked(signed_in, town: Town) -> Official:
    """A clerk who looked at two people, in sum."""
    client = signed_in("desk")
    for name in ("孙绿", "李确诊"):
        opened(client, town.numbers[name])
    sums.sum_day(sums.today())
    return Official.objects.get(username="desk")


@pytest.mark.parametrize(("who", "status"), [("auditor", 200), ("office", 200), ("health", 403), ("desk", 403)])
def test_looks_in_sum_are_for_auditor_and_control_office(signed_in, town, who, status):
    assert signed_in(who).get(SUMS).status_code == status


def test_an_officials_day_stands_in_a_row_that_leads_to_the_looks(signed_in, town, looked):
    client = signed_in("auditor")
    html = page(client, SUMS)
    today = sums.today().isoformat()
    address = f"/looks/?official={looked.pk}&amp;from={today}&amp;to={today}"
    assert address in html
    assert "Checking a delivery or a judgement: 2020-117 checked (2)" in html
    before = AuditEntry.objects.count()
    listed = page(client, address.replace("&amp;", "&"))
    assert listed.count("2020-117 checked") == 2
    entry = AuditEntry.objects.latest("number")
    assert AuditEntry.objects.count() == before + 1
    assert (entry.action, entry.subject, entry.by.username) == ("looks.list", f"official/{looked.pk}", "auditor")


def test_the_register_of_another_official_or_day_has_other_looks(signed_in, town, looked):
    client = signed_in("auditor")
    assert "2020-117" not in page(client, f"/looks/?official={Official.objects.get(username='office').pk}")
    assert "2020-117" not in page(client, f"/looks/?official={looked.pk}&to=2020-01-01")


@pytest.mark.parametrize(
    "asked", ["day=x&days=x", "day=0000-99-99", "day=99999999", "days=-1", "days=31", "sums.sort=nothing"]
)
def test_nonsense_in_the_address_is_today(signed_in, town, looked, asked):
    assert "2020-117 checked" in page(signed_in("auditor"), f"{SUMS}?{asked}")


@pytest.mark.parametrize(
    "asked", ["official=0", "official=99999999999", "from=0001-01-01&to=9999-12-31", "official=x&from=x"]
)
def test_nonsense_in_the_registers_address_is_no_failure(signed_in, town, looked, asked):
    assert signed_in("auditor").get(f"/looks/?{asked}").status_code == 200


def test_an_alarm_names_the_official_on_the_page_and_is_told_to_the_watch(signed_in, town, looked):
    assert "late-alarms" not in watching.late()
    alarms.ring(official=looked, sort=Alarm.Sort.WALK, count=9, at=timezone.now())
    html = page(signed_in("auditor"), SUMS)
    assert "Walk through documents or names" in html
    assert "1 alarm<" in html
    assert "late-alarms" in watching.late()
    assert "late-alarms" not in watching._seen.__wrapped__(0)
    assert 'data-watched="alarms" data-late' in page(signed_in("auditor"), "/watch/")


def test_an_alarm_of_yesterday_is_on_its_day_and_rings_no_more(signed_in, town, looked):
    yesterday = timezone.now() - timedelta(hours=25)
    alarms.ring(official=looked, sort=Alarm.Sort.MISSES, count=21, at=yesterday)
    assert "late-alarms" not in watching.late()
    assert "Many searches that find nobody" in page(signed_in("auditor"), f"{SUMS}?days=7")


def test_an_export_of_the_sums_is_recorded(signed_in, town, looked):
    answer = signed_in("auditor").get(f"{SUMS}?export=sums")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert AuditEntry.objects.latest("number").action == "looks.list"
