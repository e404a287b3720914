"""A phone is bound to a person, moved, ended. Who may: the account itself, whoever it looks after, or whom a desk names.

The phone proves that it holds its key by signing our challenge with it. A binding issues its credential in the same
transaction, from the verdict in force; where there is none it has none. Ending a binding recalls its credential.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from yimatong.core.credential import is_signed, public_key
from yimatong.core.credential.cbor import encode
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake as records_mistake
from yimatong.records.models import Official, Person
from yimatong.stations.declarations.models import Account, Dependant
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.actions import following
from yimatong.stations.passes.days import KEYS, MOST_AHEAD, day_of
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.models import DeviceBinding, Transfer
from yimatong.stations.passes.stamping import POINT

Why = DeviceBinding.Why
CHALLENGE_LIFE = timedelta(minutes=5)
TRANSFER_LIFE = timedelta(minutes=15)
TOKEN_BYTES, RANDOM_BYTES, MAC_BYTES = 16, 16, 16
MOST_AN_HOUR = 12
"""Bindings that an account can make within an hour, counted in the database: a guesser on many machines is one account."""
PROOF = "YMT1-bind"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a phone brings: its key, its 28 window keys (compressed points), and its signature of the challenge."""

    device: bytes
    windows: Sequence[bytes]
    challenge: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Bound:
    """A new binding. `token` is told once and kept nowhere here; `serial` is its credential, None when there is no verdict."""

    binding: int
    token: str
    person: int
    serial: int | None


def challenge(*, account: Account, person: int, at: datetime) -> tuple[bytes, datetime]:
    """What the phone must sign, for this account and person alone, and until when (real time). Nothing is kept of it."""
    until = at + CHALLENGE_LIFE
    body = int(until.timestamp()).to_bytes(8, "big") + secrets.token_bytes(RANDOM_BYTES)
    return body + _mac(body, account.pk, person), until


def proof(keys: Keys) -> bytes:
    """The bytes that the device key signs."""
    return encode([PROOF, keys.challenge, keys.device, b"".join(keys.windows)])


def may_show(account: Account, person: int) -> bool:
    """Whether an account may show a person's code: itself, or somebody it looks after now."""
    return account.person_id == person or (
        Dependant.objects.filter(account=account, person_id=person, until=None).exists()
    )


def bind(*, account: Account, person: int, keys: Keys, now: datetime, at: datetime, move: bool = False) -> Bound:
    """Bind a phone to a person of the account. `move` ends the binding that stands in the way; without it: `bound-elsewhere`.

    `now` is city time, `at` real time. Two bindings of one's own cannot be, also when two phones ask in one moment.
    """
    if not may_show(account, person):
        raise mistake("not-your-person")
    _prove(keys, account.pk, person, at)
    return _bind(account, person, keys, now, at, own=account.person_id == person, move=move)


def bind_by_transfer(*, account: Account, code: str, keys: Keys, now: datetime, at: datetime) -> Bound:
    """Bind a phone to the person that a desk named, with the code that it handed over; the code is used by that (E20)."""
    with transaction.atomic():
        row = Transfer.objects.select_for_update().filter(pk=_code_key(code), used_at=None, expires_at__gte=at).first()
        if row is None:
            raise mistake("transfer-wrong")
        _prove(keys, account.pk, 0, at)
        Transfer.objects.filter(pk=row.pk).update(used_at=at)
        bound = _bind(account, row.person_id, keys, now, at, own=True, move=True, by=row.by)
        details: dict[str, audit.Detail] = {"why": row.why, "handed_over_by": row.by_id}
        audit.record(by=the_system(), action="binding.transfer", subject=f"person/{row.person_id}", details=details)
    return bound


@transaction.atomic
def transfer(*, by: Official, person: int, why: str, now: datetime, at: datetime) -> str:
    """At a desk that saw the document: end all phones of somebody's own and hand over a code of ten signs, good once.

    The code lasts 15 minutes. The old phones' passes are recalled at once, whatever becomes of the code.
    """
    require(by, "transfer")
    if not why.strip():
        raise records_mistake("reason-missing")
    if not Person.objects.filter(pk=person).exists():
        raise records_mistake("record-unknown", record=f"person/{person}")
    locks.hold(locks.FOLLOWING, shared=True)
    for binding in DeviceBinding.objects.select_for_update().filter(person_id=person, own=True, ended_at=None):
        _end(binding, Why.DESK, now, by)
    code = b32encode(secrets.token_bytes(7)).decode()[:10]
    Transfer.objects.create(
        code=_code_key(code), person_id=person, by=by, why=why.strip(), expires_at=at + TRANSFER_LIFE
    )
    audit.record(by=by, action="binding.hand-over", subject=f"person/{person}", details={"why": why.strip()})
    return code


