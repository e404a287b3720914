"""Residents for the browser tests: an account for people of the demo city, and its session, made by the product's own parts.

Asked aside (tests/browser/aside.py), `[document] COLOUR [COLOUR ...]` makes an account whose own person has the first colour, and who looks
after one of each other colour; it says the session's key and the people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.browser import aside

NOT_THE_DESKS = 40
"""The first people with documents are those whom the tests of the desks take."""


@dataclass(frozen=True)
class Resident:
    """Somebody who is signed in: the session's cookie, whom they may show, by colour as asked for, and their own document."""

    session: str
    people: tuple[int, ...]
    document: str


def sign_in(home: Path, *colours: str, has_document: bool = False) -> Resident:
    """An account in the product of a home folder, signed in; where asked so, of people with a resident's document."""
    said = aside.asked(home, __name__, *(["document"] if has_document else []), *colours)
    return Resident(said["session"], tuple(said["people"]), said["document"])


def answer(*asked: str) -> dict[str, Any]:
    """The command of the module's docstring."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection

    from yimatong.records import clock, identity
    from yimatong.records.models import Person
    from yimatong.stations.declarations.models import Account, Channel, Dependant

    people: list[int] = []
    has_document = asked[0] == "document"
    colours = asked[has_document:]
    with connection.cursor() as cursor:
        for colour in colours:
            cursor.execute(
                "SELECT person FROM current_verdicts v WHERE colour = %s AND person <> ALL(%s)"
                " AND NOT EXISTS (SELECT FROM accounts a WHERE a.person_id = v.person)"
                " AND NOT EXISTS (SELECT FROM dependants d WHERE d.person_id = v.person)"
                " AND (NOT %s OR EXISTS (SELECT FROM people p WHERE p.number = v.person AND p.id_type = 'resident'))"
                " ORDER BY person OFFSET %s LIMIT 1",
                [colour, people, has_document, NOT_THE_DESKS if has_document else 0],
            )
            row = cursor.fetchone()
            assert row, f"nobody is {colour}"
            people.append(row[0])
    channel, _ = Channel.objects.get_or_create(
        slug="browser", defaults={"kind": "browser", "title_zh": "浏览器", "title_en": "Browser"}
    )
    account = Account.objects.create(channel=channel, subject_key=uuid4(), subject_sealed=b"-", person_id=people[0])
    for person in people[1:]:
        Dependant.objects.create(account=account, person_id=person, relation="child", since=clock.now())
    session = SessionStore()
    session["account"] = account.pk
    session.create()
    sealed = Person.objects.get(pk=people[0]).id_sealed
    document = identity.unseal(sealed, "id", people[0]) if sealed else ""
    return {"session": session.session_key, "people": people, "document": document}
