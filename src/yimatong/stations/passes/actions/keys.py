"""Keys and the trust list: made, rotated with an overlap, told to be compromised; everybody's passes made anew."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from yimatong.core.credential import State as Trusted, TrustedKey, TrustList, Use as TrustedUse, sign_trust_list
from yimatong.core.errors import EnvironmentProblem
from yimatong.records.acting import as_owner_for
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake as records_mistake
from yimatong.records.models import Official
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.days import MOST_AHEAD, after, is_fresh, seconds
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.models import RecallCut, Reissue, SigningKey, TrustCut

Use, State = SigningKey.Use, SigningKey.State
DAY = 86_400
SETTLED = 3600
"""Seconds that a new key's time begins before it is made: a scanner's clock may be behind."""
LEAD = DAY
"""Seconds between the making of a key that follows another and its first signature: every gate has it by then."""
TRUST_REFRESH, TRUST_LIFE = 6 * 3600, 72 * 3600
"""A trust list is signed anew every six hours and holds for three days: twelve refreshes (S12 asks for three)."""
PAPER_LIFE = 400 * DAY
"""Seconds that a key of papers verifies after another has followed it: no policy lets a paper hold longer (papers.json)."""
NUMBER_OF = {
    Use.PASS: TrustedUse.PASS,
    Use.PAPER: TrustedUse.PASS,
    Use.RECALL: TrustedUse.RECALL,
    Use.TRAINING: TrustedUse.TRAINING,
    Use.POLICY: TrustedUse.POLICY,
}
STATE_OF = {
    State.ACTIVE: Trusted.ACTIVE,
    State.RETIRED: Trusted.RETIRED,
    State.COMPROMISED: Trusted.COMPROMISED,
}
log = structlog.get_logger(__name__)


@transaction.atomic
def ensure(*, by: Official, now: datetime) -> None:
    """Make the keys of root, passes, recall lists and policy files where there is none that can sign, now and after the one that
    does; otherwise do nothing."""
    for use in (Use.ROOT, Use.PASS, Use.RECALL, Use.POLICY):
        _ensure(by, use, seconds(now))


@transaction.atomic
def ensure_paper(*, by: Official, now: datetime) -> None:
    """The same for the key that signs papers; gates know it with the next trust list."""
    _ensure(by, Use.PAPER, seconds(now))


@transaction.atomic
def rotate(*, by: Official, use: str, now: datetime, lead: int = LEAD) -> SigningKey:
    """Make the key that follows: it signs from `lead` seconds on, and the present one verifies until its last pass is over."""
    require(by, "keys")
    if use not in Use.values:
        raise mistake("key-use-unknown")
    locks.hold(locks.KEYS)
    since = seconds(now) + lead if lead else seconds(now) - SETTLED
    until = seconds(now) + lead + (PAPER_LIFE if use == Use.PAPER else (MOST_AHEAD + 2) * DAY)
    _call("signing_keys_retire(%s, %s)", use, until)
    follower = _make(by, use, since)
    if not lead:
        _tell(now)
    return follower


def compromised(*, by: Official, kid: str, now: datetime, why: str) -> SigningKey:
    """Never trust a key again, and have another sign from this moment on; returns the other.

    The trust list that says so is cut with it. The caller publishes, and has the strips made anew (minting.mint); recall lists that it
    signed are cut anew by the next cut.
    """
    require(by, "keys")
    if not why.strip():
        raise records_mistake("reason-missing")
    with as_owner_for(by), transaction.atomic():
        return _compromised(by, kid, now, why.strip())


def _compromised(by: Official, kid: str, now: datetime, why: str) -> SigningKey:
    audit.confirm(by)
    locks.hold(locks.KEYS)
    row = SigningKey.objects.filter(pk=kid).first()
    if row is None:
        raise mistake("key-unknown", kid=kid)
    if row.state == State.COMPROMISED:
        raise mistake("key-compromised-already", kid=kid)
    _call("signing_key_compromise(%s, %s, %s)", kid, now, why)
    follower = _ensure(by, row.use, seconds(now))
    _tell(now)
    log.error("key.compromised", kid=kid, use=row.use, follower=follower.kid)
    return follower


def reissue(*, by: Official, now: datetime, spread: int, why: str) -> Reissue:
    """Make everybody's passes anew within `spread` seconds; then what was issued before now counts no more (E17)."""
    require(by, "keys")
    if not why.strip():
        raise records_mistake("reason-missing")
    with as_owner_for(by), transaction.atomic():
        audit.confirm(by)
        locks.hold(locks.KEYS)
        if Reissue.objects.filter(done=False).exists():
            raise mistake("reissue-going")
        number = _call("passes_reissue(%s, %s, %s)", seconds(now), spread, why.strip())
        return Reissue.objects.get(pk=number)


