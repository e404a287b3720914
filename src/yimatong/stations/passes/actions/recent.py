"""Recent recalls, for phones: what the last minutes added to the list of the present window, and what the last hours did.

One file for everybody, so that asking names nobody; each phone looks in it for its own slot. They are read out of the cuts, and signed
when they are published. Together they are without a gap: the minutes reach back to the hours, the hours to the snapshot.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max, QuerySet

from yimatong.core.credential import RecentRecalls, Signer, sign_recent, window_at
from yimatong.core.credential.cbor import Malformed
from yimatong.core.credential.recent import own_recent
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import HOURS, is_fresh, seconds
from yimatong.stations.passes.models import Epoch, RecallCut, Reissue, SigningKey

EVERY = 600
"""Seconds after which the file of hours is signed anew."""
SOON, LEAST_WAIT = 600, 30
"""Seconds over which phones ask for other passes when a key was compromised; and at least, so that no two come together."""


class Reach(NamedTuple):
    """How far back a file goes: `span` seconds; with more than `most` slots only as far as `least` seconds."""

    span: int
    most: int
    least: int


MINUTES = Reach(EVERY + 60, 5_000, 150)
"""A phone that asks each minute misses nothing within two and a half, and a storm of recalls is in its file no longer than that."""
SIX_HOURS = Reach(6 * 3600, 1_000_000, 2 * 3600)
"""Further than snapshots are apart. Whoever opens the page some times a day seldom needs the whole list."""


class Added(NamedTuple):
    """What a cut added, as it is kept."""

    sequence: int
    issued: int
    added: bytes


class Files(NamedTuple):
    """The epoch of the present window, its minutes and its hours, signed; no hours where those that lie there will do."""

    epoch: int
    minutes: bytes
    hours: bytes | None


def recent_files(*, now: datetime, lying: bytes | None) -> Files | None:
    """What is to be published now; None before the window's first cut. `lying` is the file of hours that there is."""
    epoch = window_at(seconds(now), HOURS).epoch
    minutes = recent(epoch, MINUTES)
    if minutes is None:
        return None
    signer = keyring.signer(SigningKey.Use.RECALL, seconds(now))
    least, within = _old(seconds(now))
    signed = sign_recent(replace(minutes, least=least, within=within), signer)
    hours = None if _will_do(lying, minutes, signer) else recent(epoch, SIX_HOURS)
    return Files(epoch, signed, sign_recent(hours, signer) if hours else None)


def recent(epoch: int, reach: Reach) -> RecentRecalls | None:
    """What the last cuts added to the list of an epoch; None where it has none."""
    cuts = RecallCut.objects.filter(epoch=epoch)
    last = cuts.order_by("-sequence").values_list("sequence", "issued", "expires").first()
    if last is None:
        return None
    sequence, issued, expires = last
    slots: set[int] = set()
    before, *earlier = _chain(cuts, issued - reach.span, issued)
    for cut in earlier:
        is_enough = issued - before.issued > reach.least and len(slots) + len(before.added) // 4 > reach.most
        if cut.sequence != before.sequence - 1 or is_enough:
            break
        slots.update(array("I", before.added))
        before = cut
    bits = Epoch.objects.values_list("bits", flat=True).get(pk=epoch)
    return RecentRecalls(epoch, sequence, issued, expires, bits, frozenset(slots), before.sequence, before.issued)


def _chain(cuts: QuerySet[RecallCut], first: int, last: int) -> list[Added]:
    """The deltas issued within these seconds, the newest first; at the end the whole list, where none of them stands beside it."""
    rows = cuts.filter(issued__range=(first, last)).order_by("-sequence")
    kept = rows.filter(whole=False).values_list("sequence", "issued", "added")
    deltas = [Added(sequence, issued, bytes(added)) for sequence, issued, added in kept]
    known = {delta.sequence for delta in deltas}
    whole = [Added(*row, b"") for row in rows.filter(whole=True).values_list("sequence", "issued")]
    return deltas + [one for one in whole if one.sequence not in known]


def _will_do(lying: bytes | None, minutes: RecentRecalls, signer: Signer) -> bool:
    """Whether the file of hours that lies there is of this window, fresh, by the key of now, and reached by the minutes."""
    try:
        kid, hours = own_recent(lying or b"")
    except Malformed:
        return False
    is_of_now = kid == signer.kid and hours.epoch == minutes.epoch and is_fresh(hours.issued, minutes.issued, EVERY)
    return is_of_now and minutes.after <= hours.sequence <= minutes.sequence


def _old(moment: int) -> tuple[int, int]:
    """The second before which passes are old, and within how many seconds phones ask for others."""
    dead = SigningKey.objects.filter(use=SigningKey.Use.PASS).aggregate(at=Max("compromised_at"))["at"]
    begun = [(since, since + spread) for since, spread in Reissue.objects.values_list("since", "spread")]
    if dead:
        begun.append((seconds(dead), seconds(dead) + SOON))
    least, until = max(((since, until) for since, until in begun if since <= moment), default=(0, 0))
    return least, max(LEAST_WAIT, until - moment) if least else 0
