"""The city that is attacked: 120 people judged as a whole and by day, keys and lists, phones, an official of each role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client

from tests.acting import an_official, owning, signed_in
from tests.integration.judgements.city import AS_OF, City
from tests.integration.judgements.painting import Scene, a_scene
from tests.integration.passes.town import NOW, Gate, Phone, an_account, bind, shown, strip
from yimatong.records.models import Official, Person
from yimatong.site.connections import login
from yimatong.site.postgres import Server
from yimatong.stations.judgements.models import CurrentVerdict
from yimatong.stations.passes.actions.bindings import Bound
from yimatong.stations.passes.upkeep import keep_up

POLICY = Path(__file__).resolve().parents[2] / "policies" / "cn-zj-ningbo"
OFFICIALS = {
    "office": "control_office",
    "second": "control_office",
    "health": "health",
    "clerk": "clerk",
    "auditor": "auditor",
}
KEPT = ("runs", "lake", "keys", "signed", "archive", "audit-heads")
Words = Sequence[Any] | Mapping[str, Any] | None


@dataclass
class Held:
    """A phone with somebody's pass of this hour."""

    phone: Phone
    bound: Bound
    pass_: bytes
    key: int


@dataclass
class Attacked:
    """The city as it stands, with somebody green and somebody red."""

    scene: Scene
    green: int
    red: int
    home: Path
    gates: dict[str, Gate] = field(default_factory=dict)

    def owner(self, statement: str, words: Words = None) -> list[tuple[Any, ...]]:
        """As the owner of the tables, in the try's own transaction; the rows, where there are some."""
        with owning() as cursor:
            cursor.execute(statement, words)
            return list(cursor.fetchall()) if cursor.description else []

    def by(self, role: str, statement: str, words: Words = None) -> list[tuple[Any, ...]]:
        """As a role of the database, in the try's own transaction; `owner` is the login itself."""
        if role == "owner":
            with owning() as cursor, transaction.atomic():
                cursor.execute(statement, words)
                return list(cursor.fetchall()) if cursor.description else []
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            try:
                cursor.execute(statement, words)
                return list(cursor.fetchall()) if cursor.description else []
            finally:
                if connections["default"].connection.info.transaction_status.name != "INERROR":
                    cursor.execute("SET LOCAL ROLE yimatong_app")

    def one(self, statement: str, words: Words = None) -> Any:
        """The one value of a question to the database."""
        return self.owner(statement, words)[0][0]

    def official(self, username: str) -> Official:
        """Somebody of the city's officials."""
        return Official.objects.get(username=username)

    def browser(self, username: str) -> Client:
        """A browser in which an official is signed in."""
        client = signed_in(self.official(username))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    def held(self, person: int, phone: Phone | None = None) -> Held:
        """The phone of somebody, bound now by an account of theirs."""
        mine = phone or Phone()
        bound = bind(an_account(Person.objects.get(pk=person)), person, mine, move=True)
        pass_, key = shown(strip(bound), NOW)
        return Held(mine, bound, pass_, key)

    def gate(self) -> Gate:
        """A checkpoint that has fetched what is signed."""
        made = Gate(self.home)
        made.sync(NOW)
        return made

    def at_the_gate(self, person: int) -> str:
        """The colour that a gate sees on the phone of somebody, or why it sees none."""
        held = self.held(person)
        return self.gate().look(held.phone, held.pass_, NOW, key=held.key)

    def login(self) -> dict[str, Any]:
        """How the tables' owner logs in to this database."""
        return login(connections["owner"].settings_dict)

    def page_login(self) -> dict[str, Any]:
        """How the product's pages log in, with a password of their own (on a server of one's own, tests have one login)."""
        from yimatong.site.environment import environment
        from yimatong.site.passwords import APP

        given = environment()
        if given.database_url:
            pytest.skip("one login on a server of one's own")
        where = Server.at(given.home, given.postgres_user).location(APP)
        return login({**where, "NAME": connections["owner"].settings_dict["NAME"]})

    def colour(self, person: int) -> str:
        """The colour in force."""
        return str(CurrentVerdict.objects.get(person=person).colour)


def built() -> Attacked:
    """Make the city in the database that the aliases lead to."""
    home = Path(settings.YIMATONG_HOME)
    city = City(120, seed=1)
    city.build(home)
    system = Official.objects.get(username="system")
    scene = a_scene(city, system, POLICY)
    keep_up(by=system, now=NOW)
    for username, role in OFFICIALS.items():
        an_official(username, role)
    green = CurrentVerdict.objects.filter(colour="green").order_by("person").first()
    assert green is not None
    with owning() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('people', 'number'), 100000)")
    made = Attacked(scene, green.person, scene.red, home)
    with transaction.atomic():
        assert made.at_the_gate(made.green) == "green"
        assert made.at_the_gate(made.red) == "red"
        transaction.set_rollback(True)
    return made


LATER = AS_OF + timedelta(hours=2)


@contextmanager
def taken_together(guards: Sequence[Any], city: Attacked) -> Iterator[None]:
    """Without all of these guards."""
    if not guards:
        yield
        return
    with guards[0](city), taken_together(guards[1:], city):
        yield
