"""Signing in: what a channel says of somebody, or a one-time code in the plain browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimatong.core.text import message as _
from yimatong.records import calendar, documents, identity
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.actions import codes, limits
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.checks import plain_phone
from yimatong.stations.declarations.errors import mistake, refused
from yimatong.stations.declarations.models import Account, Channel, OneTimeCode

BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a channel says of its user. The document counts only where the channel verifies identity."""

    name: str = ""
    id_type: str = ""
    id_number: str = ""
    phone: str = ""


def sign_in(*, channel: str, subject: str, claims: Claims, at: datetime) -> Account:
    """The account of (channel, subject), made where it is new; `channel-stopped` or `channel-busy` where nobody gets in.

    The edge has verified the hand-over before it calls this.
    """
    found = _open_channel(channel)
    if not limits.per_minute(what="sign_in", key=identity.keyed("channel:", channel), most=found.quota, at=at):
        raise mistake("channel-busy")
    return _account(found, subject, claims, at)


def ask_for_code(*, phone: str, source: Source, at: datetime) -> Refused | None:
    """Send a code to a phone that wants to sign in; Refused where the number is none or asks too often."""
    _open_channel(BROWSER)
    plain = plain_phone(phone)
    if not plain:
        return refused("phone-shape", label=_("mobile phone"))
    target = identity.phone_key(plain)
    if (no := limits.spend(what="ask", source=source, target=target, at=at)) is not None:
        return no
    codes.issue(use=OneTimeCode.Use.SIGN_IN, target=target, phone=plain, at=at)
    return None


def sign_in_by_code(*, phone: str, code: str, source: Source, at: datetime) -> Account | Refused:
    """The account of a phone that has shown its code."""
    channel = _open_channel(BROWSER)
    plain = plain_phone(phone)
    target = identity.phone_key(plain)
    if (no := refused_answer(source, target, at)) is not None:
        return no
    if not plain or codes.redeem(use=OneTimeCode.Use.SIGN_IN, target=target, code=code, at=at) is None:
        limits.spend(what="wrong", source=source, at=at)
        return refused("code-wrong")
    return _account(channel, plain, Claims(phone=plain), at)


def refused_answer(source: Source, target: UUID, at: datetime, wrong: str = "wrong") -> Refused | None:
    """Why an answer is not even looked at: too many from here, about this, or wrong ones from everywhere."""
    no = limits.spend(what="answer", source=source, target=target, at=at)
    return no or limits.spent(what=wrong, source=source, at=at)


def _open_channel(slug: str) -> Channel:
    found = Channel.objects.filter(slug=slug).first()
    if found is None:
        raise mistake("channel-unknown", slug=slug)
    if not found.enabled:
        raise mistake("channel-stopped")
    return found


@transaction.atomic
def _account(channel: Channel, subject: str, claims: Claims, at: datetime) -> Account:
    account, _ = Account.objects.get_or_create(
        channel=channel,
        subject_key=identity.keyed(f"subject:{channel.slug}:", subject),
        defaults={"subject_sealed": identity.seal(subject, "subject")},
    )
    account.signed_in_at = at
    if phone := plain_phone(claims.phone):
        account.phone_key, account.phone_tail = identity.phone_key(phone), identity.tail(phone)
        account.phone_sealed = identity.seal(phone, "phone")
    if channel.verifies_identity:
        _identify(account, claims, at)
    account.save()
    return account


def _identify(account: Account, claims: Claims, at: datetime) -> None:
    """Keep the document that the channel has verified; one that can't be true is not kept."""
    if claims.name:
        account.name_sealed = identity.seal(claims.name, "name")
    kind = claims.id_type or "resident"
    if (
        claims.id_number
        and kind in documents.SHAPES
        and documents.flaw(kind, claims.id_number, calendar.day(at)) is None
    ):
        plain = identity.normalised(claims.id_number)
        account.document_type, account.document_key = kind, identity.id_key(kind, plain)
        account.document_sealed = identity.seal(plain, "id")