@transaction.atomic
def cut_trust(*, now: datetime) -> TrustCut:
    """Sign a trust list when keys or the least iat changed, or the last one is six hours old; else the last one is returned."""
    locks.hold(locks.KEYS)
    last = TrustCut.objects.order_by("-version").first()
    moment = after(last.issued if last else 0, now)
    _finish_reissues(seconds(now))
    listed = _listed(moment, last)
    root = keyring.signer(Use.ROOT, seconds(now))
    if last and is_fresh(last.issued, moment, TRUST_REFRESH) and _says(last, listed, root.kid):
        return last
    data = sign_trust_list(listed, root)
    return TrustCut.objects.create(
        version=listed.version, issued=listed.issued, expires=listed.expires, min_iat=listed.min_iat, data=data
    )


def _tell(now: datetime) -> None:
    """Cut the trust list in the step that changes who signs now, so that nobody signs by a key that no list knows.

    Where the root's file is gone, what was changed stands all the same; the next cut says what is missing.
    """
    with suppress(EnvironmentProblem):
        cut_trust(now=now)


def trust_of(data: bytes) -> TrustList:
    """A trust list of our own, from its bytes; its signature was made here."""
    from yimatong.core.credential import open_trust_list

    root = SigningKey.objects.filter(use=Use.ROOT).order_by("-made_at")
    for row in root:
        opened = open_trust_list(data, bytes(row.point), now=0)
        if isinstance(opened, TrustList):
            return opened
    raise ValueError("not one of our trust lists")


def _ensure(by: Official, use: str, moment: int) -> SigningKey:
    """The key that signs at this moment, made where there is none.

    One that is retired signs for some days more, when the key that followed it was compromised: gates know it already. The key
    after it is made at once, and begins as one that was made by `rotate` does.
    """
    if (found := _signs_on(use, moment)) is None:
        locks.hold(locks.KEYS)
        found = _signs_on(use, moment)
    if found is not None:
        return found
    present = keyring.signing_row(use, moment)
    if present is None or _last(present) < moment + LEAD:
        return _make(by, use, moment - SETTLED)
    _make(by, use, moment + LEAD)
    return present


def _signs_on(use: str, moment: int) -> SigningKey | None:
    """The key that signs, if there is one and another has begun before it may sign no more."""
    present = keyring.signing_row(use, moment)
    if present is None or present.state == State.ACTIVE:
        return present
    following = SigningKey.objects.filter(use=use, state=State.ACTIVE, since__lte=_last(present))
    return present if following.exists() else None


def _last(key: SigningKey) -> int:
    """The last second at which a key may sign: what it signs then is over before the key is."""
    return key.until - keyring.HOLDS[Use(key.use)]


def _make(by: Official, use: str, since: int) -> SigningKey:
    key = keyring.made(use)
    audit.confirm(by)
    _call("signing_key_make(%s, %s, %s, %s)", key.kid.hex(), use, key.point, since)
    row = SigningKey.objects.get(pk=key.kid.hex())
    log.info("key.made", kid=row.kid, use=use)
    return row


def _finish_reissues(moment: int) -> None:
    for begun in Reissue.objects.filter(done=False):
        if moment >= begun.since + begun.spread:
            Reissue.objects.filter(pk=begun.pk).update(done=True)


def _listed(moment: int, last: TrustCut | None) -> TrustList:
    done = Reissue.objects.filter(done=True).order_by("-since").values_list("since", flat=True).first()
    keys = SigningKey.objects.exclude(use=Use.ROOT).order_by("made_at", "kid")
    return TrustList(
        version=(last.version if last else 0) + 1,
        issued=moment,
        expires=moment + TRUST_LIFE,
        city=settings.YIMATONG_CITY,
        min_iat=max(done or 0, last.min_iat if last else 0),
        keys=tuple(
            TrustedKey.of(
                bytes(key.point), NUMBER_OF[Use(key.use)], max(key.since, 0), key.until, STATE_OF[State(key.state)]
            )
            for key in keys
        ),
    )


def _says(last: TrustCut, listed: TrustList, root: bytes) -> bool:
    """Whether the last list says the same, and was signed by the root key of today."""
    from yimatong.core.credential import cose

    if cose.open1(bytes(last.data), longest=len(last.data)).kid != root:
        return False
    before = trust_of(bytes(last.data))
    return (before.keys, before.min_iat, before.city) == (listed.keys, listed.min_iat, listed.city)


def cut_by_dead_keys() -> bool:
    """Whether a recall list in use was signed by a key that was compromised since."""
    from yimatong.core.credential import cose

    dead = {
        bytes.fromhex(kid)
        for kid in SigningKey.objects.filter(use=Use.RECALL, state=State.COMPROMISED).values_list("kid", flat=True)
    }
    return bool(dead) and any(
        cose.open1(bytes(data), longest=len(data)).kid in dead
        for data in RecallCut.objects.filter(whole=True).values_list("data", flat=True)
    )


def _call(function: str, *given: Any) -> Any:
    """What one of the database's functions returns, which change keys and write the audit with it (migration 0010)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT public.{function}", given)
        return cursor.fetchone()[0]
