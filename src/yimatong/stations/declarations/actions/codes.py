"""One-time codes: six digits to a phone, kept as a keyed hash, used once, within ten minutes and five tries."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from yimatong.records import identity
from yimatong.stations.declarations import wording
from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.models import OneTimeCode

GOOD_FOR = timedelta(minutes=10)
TRIES = 5
DIGITS = 6


@transaction.atomic
def issue(*, use: OneTimeCode.Use, target: UUID, phone: str, at: datetime) -> None:
    """Send a fresh code to a phone; those sent before for the same target open nothing any more."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    OneTimeCode.objects.create(
        use=use, target=target, digest=_digest(use, target, code), phone_key=identity.phone_key(phone),
        expires_at=at + GOOD_FOR, tries_left=TRIES,
    )  # fmt: skip
    minutes = int(GOOD_FOR.total_seconds()) // 60
    text = wording.text("one_time_code", digits=code, minutes=str(minutes))
    messages.post(kind="code", phone=phone, text=text, at=at)


@transaction.atomic
def redeem(*, use: OneTimeCode.Use, target: UUID, code: str, at: datetime) -> OneTimeCode | None:
    """The code that was sent last for this target, now used; None for a wrong, late or used one. A try is always counted."""
    last = OneTimeCode.objects.select_for_update().filter(use=use, target=target).order_by("-id").first()
    if last is None or last.used_at is not None or last.expires_at < at or last.tries_left == 0:
        return None
    last.tries_left -= 1
    right = _digest(use, target, code.strip()) == last.digest
    last.used_at = at if right else None
    last.save(update_fields=["tries_left", "used_at"])
    return last if right else None


def sweep(*, at: datetime) -> int:
    """Forget codes that are over; how many."""
    return OneTimeCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]


def _digest(use: str, target: UUID, code: str) -> UUID:
    return identity.keyed(f"code:{use}:{target}:", code)
