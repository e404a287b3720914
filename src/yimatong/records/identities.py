"""Whether everybody's identity is the one that was recorded: each carries its digest, and what is sealed of it opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import psycopg
from django.db import connection, transaction

from yimatong.records import identity
from yimatong.records.actions.identities import is_as_proposed
from yimatong.records.models import IdentityCorrection

AT_ONCE = 20_000
COVERED = (
    "{person}, name, sex, id_type, uuid_send(id_key), id_sealed, id_tail, (extract(epoch FROM identified_at) * 1000000)::bigint, "
    "identity_mac"
)
OF_THESE = "{person} > %(above)s AND (%(upto)s::integer IS NULL OR {person} <= %(upto)s)"
PEOPLE = f"""
    SELECT {COVERED.format(person="number")}, phone_sealed FROM people WHERE {OF_THESE.format(person="number")} ORDER BY number
"""
# One that was unfit already when it was corrected, as its correction says, lies there as it was found.
FORMER = f"""
    SELECT {COVERED.format(person="person_id")}, NULL::bytea FROM former_identities f
    WHERE (SELECT carried FROM identity_corrections c WHERE c.id = f.correction_id) AND {OF_THESE.format(person="person_id")}
    ORDER BY person_id, until
"""
# Somebody's former identity, put back, carries its digest: but it is over.
BROKEN = f"""
    SELECT number FROM people JOIN (SELECT person_id, max(until) AS until FROM former_identities GROUP BY person_id) last
        ON person_id = number WHERE identified_at <> until AND {OF_THESE.format(person="number")} ORDER BY number
"""


class Unfit(NamedTuple):
    """An identity that is not what was recorded: whose, and what is wrong.

    `digest`: it does not carry its own; `document` or `phone`: what is sealed does not open for this person; `former`: the same
    of one that is over; `succession`: it does not begin when the one before ended; `proposal`: a correction does not say what was
    proposed.
    """

    person: int
    wrong: str


def unfit_identities(*, opening: bool = True, above: int = 0, upto: int | None = None) -> Iterator[Unfit]:
    """Go through everybody, those in force and those that are over, and tell every one that is unfit; nothing where all are as recorded.

    Of the people whose numbers are above one, and up to another where it is given. Memory is bounded.
    `opening` opens what is sealed too: a phone is covered by its seal alone.
    """
    these = {"above": above, "upto": upto}
    yield from _looked_through(PEOPLE, these, opening=opening)
    yield from (Unfit(one.person, "former") for one in _looked_through(FORMER, these, opening=opening))
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, these)
        yield from (Unfit(number, "succession") for (number,) in cursor.fetchall())
    asking = IdentityCorrection.objects.filter(person_id__gt=above).order_by("person_id")
    for asked in (asking if upto is None else asking.filter(person_id__lte=upto)).iterator():
        if not is_as_proposed(asked):
            yield Unfit(asked.person_id, "proposal")


def _looked_through(statement: str, these: Mapping[str, int | None], *, opening: bool) -> Iterator[Unfit]:
    """The rows of a statement, one piece looked at while the next is read."""
    with transaction.atomic(), connection.cursor() as cursor, ThreadPoolExecutor(1) as beside:
        cursor.execute(f"DECLARE everybody NO SCROLL CURSOR FOR {statement}", these)
        coming = beside.submit(_unfit, _piece(cursor), opening=opening)
        while True:
            rows = _piece(cursor)
            yield from coming.result()
            if not rows:
                break
            coming = beside.submit(_unfit, rows, opening=opening)
        cursor.execute("CLOSE everybody")


def _piece(cursor: Any) -> list[tuple[Any, ...]]:
    # Binary, or each sealed text is written in hexadecimal and read again.
    raw = psycopg.Cursor(cursor.connection)
    return raw.execute(f"FETCH {AT_ONCE} FROM everybody", binary=True).fetchall()


def _unfit(rows: Sequence[tuple[Any, ...]], *, opening: bool) -> list[Unfit]:
    found = []
    for row, mac in zip(rows, identity.macs(identity.covered(*row[:8]) for row in rows), strict=True):
        if mac != row[8]:
            found.append(Unfit(row[0], "digest"))
        if opening and row[5] is not None and identity.opened(row[5], "id", row[0]) is None:
            found.append(Unfit(row[0], "document"))
        if opening and row[9] is not None and identity.opened(row[9], "phone", row[0]) is None:
            found.append(Unfit(row[0], "phone"))
    return found
