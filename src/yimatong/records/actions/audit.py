"""The audit's own writing: links of the chain, and looks at people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.db import connections, transaction

from yimatong.records.acting import PAGES, now_acting
from yimatong.records.errors import mistake
from yimatong.records.models import Look, Official, Search

Detail = str | int | float | bool | None | list[str] | list[int] | dict[str, int]


def confirm(by: Official, _using: str = PAGES) -> None:
    """`acting-for-another` unless the official is who acts here; the machine always may. The database looks at the same again."""
    who = now_acting()
    if by.role != Official.Role.MACHINE and (who is None or who.official != by.pk):
        raise mistake("acting-for-another")


def record(
    *, by: Official, action: str, subject: str, details: Mapping[str, Detail] | None = None, using: str = PAGES
) -> int:
    """Append a link to the audit chain in the caller's transaction; return its number.

    Until that transaction ends, nobody else can append: call it last. `details` carries no personal data. In an official's name only
    they themselves write, by their session (records/acting.py): `acting-for-another`.
    """
    confirm(by, using)
    body = json.dumps(dict(details or {}), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entries (number, by_id, action, subject, details, previous, digest) "
            "VALUES (0, %s, %s, %s, %s, '', '') RETURNING number",
            [by.pk, action, subject, body],
        )
        return int(cursor.fetchone()[0])


@transaction.atomic
def look(*, by: Official, person: int, why: str, where: str) -> Look:
    """Record that somebody looks at somebody, before anything is shown. `why` is a case number or a reason in words."""
    if not why.strip():
        raise mistake("reason-missing")
    confirm(by)
    return Look.objects.create(by=by, person_id=person, why=why.strip(), where=where)


@transaction.atomic
def looks(*, by: Official, people: Sequence[int], why: str, where: str) -> list[Look]:
    """Record a look at everybody of a list that is about to be shown, in one statement."""
    if not why.strip():
        raise mistake("reason-missing")
    confirm(by)
    made = [Look(by=by, person_id=person, why=why.strip(), where=where) for person in people]
    return Look.objects.bulk_create(made)


def search(*, by: Official, sort: Search.Sort, found: int = 0) -> None:
    """Record that somebody searched, and how many people were shown; what was typed is kept nowhere."""
    confirm(by)
    Search.objects.create(by=by, sort=sort, found=found)
