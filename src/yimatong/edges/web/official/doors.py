"""How an official gets in: who may try a password now, from which device; and what rings when somebody guesses.

A device on which an official has signed in keeps a signed cookie that names it to that official's door alone. Its tries have a budget of
their own: strangers, from however many networks, use up what strangers share, and never that. The cookie is bound to the password that
stands, so a new password ends it everywhere. An official with a new device in the middle of an attack is given a code for it
(`yimatong official device`, or the control office's page), which counts as a known device does.
What is said here is said alike of names that there are and names that there are not.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from yimatong.records import identity
from yimatong.records.acting import Acting
from yimatong.records.actions import alarms, audit
from yimatong.records.actions.officials import sign_in
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Alarm, Official, OfficialSession
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.errors import refused

DEVICE = "yimatong-official-device"
"""The cookie of a device that an official has signed in on: a random name, signed for this official and this password."""
DEVICE_LASTS = 180 * 24 * 3600
"""Seconds since the last signing in after which a device is a stranger's again."""
CODE_LASTS = 15 * 60
"""Seconds: a code is good in the quarter of an hour in which it was made and in the next one."""
WRONG = "official-wrong"
ATTACKED = 20
"""Wrong passwords at one official in an hour that are an attack: somebody who has forgotten theirs gives up before."""
SPRAYED = 300
"""Wrong passwords at all names in an hour, likewise."""


CODE_SIGNS = 10
Sort = OfficialSession.Sort


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody tries to get in with a name: which budget a try counts with."""

    username: str
    what: str
    source: Source
    target: UUID | None


def of_browser(request: HttpRequest, username: str, code: str, at: datetime) -> Door:
    """The door of a browser, known to this official or not; a code for a new device makes it known."""
    found = Official.objects.filter(username=username).first()
    if found is not None and (name := known_name(request, found) or name_by_code(found, code, at)):
        return Door(username, "official-known", Source(device=f"official:{found.pk}:{name}"), None)
    address = str(request.META.get("REMOTE_ADDR", ""))
    return Door(username, "official", Source(address=address), identity.keyed("official:", username))


def of_command(username: str) -> Door:
    """The door of the command line."""
    return Door(username, "official-shell", Source(), identity.keyed("official:", username))


def try_password(door: Door, *, password: str, at: datetime, sort: Sort = Sort.BROWSER) -> Acting | Refused | None:
    """A session; None where name and password do not fit; Refused while the budget of this door is used up, with when it goes on.

    The try is counted before the password is looked at, so that two at once never pass as one, and given back where the password was
    right or was not looked at: a flood of a second does not make strangers wait until tomorrow.
    """
    counted = limits.count(what=door.what, source=door.source, target=door.target, at=at)
    minutes = limits.wait(counted, at)
    made = None if minutes else sign_in(username=door.username, password=password, sort=sort)
    if minutes or made:
        limits.give_back(what=door.what, source=door.source, target=door.target, at=at)
    else:
        _count_wrong(door.username, at)
    return refused("sign-in-waits", minutes=minutes) if minutes else made


def _count_wrong(username: str, at: datetime) -> None:
    """Count a wrong password, and ring once an hour where there are too many at one official, or at all names together."""
    counted = limits.count(what=WRONG, source=Source(), target=identity.keyed("official:", username), at=at)
    for window, now in counted.items():
        if window.whose == "target" and now >= ATTACKED and now % ATTACKED == 0:
            if (official := Official.objects.filter(username=username).first()) is not None:
                alarms.ring(official=official, sort=Alarm.Sort.PASSWORDS, count=now, at=at)
        elif window.whose == "all" and now >= SPRAYED and now % SPRAYED == 0:
            alarms.ring(official=None, sort=Alarm.Sort.PASSWORDS, count=now, at=at)


def known_name(request: HttpRequest, official: Official) -> str:
    """The name of a device on which this official has signed in with the password that stands; empty for any other."""
    try:
        kept = request.get_signed_cookie(DEVICE, default="", salt=_salt(official), max_age=DEVICE_LASTS)
    except (signing.BadSignature, ValueError):
        return ""
    return str(kept or "")[:32]


def remember(request: HttpRequest, response: HttpResponse, official: Official) -> HttpResponse:
    """Have the browser keep that this official has signed in on it; it survives signing out."""
    name = known_name(request, official) or secrets.token_urlsafe(12)
    response.set_signed_cookie(
        DEVICE, name, salt=_salt(official), max_age=DEVICE_LASTS, path=reverse("web:login"), httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def hand_out_code(*, by: Official, official: Official, at: datetime) -> str:
    """Ten signs with which the official's own password is tried from a new device whatever strangers have used up; in the audit."""
    require(by, "appoint")
    if not official.is_active or official.role == Official.Role.MACHINE:
        raise mistake("official-not-active")
    audit.record(by=by, action="official.device", subject=f"official/{official.pk}")
    return _code(official, int(at.timestamp()) // CODE_LASTS)


def name_by_code(official: Official, code: str, at: datetime) -> str:
    """What a device is called that comes with a code; empty where the code is none, or over."""
    given = code.replace(" ", "").replace("-", "").upper()
    now = int(at.timestamp()) // CODE_LASTS
    for turn in (now, now - 1):
        if secrets.compare_digest(_code(official, turn).encode(), given.encode()):
            return f"code:{turn}"
    return ""


def _code(official: Official, turn: int) -> str:
    made = salted_hmac("yimatong.official-device-code", f"{official.pk}:{official.password}:{turn}", algorithm="sha256")
    return base64.b32encode(made.digest()).decode()[:CODE_SIGNS]


def _salt(official: Official) -> str:
    """What the cookie is signed with beside the server's key: the official, and the password that stands."""
    stands = hashlib.sha256(official.password.encode()).hexdigest()
    return f"{DEVICE}:{official.pk}:{stands}"
