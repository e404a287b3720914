"""Whose an entry is, looked at again: by a session that was its official's at that time, or by a request that the desk's key signed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from uuid import UUID

from django.db import connections

from yimatong.core.credential.keys import is_signed, public_key
from yimatong.records.models import AuditEntry
from yimatong.stations.issuing.models import DeskDevice
from yimatong.stations.judgements.discrepancies import MOST_NAMED, Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE

AT_ONCE = 200_000
PAGES = "default"
DESK = "desk:"


def compare() -> tuple[int, list[Found]]:
    """How many entries were looked at, and those that are of no session, or that the desk did not sign."""
    upto = AuditEntry.objects.using(JUDGE).order_by("-number").values_list("number", flat=True).first() or 0
    found = [*_of_no_session(upto), *_unsigned(upto)]
    return upto, found[:MOST_NAMED]


def _of_no_session(upto: int) -> Iterator[Found]:
    """By the database: it alone reads the sessions."""
    for beyond in range(0, upto, AT_ONCE):
        with connections[JUDGE].cursor() as cursor:
            cursor.execute("SELECT public.audits_of_no_session(%s, %s)", [beyond, min(upto, beyond + AT_ONCE)])
            for (number,) in cursor.fetchall():
                yield _found(number, "session")


def _unsigned(upto: int) -> Iterator[Found]:
    """Entries of desks whose request was not signed by the desk's key, or whose desk is not the official's."""
    desks = {
        desk.id: (bytes(desk.key), desk.clerk_id) for desk in DeskDevice.objects.using(PAGES).only("id", "key", "clerk")
    }
    entries = AuditEntry.objects.using(JUDGE).filter(number__lte=upto, through__startswith="desk ")
    machine = set(entries.filter(by__username="system").values_list("by_id", flat=True)[:1])
    for number, by, proof in (
        entries.order_by("number").values_list("number", "by_id", "proof").iterator(chunk_size=2_000)
    ):
        device, _, rest = proof.partition("\n")
        signature, _, message = rest.partition("\n")
        try:
            key, clerk = desks[UUID(hex=device.removeprefix(DESK))]
            signed = is_signed(public_key(key), base64.urlsafe_b64decode(signature), message.encode())
        except (KeyError, ValueError, binascii.Error):
            signed, clerk = False, None
        if not signed or by not in {clerk, *machine}:
            yield _found(number, "proof")


def _found(number: int, wrong: str) -> Found:
    return Found(Kind.EDITED.value, "audit_entries", None, None, digest([number, wrong]), number)
