"""Appointing officials and letting them go, and their signing in and out. The database's functions do it, and write the audit with it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from yimatong.records import passwords
from yimatong.records.acting import Acting, as_owner_for
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Division, Official, OfficialSession

SYSTEM = "system"
LASTS = timedelta(hours=8)
Sort = OfficialSession.Sort


def the_system() -> Official:
    """The official that stands for the machine itself; a migration made it."""
    return Official.objects.get(username=SYSTEM)


def official(username: str) -> Official:
    """The official of a user name, or `official-unknown`."""
    found = Official.objects.filter(username=username).first()
    if found is None:
        raise mistake("official-unknown", username=username)
    return found


def sign_in(*, username: str, password: str, sort: Sort = Sort.BROWSER) -> Acting | None:
    """A new session of the official, or None where name and password do not fit or the account is not active; as long either way."""
    found = Official.objects.filter(username=username).first()
    key, token = passwords.derived(password, found.password if found else ""), secrets.token_urlsafe(32)
    number = _call("official_sign_in(%s, %s, %s, %s, %s)", username, key, token, sort, LASTS)
    return None if number is None else Acting(number, token)


def of_session(token: str) -> Official | None:
    """Whose session this is, while it lasts."""
    number = _call("official_of_session(%s)", token)
    return None if number is None else Official.objects.filter(pk=number).first()


def sign_out(token: str) -> None:
    """End a session."""
    _call("official_sign_out(%s)", token)


def appoint(
    *, by: Official, username: str, name: str, role: Official.Role, password: str, jurisdiction: Division | None = None
) -> Official:
    """Make an official who can sign in."""
    require(by, "appoint")
    with as_owner_for(by), transaction.atomic():
        audit.confirm(by)
        where = jurisdiction.pk if jurisdiction else None
        kept = passwords.kept(password)
        number = _call("official_appoint(%s, %s, %s, %s, %s)", username, name, str(role), where, kept)
        assert number is not None
        return Official.objects.get(pk=number)


def release(*, by: Official, official: Official, why: str) -> None:
    """Let an official go: the account stays in the audit, can't sign in any more, and is signed out everywhere."""
    require(by, "appoint")
    if not why.strip():
        raise mistake("reason-missing")
    with as_owner_for(by), transaction.atomic():
        audit.confirm(by)
        _call("official_release(%s, %s)", official.pk, why.strip())


def set_password(*, by: Official, official: Official, password: str) -> None:
    """Give an official a new password; they are signed out everywhere."""
    require(by, "appoint")
    with as_owner_for(by), transaction.atomic():
        audit.confirm(by)
        _call("official_set_password(%s, %s)", official.pk, passwords.kept(password))


def _call(function: str, *given: Any) -> int | None:
    """What one of the database's functions returns."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT public.{function}", given)
        found = cursor.fetchone()[0]
    return found if isinstance(found, int) else None
