"""The logins of the embedded server: made by its administrator at each start, each with a password of its own."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from yimatong.site.passwords import APP, JUDGE, LOGINS, OWNER, Passwords, is_verified_by, verifier

KEPT = "SELECT rolname, CASE WHEN rolcanlogin THEN rolpassword END FROM pg_authid"
SHARED = "SELECT NOT pg_has_role(%s, %s, 'SET')"


def make_logins(connection: psycopg.Connection[Any], passwords: Passwords) -> None:
    """Make the logins that are not there, and let each in with its own password alone; roles that could not log in before can then.

    The owner of the tables is no superuser, but may make roles and test databases. Pages and judge may do what they are granted.
    """
    kept = dict(connection.execute(KEPT).fetchall())
    for login in LOGINS:
        password, name = passwords.of(login), sql.Identifier(login)
        if login not in kept:
            may = sql.SQL("CREATEROLE CREATEDB" if login == OWNER else "")
            connection.execute(sql.SQL("CREATE ROLE {} {}").format(name, may))
        if not is_verified_by(password, kept.get(login)):
            statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
            connection.execute(statement.format(name, sql.Literal(verifier(password))))
    if OWNER not in kept:
        # It may become the roles that it makes itself.
        connection.execute(
            sql.SQL("ALTER ROLE {} SET createrole_self_grant = 'set, inherit'").format(sql.Identifier(OWNER))
        )
    # The owner may become either, as where one login of a server of your own serves all three; neither may become the owner.
    for login in (APP, JUDGE):
        if _value(connection, SHARED, OWNER, login):
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(login), sql.Identifier(OWNER)))
    if not _value(connection, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", OWNER):
        connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(OWNER)))


def _value(connection: psycopg.Connection[Any], statement: str, *words: str) -> Any:
    row = connection.execute(statement, words).fetchone()  # type: ignore[call-overload]
    return row and row[0]
