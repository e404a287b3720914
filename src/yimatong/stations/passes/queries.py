"""What is read from the passes by name.

people(account, now)      whom an account may show, with colour in force and binding
person_of(account, who)   the person behind `self` or `d7`
person_of_token(token)    whom a phone shows
behind(people)            those whose credentials do not agree with their verdicts
signing_keys(), going()         the signing keys and the re-issue that is going on
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from yimatong.core.credential import masked
from yimatong.records import calendar
from yimatong.stations.declarations.models import Account, Dependant
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import DeviceBinding, Reissue, SigningKey

SHOWN = """
SELECT p.number, p.name, p.id_tail,
    (SELECT colour FROM verdicts WHERE person_id = p.number ORDER BY run_id DESC LIMIT 1),
    (SELECT max(declared_at) FROM declarations WHERE person_id = p.number),
    (SELECT max(created_at) FROM device_bindings WHERE person_id = p.number AND ended_at IS NULL
        AND (account_id = %(account)s OR (own AND p.number = %(own)s)))
FROM people p WHERE p.number = ANY(%(people)s)
"""
BEHIND = """
SELECT DISTINCT b.person_id FROM device_bindings b
LEFT JOIN LATERAL (SELECT colour FROM verdicts WHERE person_id = b.person_id ORDER BY run_id DESC LIMIT 1) said ON true
LEFT JOIN credentials c ON c.binding_id = b.id AND c.recalled_at IS NULL
WHERE b.person_id = ANY(%(people)s) AND b.ended_at IS NULL
    AND nullif(said.colour, 'unknown') IS DISTINCT FROM c.colour
"""
JUDGED_AT = "SELECT as_of FROM runs WHERE state = 'published' ORDER BY number DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody whom an account may show. `person` is None for an account that has not declared yet."""

    who: str
    relation: str
    person: int | None = None
    name: str = ""
    tail: str = ""
    colour: str = "unknown"
    declared_at: datetime | None = None
    bound_at: datetime | None = None
    judged_at: datetime | None = None
    overdue: bool = False

    @property
    def state(self) -> str:
        """not-declared, not-judged or judged."""
        if self.person is None:
            return "not-declared"
        return "not-judged" if self.colour == "unknown" else "judged"

    def told(self) -> dict[str, Any]:
        """For choosing whom to bind."""
        said: dict[str, Any] = {
            "who": self.who,
            "relation": self.relation,
            "state": self.state,
            "bound": bool(self.bound_at),
        }
        if self.person is not None:
            said |= {"name": self.name, "tail": self.tail, "colour": self.colour}
        if self.bound_at:
            said["bound_at"] = seconds(self.bound_at)
        return said

    def status(self) -> dict[str, Any]:
        """For whoever waits for a colour."""
        said: dict[str, Any] = {"who": self.who, "state": self.state, "colour": self.colour, "overdue": self.overdue}
        for name, moment in (("judged_at", self.judged_at), ("declared_at", self.declared_at)):
            if moment:
                said[name] = seconds(moment)
        return said


def people(account: Account, now: datetime) -> list[Shown]:
    """Whom an account may show: itself first, then those it looks after."""
    relations = [("self", "self", account.person_id)] if account.person_id else []
    looked_after = Dependant.objects.filter(account=account, until=None).order_by("pk")
    relations += [
        (f"d{one.pk}", one.relation, one.person_id) for one in looked_after if one.person_id != account.person_id
    ]
    words = {"account": account.pk, "own": account.person_id, "people": [person for *_, person in relations]}
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, words)
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(JUDGED_AT)
        judged_at = (cursor.fetchone() or (None,))[0]
    found = [_shown(who, relation, person, rows[person], judged_at, now) for who, relation, person in relations]
    return found if account.person_id else [Shown("self", "self"), *found]


def _shown(who: str, relation: str, person: int, row: Any, judged_at: datetime | None, now: datetime) -> Shown:
    name, tail, colour, declared_at, bound_at = row
    known = colour or "unknown"
    overdue = (
        known == "unknown"
        and declared_at is not None
        and calendar.day_number(now) > calendar.day_number(declared_at) + 1
    )
    return Shown(
        who, relation, person, masked(name), tail, known, declared_at, bound_at, judged_at if colour else None, overdue
    )


def person_of(account: Account, who: str) -> int | None:
    """The person behind a word, None where it is nobody of this account."""
    if who == "self":
        return account.person_id
    if not who.startswith("d"):
        return None
    return (
        Dependant.objects.filter(account=account, pk=int(who[1:]), until=None)
        .values_list("person_id", flat=True)
        .first()
    )


def person_of_token(token: str) -> int | None:
    """Whom the phone with this token shows, None where its binding is not known or over."""
    live = DeviceBinding.objects.filter(token=sha256(token.encode()).digest(), ended_at=None)
    return live.values_list("person_id", flat=True).first()


def behind(numbers: Sequence[int]) -> list[int]:
    """Those of the people whose credentials do not agree with their verdicts in force."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, {"people": list(numbers)})
        return [row[0] for row in cursor.fetchall()]


def days_ahead() -> int:
    """Days after today for which a phone gets its passes."""
    return int(settings.YIMATONG_STRIP_DAYS)


def signing_keys() -> list[SigningKey]:
    """All keys, the newest of each use first."""
    return list(SigningKey.objects.order_by("use", "-since", "-made_at"))


def going() -> Reissue | None:
    """The re-issue of everybody that is going on."""
    return Reissue.objects.filter(done=False).first()
