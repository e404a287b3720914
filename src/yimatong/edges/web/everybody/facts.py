"""A fact in the page's language, and one person's facts in the engine's shape."""

from __future__ import annotations

from collections.abc import Sequence

from yimatong.core import time
from yimatong.core.facts import Fact, Kind
from yimatong.core.names import name_of
from yimatong.edges.web.everybody.words import in_words
from yimatong.records import models


def fact_title(kind: str, detail: str) -> str:
    """Return a fact's one name in the page's language, as a line begins with it."""
    return in_words(name_of(kind, detail).begun)


def facts_of(person: int) -> Sequence[models.Fact]:
    """Return everything recorded about a person, struck facts too, the newest first."""
    return list(models.Fact.objects.filter(person=person).order_by("-start", "-id"))


def in_core(facts: Sequence[models.Fact]) -> tuple[Fact, ...]:
    """Return the facts that count, in the engine's shape: a start is rounded up to the full minute, an end down."""
    return tuple(
        Fact(
            fact=fact.pk,
            person=fact.person_id,
            kind=Kind(fact.kind),
            detail=fact.detail,
            start=time.minute_up(fact.start),
            end=time.minute_down(fact.end) if fact.end else None,
        )
        for fact in facts
        if not fact.struck
    )
