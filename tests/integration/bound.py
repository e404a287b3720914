"""Somebody binds a phone in the home of a running product (tests/browser/aside.py)."""

from __future__ import annotations

from tests.integration.passes.town import an_account, bind
from yimatong.records import clock
from yimatong.records.models import Person
from yimatong.stations.judgements.models import CurrentVerdict


def answer() -> int:
    """Bind one for the first who is green; whose it is."""
    person = CurrentVerdict.objects.filter(colour="green").order_by("person")[3].person
    bind(an_account(Person.objects.get(pk=person)), person, now=clock.now())
    return person
