"""Every try, with its guard and without it: refused or found with it, and at its aim without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError

from tests.attack.town import Attacked, taken_together
from tests.attack.tries import Attack, Denied, Found, Neither, NoDoor, Noticed, Refused, everything
from tests.integration.guards.bare import Bare, refusal
from tests.integration.guards.test_every_trigger import triggers
from tests.integration.guards.tries import try_of
from tests.integration.refusing import state
from yimatong.core.errors import YimatongError

pytestmark = [pytest.mark.attack, pytest.mark.xdist_group("attacked")]
TABLE = everything()
HERE = [one for one in TABLE if one.do and not one.commits]
COMMITTING = [one for one in TABLE if one.do and one.commits]
TRIGGERS = [one for one in TABLE if not one.do and not one.planted]
Told = Callable[[str, object], None]


def outcome(one: Attack, city: Attacked) -> object:
    """How a try ends: what refused or noticed it, else whether it reached its aim."""
    assert one.do is not None
    try:
        return one.do(city)
    except DatabaseError as refused:
        return Refused(state(refused))
    except YimatongError as refused:
        return Refused(refused.code)
    except Denied as refused:
        return Refused(refused.code)
    except Noticed as found:
        return found.by


def stands(one: Attack, ended: object) -> None:
    """With its guard a try ends as the table says."""
    match one.answer:
        case Refused():
            assert ended == one.answer
        case Found():
            assert ended == one.answer.by
        case NoDoor():
            assert ended is False, "there is a door"
        case Neither():
            assert ended is True, f"{one.id} is answered now: say so in the table"


def each(some: list[Attack]) -> list[object]:
    """As parameters, by name; the slow ones are left to `make attack`."""
    return [pytest.param(one, id=one.id, marks=[pytest.mark.soak] if one.slow else []) for one in some]


@pytest.mark.django_db(databases=["default", "judge", "owner"])
@pytest.mark.parametrize("one", each(HERE))
def test_a_try_is_refused_or_found(one: Attack, city: Attacked, record_property: Told) -> None:
    record_property("attack", one.id)
    stands(one, outcome(one, city))


@pytest.mark.django_db(databases=["default", "judge", "owner"])
@pytest.mark.parametrize("one", each([one for one in HERE if one.off]))
def test_without_its_guard_a_try_reaches_its_aim(one: Attack, city: Attacked, record_property: Told) -> None:
    record_property("bare", one.id)
    with taken_together(one.off, city):
        assert outcome(one, city) is True


@pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
@pytest.mark.parametrize("one", each(COMMITTING))
def test_a_try_that_commits_is_refused_or_found(
    one: Attack, made: tuple[Attacked, object, object], copied: None, record_property: Told
) -> None:
    record_property("attack", one.id)
    stands(one, outcome(one, made[0]))


@pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
@pytest.mark.parametrize("one", each([one for one in COMMITTING if one.off]))
def test_without_its_guard_a_try_that_commits_reaches_its_aim(
    one: Attack, made: tuple[Attacked, object, object], copied: None, record_property: Told
) -> None:
    record_property("bare", one.id)
    with taken_together(one.off, made[0]):
        assert outcome(one, made[0]) is True


@pytest.mark.parametrize("one", each(TRIGGERS))
def test_a_trigger_refuses_its_try_and_nothing_else_does(one: Attack, bare: Bare, record_property: Told) -> None:
    """The tries of tests/integration/guards, in a database in which nothing but triggers refuses anything; each of its triggers off."""
    record_property("attack", one.id)
    record_property("bare", one.id)
    mine = [trigger for trigger in triggers(bare) if trigger.function == one.id]
    assert mine
    assert isinstance(one.answer, Refused)
    for trigger in mine:
        tried = try_of(trigger)
        assert tried is not None
        with bare.trying(None, tried.there) as opened:
            refused = refusal(opened, tried.statement)
        assert refused is not None, str(trigger)
        assert refused.code == tried.code, str(trigger)
        off = f"ALTER TABLE public.{trigger.table} DISABLE TRIGGER {trigger.name}"
        with bare.trying(None, tried.there, before=(off,)) as opened:
            later = refusal(opened, tried.statement)
        assert later is None or f"{trigger.function}()" not in later.within, str(trigger)
