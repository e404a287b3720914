"""Somebody and something to try the records with; nobody real."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.identities import somebody
from yimatong.records.models import Fact, Person

START = datetime(2020, 2, 15, 0, 30, tzinfo=UTC)


def a_person(**given: Any) -> Person:
    """Somebody with a document of whom only the look-up key is known."""
    return somebody(**{"name": "王小明", "id_type": "passport", "id_key": uuid4(), **given})


def a_fact(**given: Any) -> Fact:
    """A negative test of somebody new, or whatever is given."""
    words = {"kind": "test", "detail": "negative", "start": START, "source": "test", "legal_basis": "law", **given}
    if "person" not in words and "person_id" not in words:
        words["person"] = a_person()
    return Fact.objects.create(**words)
