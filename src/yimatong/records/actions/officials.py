"""Appointing officials and letting them go."""

from __future__ import annotations

from django.db import transaction

from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Division, Official

SYSTEM = "system"


def the_system() -> Official:
    """The official that stands for the machine itself; made when it is not there yet."""
    official, _ = Official.objects.get_or_create(
        username=SYSTEM, defaults={"name": "系统", "role": Official.Role.MACHINE, "is_active": False, "password": "!"}
    )
    return official


def official(username: str) -> Official:
    """The official of a user name, or `official-unknown`."""
    found = Official.objects.filter(username=username).first()
    if found is None:
        raise mistake("official-unknown", username=username)
    return found


@transaction.atomic
def appoint(
    *, by: Official, username: str, name: str, role: Official.Role, password: str, jurisdiction: Division | None = None
) -> Official:
    """Make an official who can sign in."""
    require(by, "appoint")
    appointed = Official(username=username, name=name, role=role, jurisdiction=jurisdiction)
    appointed.set_password(password)
    appointed.save(force_insert=True)
    audit.record(by=by, action="official.appoint", subject=f"official/{appointed.pk}", details={"role": role})
    return appointed


@transaction.atomic
def release(*, by: Official, official: Official, why: str) -> None:
    """Let an official go: the account stays in the audit and can't sign in any more."""
    require(by, "appoint")
    if not why.strip():
        raise mistake("reason-missing")
    Official.objects.filter(pk=official.pk).update(is_active=False)
    audit.record(by=by, action="official.release", subject=f"official/{official.pk}", details={"why": why})
