"""Who acts: the proof that a process hands to the database, which alone says whose an entry of the audit is.

An official acts by the token of a session, which is made by signing in and nowhere else; an enrolled desk by its own request, which it
signed; whoever has neither is the process itself, and its entries are the machine's. The proof goes with each connection before its
first statement (site/database/base.py). The database compares it with what it keeps (records_author, migration 0020).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from yimatong.records.models import Official

PAGES, OWNER = "default", "owner"


@dataclass(frozen=True, slots=True)
class Acting:
    """An official who acts here and now, and the proof: a session's token, or a desk's name and the request that it signed."""

    official: int
    proof: str = field(repr=False)

    def shown_to(self, _alias: str) -> str:
        """What a connection of this alias tells the database."""
        return self.proof


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def now_acting() -> Acting | None:
    """Who acts here, or None where it is the process itself."""
    return _acting.get()


@contextmanager
def acting_as(who: Acting | None) -> Iterator[None]:
    """Let somebody act inside the block, or nobody but the process."""
    before = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(before)


def begin(who: Acting) -> None:
    """Let somebody act from now on, in a process that is theirs alone: a command."""
    _acting.set(who)


def stop_acting() -> None:
    """From here on it is the process itself again: the session is over."""
    _acting.set(None)


@contextmanager
def as_owner() -> Iterator[None]:
    """Work as the tables' owner inside the block: a command of the operator's, whose entries say so. No page does."""
    pages = connections[PAGES]
    connections[PAGES] = connections[OWNER]
    try:
        yield
    finally:
        connections[PAGES] = pages


@contextmanager
def as_owner_for(by: Official) -> Iterator[None]:
    """The same where it is the machine that does what the database leaves to an official with leave, or to the owner."""
    if by.role != by.Role.MACHINE:
        yield
        return
    with as_owner():
        yield
