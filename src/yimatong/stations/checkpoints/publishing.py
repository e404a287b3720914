"""The policy file of scanners, `signed/checkpoints.ymt`: written whole, or the one before stays. The index names it.

It is signed anew when the policy of the day says something else, when six hours are over, or when its key is dead. A policy that
says nothing of a day leaves the last file where it is: scanners go on with it until it is over, and the log says so.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from yimatong.core.credential import cose
from yimatong.core.credential.cbor import Malformed
from yimatong.core.credential.policy_files import LONGEST_FILE, PolicyFile, own_policy_file, sign_policy_file
from yimatong.records import calendar
from yimatong.stations.checkpoints import policy
from yimatong.stations.checkpoints.errors import CheckpointError
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.actions import publishing
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import SigningKey

REFRESH = 6 * 3600
HOUR = 3600
log = structlog.get_logger(__name__)


def publish_policy(*, now: datetime) -> PolicyFile | None:
    """The file that scanners fetch from now on; None where no policy is in force, or another process is at it."""
    try:
        body = policy.body_on(now)
    except CheckpointError as nothing:
        log.warning("checkpoints.no_policy", code=nothing.code, day=calendar.day(now).isoformat())
        return None
    with locks.tried(locks.POLICY) as held:
        if not held:
            return None
        standing = _standing()
        signer = keyring.signer(SigningKey.Use.POLICY, seconds(now))
        if standing is not None and _holds(standing, body, signer.kid, seconds(now)):
            return standing[0]
        policy.kept(body)
        # Scanners refuse as rolled back what was issued before the one that they have: also when the clock was ahead then, or is
        # set back. Its time is over as the clock says now.
        issued = max(seconds(now), standing[0].issued if standing else 0)
        expires = max(issued, seconds(now) + policy.numbers_on(now).hours.policy_stop * HOUR)
        data = sign_policy_file(
            body, version=issued, issued=issued, expires=expires, city=settings.YIMATONG_CITY, signer=signer
        )
        file().parent.mkdir(parents=True, exist_ok=True)
        publishing.write(file(), data)
    publishing.publish(now=now)
    log.info("checkpoints.policy_published", issued=issued)
    return PolicyFile(issued, issued, expires, settings.YIMATONG_CITY, body)


def file() -> Path:
    """Where it lies."""
    return publishing.folder() / publishing.CHECKPOINTS


def _standing() -> tuple[PolicyFile, bytes] | None:
    """The file that is there and the kid that signed it; None where there is none that can be read."""
    try:
        data = file().read_bytes()
        return own_policy_file(data), cose.open1(data, longest=LONGEST_FILE).kid
    except (OSError, Malformed, ValueError):
        return None


def _holds(standing: tuple[PolicyFile, bytes], body: bytes, kid: bytes, moment: int) -> bool:
    found, signed_by = standing
    return found.body == body and signed_by == kid and moment < found.issued + REFRESH
