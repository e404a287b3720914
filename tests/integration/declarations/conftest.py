"""What the tests of declarations share: a gazetteer of one compound, accounts, answers of somebody who is nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stdnum.iso7064 import mod_11_2

from tests.acting import an_official
from yimatong.records.actions import places
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Official
from yimatong.stations.declarations.actions import channels, declaring, signing_in
from yimatong.stations.declarations.actions.declaring import Declared
from yimatong.stations.declarations.actions.signing_in import Claims
from yimatong.stations.declarations.models import Account

NOW = datetime(2020, 2, 18, 2, 0, tzinfo=UTC)
"""The city's instant: 18 February 2020, 10:00 in Ningbo."""
STATEMENT = "2020-02-15"
STREET = 330203001


def document(number: int, born: str = "19900307") -> str:
    """A resident's number that is nobody's: area 330299, the right check digit."""
    body = f"330299{born}{number:03d}"
    return body + mod_11_2.calc_check_digit(body)


def real() -> datetime:
    """Real time, as an edge would say it."""
    return datetime.now(UTC)


@pytest.fixture
def stairwells(db: None) -> dict[str, int]:
    """Compound 月湖小区 with 1幢 of two stairwells and 2幢 of one: the numbers by name."""
    kinds = [("compound", "月湖小区", STREET, None)]
    compound = places.ensure_places(kinds)[kinds[0]]
    buildings = [("building", name, STREET, compound) for name in ("1幢", "2幢")]
    numbers = places.ensure_places(buildings)
    first, second = (numbers[key] for key in buildings)
    made = places.ensure_stairwells([(first, "1单元"), (first, "2单元"), (second, "1单元")])
    return {
        "compound": compound, "1幢": first, "2幢": second,
        "1-1": made[first, "1单元"], "1-2": made[first, "2单元"], "2-1": made[second, "1单元"],
    }  # fmt: skip


@pytest.fixture
def answers(stairwells: dict[str, int]) -> Callable[..., dict[str, Any]]:
    """Answers of somebody well who has been nowhere, with what is given changed."""

    def fill(number: int = 1, **given: Any) -> dict[str, Any]:
        return {
            "name": "王小明", "sex": "male", "nationality": "CN", "id_type": "resident", "id_number": document(number),
            "phone": f"1380000{number:04d}", "home_division": STREET, "home_compound": stairwells["compound"],
            "home_building": stairwells["1幢"], "home_stairwell": stairwells["1-1"], "home_since": "2018-06-01",
            "symptoms": [], "contact_symptomatic": False, "contact_confirmed": False,
            "in_city": True, "elsewhere": False, "itinerary": [], "coresidents": [],
        } | given  # fmt: skip

    return fill


@pytest.fixture
def alipay(db: None) -> str:
    """A channel that verifies identity."""
    channels.register(
        by=the_system(), slug="alipay", kind="oidc", title_zh="支付宝", title_en="Alipay",
        issuer="https://alipay.example", client_id="yimatong", secret="s" * 32, verifies_identity=True,
    )  # fmt: skip
    return "alipay"


@pytest.fixture
def verified(alipay: str) -> Callable[..., Account]:
    """An account of a channel that has checked the document."""

    def enter(number: int = 1, name: str = "王小明") -> Account:
        claims = Claims(name=name, id_type="resident", id_number=document(number), phone=f"1380000{number:04d}")
        return signing_in.sign_in(channel=alipay, subject=f"user-{number}", claims=claims, at=real())

    return enter


@pytest.fixture
def by_phone(db: None) -> Callable[[str], Account]:
    """An account of the plain browser, its phone proved."""

    def enter(phone: str) -> Account:
        return signing_in.sign_in(channel="browser", subject=phone, claims=Claims(phone=phone), at=real())

    return enter


@pytest.fixture
def health(db: None) -> Official:
    """An official of the health department."""
    return an_official("health", Official.Role.HEALTH, name="卫健")


def declare(
    account: Account, answers: dict[str, Any], *, now: datetime = NOW, at: datetime | None = None, **rest: Any
) -> Declared:
    """Declare with the wording in force."""
    return declaring.declare(account=account, answers=answers, statement=STATEMENT, now=now, at=at or real(), **rest)


def later(**by: float) -> datetime:
    """The city's instant that much after NOW."""
    return NOW + timedelta(**by)