@transaction.atomic
def unbind(*, token: str, now: datetime) -> None:
    """End a binding as its own phone asks; repeating it changes nothing. `binding-ended` when the token is nobody's."""
    locks.hold(locks.FOLLOWING, shared=True)
    binding = DeviceBinding.objects.select_for_update().filter(token=digest(token)).first()
    if binding is None:
        raise mistake("binding-unknown")
    if binding.ended_at is None:
        _end(binding, Why.ASKED, now)


@transaction.atomic
def end_all(*, person: int, why: str, now: datetime, account: Account | None = None, by: Official | None = None) -> int:
    """End the bindings of a person (of one account, where given): struck from the records, no longer looked after. Their number."""
    locks.hold(locks.FOLLOWING, shared=True)
    live = DeviceBinding.objects.select_for_update().filter(person_id=person, ended_at=None)
    ending = list(live.filter(account=account) if account else live)
    for binding in ending:
        _end(binding, why, now, by)
    if by and ending:
        audit.record(by=by, action="binding.end", subject=f"person/{person}", details={"bindings": len(ending)})
    return len(ending)


def digest(token: str) -> bytes:
    """How a token is kept."""
    return sha256(token.encode()).digest()


def _bind(
    account: Account,
    person: int,
    keys: Keys,
    now: datetime,
    at: datetime,
    *,
    own: bool,
    move: bool,
    by: Official | None = None,
) -> Bound:
    token = urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).decode().rstrip("=")
    with transaction.atomic():
        # A run that is published while we work is followed after us, so nobody keeps a colour that went meanwhile.
        locks.hold(locks.FOLLOWING, shared=True)
        _one_at_a_time(person)
        made = DeviceBinding.objects.filter(account=account, created_at__gt=at - timedelta(hours=1)).count()
        if made >= MOST_AN_HOUR:
            raise mistake("bound-too-often")
        live = DeviceBinding.objects.filter(person_id=person, ended_at=None)
        in_the_way = [
            one
            for one in live
            if one.account_id == account.pk or (own and one.own) or bytes(one.device_key) == keys.device
        ]
        if in_the_way and not move:
            raise mistake("bound-elsewhere")
        for binding in in_the_way:
            _end(binding, Why.MOVED, now, by)
        binding = DeviceBinding.objects.create(
            token=digest(token), account=account, person_id=person, own=own, device_key=keys.device,
            window_keys=b"".join(keys.windows), created_by=by,
        )  # fmt: skip
        with connection.cursor() as cursor:
            following.issue(cursor, following.SOME, following.words_for(now, [person]))
        serial = binding.credentials.filter(recalled_at=None).values_list("serial", flat=True).first()
    return Bound(binding.pk, token, person, serial)


def _end(binding: DeviceBinding, why: str, now: datetime, by: Official | None = None) -> None:
    """End a binding and recall its credential; the scanners know with the next delta."""
    DeviceBinding.objects.filter(pk=binding.pk).update(ended_at=timezone.now(), why=why, ended_by=by)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE credentials SET recalled_at = greatest(issued_at, %s), cause = 'ended',"
            " last_day = greatest(%s, (SELECT max(day) FROM epochs)) WHERE binding_id = %s AND recalled_at IS NULL",
            [now, day_of(now) + MOST_AHEAD, binding.pk],
        )


def _one_at_a_time(person: int) -> None:
    """Let two phones that bind the same person come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.CLASS + 1, person])


def _prove(keys: Keys, account: int, person: int, at: datetime) -> None:
    body, mac = keys.challenge[:-MAC_BYTES], keys.challenge[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(body, account, person)) or int.from_bytes(body[:8], "big") < at.timestamp():
        raise mistake("challenge-over")
    if len(keys.windows) != KEYS or len({keys.device, *keys.windows}) != KEYS + 1:
        raise mistake("key-wrong")
    try:
        points = [public_key(point) for point in (keys.device, *keys.windows) if len(point) == POINT]
    except ValueError:
        raise mistake("key-wrong") from None
    if len(points) != KEYS + 1:
        raise mistake("key-wrong")
    if not is_signed(points[0], keys.signature, proof(keys)):
        raise mistake("proof-wrong")


def _mac(body: bytes, account: int, person: int) -> bytes:
    words = body + account.to_bytes(8, "big") + person.to_bytes(8, "big")
    return hmac.digest(keyring.secret("challenge"), words, sha256)[:MAC_BYTES]


def _code_key(code: str) -> UUID:
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return UUID(bytes=hmac.digest(keyring.secret("transfer"), plain.encode(), sha256)[:16])
