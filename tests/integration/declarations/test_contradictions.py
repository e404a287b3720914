"""A12: what a declaration denies and others have recorded opens a case; no colour comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.declarations.conftest import NOW, declare, later, real
from yimatong.records.actions import people, places
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Fact, Stay
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import contradicting, settling
from yimatong.stations.declarations.models import Contradiction

pytestmark = pytest.mark.django_db


@pytest.fixture
def train(verified, answers):
    """A journey to Wuhan that the railway has recorded of somebody who has declared."""

    def ride(number: int, division: int = 420106000, days_ago: int = 5) -> Stay:
        person = declare(verified(number), answers(number)).person
        where = places.ensure_named([(division, "车站")])[division, "车站"]
        moment = NOW - timedelta(days=days_ago)
        return people.record_stay(
            by=the_system(), person=person, place=where, arrive=moment, leave=moment + timedelta(hours=2),
            source="铁路", legal_basis="law",
        )  # fmt: skip

    return ride


def test_nowhere_else_and_a_journey_on_record_open_a_case_and_nothing_more(train, verified, answers):
    stay = train(1)
    before = set(Fact.objects.values_list("kind", "detail"))
    declare(verified(1), answers(1, home_since="2018-06-02"), now=later(hours=1))
    case = Contradiction.objects.get()
    assert (case.sort, case.says, case.evidence, case.state) == (
        "itinerary",
        "nowhere-else",
        [f"stay/{stay.pk}"],
        "open",
    )
    assert set(Fact.objects.values_list("kind", "detail")) == before


@pytest.mark.parametrize(("division", "days_ago"), [(330203001, 5), (420106000, 20)])
def test_a_stay_in_the_city_or_of_long_ago_contradicts_nothing(train, verified, answers, division, days_ago):
    train(1, division, days_ago)
    declare(verified(1), answers(1, home_since="2018-06-02"), now=later(hours=1))
    assert not Contradiction.objects.exists()


def test_a_later_station_opens_a_case_once_and_the_person_answers(verified, answers, health):
    account = verified(1)
    done = declare(account, answers(1))
    words = {
        "person": done.person,
        "sort": "itinerary",
        "says": "nowhere-else",
        "evidence": ["travel/1"],
        "key": "420106000",
    }
    case = contradicting.contradict(**words, now=NOW)
    assert contradicting.contradict(**words, now=NOW) is None
    account = type(account).objects.get(pk=account.pk)
    assert list(queries.open_contradictions(account)) == [case]
    contradicting.answer(account=account, contradiction=case.pk, words="火车只是经过", now=later(hours=1))
    settled = settling.settle(
        by=health, contradiction=case.pk, finding="mistake", why="核对车票", now=later(hours=2), at=real()
    )
    assert (settled.state, settled.finding, settled.settled_by) == ("settled", "mistake", health)
    assert not queries.open_contradictions(account).exists()


def test_nobody_undeclared_is_contradicted(db, stairwells):
    assert contradicting.contradict(person=1, sort="itinerary", says="x", evidence=[], key="x", now=NOW) is None


def test_what_was_taken_back_falsely_is_recorded_again_by_the_official(verified, answers, health):
    account = verified(1)
    rows = [{"division": 420106000, "place": "", "from": "2020-02-10", "to": "2020-02-12"}]
    said = {"elsewhere": True, "itinerary": rows, "contact_symptomatic": True, "contact_symptomatic_on": "2020-02-15"}
    done = declare(account, answers(1, **said))
    declare(account, answers(1), now=later(hours=5), at=real() + timedelta(hours=5))
    case = Contradiction.objects.get(sort="retracted")
    assert {name.partition("/")[0] for name in case.evidence} == {"contact", "stay"}
    assert not Stay.objects.filter(struck_at=None).exists()
    settling.settle(by=health, contradiction=case.pk, finding="false", why="车票为证", now=later(days=3), at=real())
    stay, contact = Stay.objects.get(struck_at=None), Fact.objects.get(struck_at=None, kind="contact")
    assert (stay.person_id, stay.source, stay.recorded_by) == (done.person, "hearing", health)
    assert (contact.source, contact.recorded_by) == ("hearing", health)
    declare(account, answers(1, home_since="2018-06-03"), now=later(days=3, hours=1), at=real() + timedelta(days=3))
    assert Stay.objects.filter(struck_at=None).count() == 1
