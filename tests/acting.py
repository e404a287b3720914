"""Officials in tests: made and signed in past the sign-in page, as only the tables' owner could.

An action called by a test has nobody who signed in. `audit.confirm`, which every entry goes through, is told here to open a session of
the official first; inside a request of the product it asks as it does there.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from psycopg.sql import SQL, Identifier

from yimatong.edges.web.everybody.officials import COOKIE
from yimatong.records import acting, passwords
from yimatong.records.actions import audit
from yimatong.records.models import Division, Official
from yimatong.site.connections import ROLES

PASSWORD = "a-long-password-2020"
OPEN = """
    INSERT INTO official_sessions (official_id, token_hash, sort, until) VALUES (%s, %s, 'browser', now() + interval '1 day')
"""
asked, of_the_product = audit.confirm, acting.as_owner


class InATest:
    """An official who acts because a test says so, with a session on each connection: none sees what another has not committed."""

    proof = ""

    def __init__(self, official: int) -> None:
        self.official = official
        self.tokens: dict[str, str] = {}

    def shown_to(self, alias: str) -> str:
        """The session's token on this connection."""
        return self.tokens.get(alias, "")

    def sign_in(self, alias: str) -> None:
        """Have a session on this connection, also when a test's transaction has taken the last one with it."""
        kept = self.tokens.pop(alias, "")
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT public.official_of_session(%s)", [kept])
            lasts = cursor.fetchone()[0] == self.official
        self.tokens[alias] = kept if lasts else session_of(self.official, alias)


def confirm(by: Official, using: str = "default") -> None:
    """As the product does where somebody signed in; else the official that an action is called with signs in."""
    who: Any = acting.now_acting()
    if who is not None and not isinstance(who, InATest):
        asked(by, using)
    elif by.role != Official.Role.MACHINE:
        if who is None or who.official != by.pk:
            who = InATest(by.pk)
            acting.begin(who)
        who.sign_in(using)


@contextmanager
def as_owner() -> Iterator[None]:
    """The tables' owner in the test's own transaction."""
    with acting.acting_as(None), owning():
        yield


@contextmanager
def owning(alias: str = "default") -> Iterator[Any]:
    """A cursor of the tables' owner in the transaction of a connection; its role comes back after it.

    Where the connection logged in as pages or judge, as the product's do, the owner's own stands in its place.
    """
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('role'), session_user")
        role, login = map(str, cursor.fetchone())
        if login in ROLES.values():
            with of_the_product(), connections[alias].cursor() as own:
                yield own
            return
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            if not connections[alias].needs_rollback and role != "none":
                cursor.execute(SQL("SET ROLE {}").format(Identifier(role)))


def session_of(official: int, alias: str = "default") -> str:
    """The token of a new session."""
    token = secrets.token_urlsafe(32)
    with acting.acting_as(None), owning(alias) as cursor:
        cursor.execute(OPEN, [official, sha256(token.encode()).digest()])
    return token


def an_official(
    username: str, role: str = "clerk", *, name: str = "", jurisdiction: Division | None = None
) -> Official:
    """A new official whose password is PASSWORD."""
    with acting.acting_as(None), owning():
        return Official.objects.create(
            username=username,
            name=name or username,
            role=role,
            jurisdiction=jurisdiction,
            password=passwords.kept(PASSWORD),
        )


def signed_in(official: Official, browser: Client | None = None) -> Client:
    """A browser with a session of the official."""
    browser = browser or Client()
    browser.cookies[COOKIE] = session_of(official.pk)
    return browser


@contextmanager
def everybody_signs_in(*, in_the_product: bool = False) -> Iterator[None]:
    """Let tests call actions in the name of an official of theirs; `in_the_product` in a process beside a running one."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(audit, "confirm", confirm)
        if not in_the_product:
            changed.setattr(acting, "as_owner", as_owner)
        yield
