"""People to try things with, recorded as the product records them; and identities changed by somebody who may do anything to the tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connections

from yimatong.records.actions.identities import identified
from yimatong.records.models import Person


def unsaved(*, document: str | None = None, phone: str | None = None, **values: Any) -> Person:
    """Somebody new with these columns, a document and a phone where they are given, not yet in the table."""
    return Person(**identified(values, phone or None, document))


def somebody(*, document: str | None = None, phone: str | None = None, **values: Any) -> Person:
    """Somebody new with these columns, in the table."""
    made = unsaved(document=document, phone=phone, **values)
    made.save(force_insert=True)
    return made


def tampered(change: str, people: Iterable[int], *values: object) -> None:
    """Change columns of people past every trigger, as the owner of the tables can: `change` is what follows SET."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE people DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE people SET {change} WHERE number = ANY(%s)", [*values, list(people)])
        cursor.execute("ALTER TABLE people ENABLE TRIGGER USER")
