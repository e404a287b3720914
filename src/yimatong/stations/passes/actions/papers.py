"""What makes paper passes good: credentials granted to people who are green, recalled when they no longer are, signed as QR.

The station of issuing decides who gets a paper; here it becomes something that gates can verify and refuse. A credential is
granted in the caller's transaction, under the lock that the following of verdicts takes: whoever is judged anew in that very
moment is followed after it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from yimatong.core.colour import Colour
from yimatong.core.credential import Claims, FileKey, Kind, document_check, masked, mint, paper_text, slot, tail_of
from yimatong.core.credential.epochs import MARGIN
from yimatong.records.actions.officials import the_system
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.days import paper_epoch, paper_life, seconds
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.models import PaperCredential, PaperEpoch, SigningKey
from yimatong.stations.passes.stamping import cti_of

BITS = 24
"""16.7 million papers a month; a list of 20,000 recalled ones takes 28 kB (docs/reference/code-format.md)."""
NOT_GREEN = "YMT37"
log = structlog.get_logger(__name__)


class NotInForce(Exception):
    """A run was published between our look at the verdict and our grant: the transaction is void, look again."""


TOUCHED = "SELECT DISTINCT person_id FROM verdicts WHERE run_id > %(followed)s AND run_id <= %(run)s"
SOME = "SELECT unnest(%(people)s::integer[])"
RECALL = """
UPDATE paper_credentials c SET recalled_at = greatest(c.issued_at, %(now)s),
    cause = CASE said.colour WHEN 'unknown' THEN 'unknown' ELSE 'colour' END
FROM (
    SELECT p.serial, v.colour, v.run_id, p.run FROM paper_credentials p
    JOIN LATERAL (SELECT colour, run_id FROM verdicts WHERE person_id = p.person_id ORDER BY run_id DESC LIMIT 1) v ON true
    WHERE p.recalled_at IS NULL AND p.until >= %(now)s {whose}
) said
WHERE c.serial = said.serial AND c.recalled_at IS NULL
    AND (said.colour IN ('red', 'yellow') OR (said.colour = 'unknown' AND said.run_id > said.run))
"""
"""Recall the papers of whom a verdict no longer calls green. Whoever has just declared may still have an unknown one from before."""


def grant(*, person: int, issued_at: datetime, until: datetime, longest: int, doubled: bool = False) -> PaperCredential:
    """A live credential, in the caller's transaction, which holds `papers.hold`. `longest` is how many days a paper holds at most.

    The database refuses it for somebody whose verdict in force is red or yellow: NotInForce.
    """
    keyring.require_secret()
    epoch = _opened(paper_epoch(issued_at), until, longest)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM runs WHERE state = 'published'")
        run = int(cursor.fetchone()[0])
        cursor.execute("SELECT nextval('paper_places')")
        place = int(cursor.fetchone()[0]) - epoch.base
    if place >= 1 << epoch.bits:
        raise mistake("epoch-full", epoch=epoch.epoch)
    try:
        return PaperCredential.objects.create(
            epoch=epoch, place=place, person_id=person, run=run, issued_at=issued_at, until=until, doubled=doubled
        )
    except DatabaseError as refusal:
        if getattr(refusal.__cause__, "sqlstate", "") == NOT_GREEN:
            raise NotInForce from refusal
        raise


def hold(person: int) -> None:
    """Let what concerns one person's papers come one after the other, and no follow of the verdicts in between."""
    locks.hold(locks.FOLLOWING, shared=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.CLASS + 2, person])


def recall(*, serials: Collection[int], cause: str, now: datetime) -> int:
    """Recall credentials, once each; the gates know with the next list. How many were live."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE paper_credentials SET recalled_at = greatest(issued_at, %s), cause = %s"
            " WHERE serial = ANY(%s) AND recalled_at IS NULL",
            [now, PaperCredential.Cause(cause).value, list(serials)],
        )
        return int(cursor.rowcount)


def follow(cursor: Any, words: dict[str, object], *, everybody: bool, some: bool) -> int:
    """Recall the papers of those whose verdicts say so, in the transaction that follows the e-codes. How many."""
    whose = "" if everybody else f"AND p.person_id IN ({SOME if some else TOUCHED})"
    cursor.execute(RECALL.format(whose=whose), words)
    recalled = int(cursor.rowcount)
    if recalled:
        log.info("papers.recalled", recalled=recalled)
    return recalled


def signer(now: datetime) -> FileKey:
    """The key that signs papers now; the first one is made where there is none."""
    keys.ensure_paper(by=the_system(), now=now)
    return keyring.signer(SigningKey.Use.PAPER, seconds(now))


def signed_text(
    *, credential: PaperCredential, number: str, name: str, document: str, now: datetime, key: FileKey | None = None
) -> str:
    """The text of a paper's QR code, signed now; every print of one paper has the same cti and slot.

    `key`, where it is given, was asked of `signer` a moment ago: for whoever prints many.
    """
    key = key or signer(now)
    cti = cti_of(keyring.secret("cti"), credential.serial, credential.epoch_id)
    begin, end = seconds(credential.issued_at), seconds(credential.until)
    claims = Claims(
        city=settings.YIMATONG_CITY,
        exp=end,
        nbf=begin - MARGIN,
        iat=min(max(seconds(now), begin), end),
        cti=cti,
        kind=Kind.PAPER,
        colour=Colour.GREEN,
        name=masked(name),
        tail=tail_of(document),
        check=document_check(keyring.secret("check"), cti, document.encode("ascii", "ignore").decode()),
        slot=slot_of(credential),
        epoch=credential.epoch_id,
        number=number,
    )
    return paper_text(mint(claims, key))


def slot_of(credential: PaperCredential) -> int:
    """Where its recall stands in the list of its epoch."""
    return slot(keyring.secret("slots"), credential.epoch_id, credential.epoch.bits, credential.place)


def _opened(month: int, until: datetime, longest: int) -> PaperEpoch:
    """The epoch of a month; made with the first paper of the month, its end put off when papers hold longer than they did."""
    needed = max(paper_life(month)[1] + longest * 86_400, seconds(until))
    found = PaperEpoch.objects.filter(pk=month).first()
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_value + is_called::int FROM paper_places")
            base = int(cursor.fetchone()[0])
        locks.hold(locks.PAPERS)
        found, _ = PaperEpoch.objects.get_or_create(pk=month, defaults={"bits": BITS, "base": base, "until": needed})
    if found.until < needed:
        PaperEpoch.objects.filter(pk=month, until__lt=needed).update(until=needed)
    return found
