"""Recall lists: once a minute what was recalled since goes into the list of every window that is not over.

A list is exact, and within its epoch it only grows. When its last window is over, a list goes, and the place of a credential
whose last strip is over is free for another: so expired entries vanish, offline too.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import connection, transaction
from django.db.models import Max, QuerySet

from yimatong.core.credential import FileKey, RecallList, Signer, sign_delta, sign_snapshot, slot, window, window_at
from yimatong.core.credential.epochs import MARGIN
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.days import HOURS, WINDOWS, after, day_of, is_fresh, seconds
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.models import Credential, Epoch, PaperEpoch, RecallCut, SigningKey
from yimatong.stations.passes.models.papers import BELOW

REFRESH, LIFE = 60, 24 * 3600
"""A delta a minute; a list holds for a day, far beyond its refresh (S12), and its age can always be told."""
SNAPSHOT = 3600
"""Seconds after which the whole list is signed again."""
OLD_DELTAS, REMEMBERED_DELTAS = 2 * 3600, 7 * 3600
"""Seconds that a delta is published; and that those of the present and the next window are known, for what phones read (recent.py)."""
NONE_KEPT = -1
"""Seconds of a list whose key was compromised: no delta of it is kept, not even one of this second."""
REMEMBERED = 30
"""Days after its last strip for which a place is nobody else's: what a checkpoint recorded without a network, and brings days
later, still finds whose pass it was."""
FEWEST_BITS = 24
"""16.7 million slots: a city may double within the days that strips are made ahead, and its lists stay as they are."""
log = structlog.get_logger(__name__)


class Cut(NamedTuple):
    """What a cut came to: credentials newly listed, and lists signed."""

    listed: int
    signed: int


class Signed(NamedTuple):
    """How many lists of an epoch were signed; and where one of them is whole, the seconds for which deltas before it are kept."""

    lists: int
    kept: int | None = None


class Series(NamedTuple):
    """Whose list: an epoch with the bits of its slots; with a `heartbeat` it has a delta at every cut, also an empty one.

    `sequence` is the last of a list that was ended and begins again.
    """

    epoch: int
    bits: int
    heartbeat: bool
    sequence: int


class Entry(NamedTuple):
    """A recalled credential."""

    serial: int
    place: int
    last_day: int


def open_epochs(days: Iterable[int]) -> None:
    """Decide the bits of the windows of these days, and make room for their strips; what stands is left as it is."""
    wanted = set(days)
    there = set(Epoch.objects.filter(day__in=wanted).values_list("day", flat=True))
    with connection.cursor() as cursor:
        # Also of days whose windows are known: a clock that was ahead has dropped today's strips as over.
        cursor.execute("SELECT passes_open_day(day) FROM unnest(%s::integer[]) day", [sorted(wanted)])
    for day in sorted(wanted - there):
        bits = max(FEWEST_BITS, (2 * highest_place()).bit_length())
        with transaction.atomic():
            Epoch.objects.bulk_create(
                [Epoch(epoch=day * 24 + HOURS * number, day=day, bits=bits) for number in range(WINDOWS)],
                ignore_conflicts=True,
            )


def highest_place() -> int:
    """The highest place that was ever given."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM credential_places")
        return int(cursor.fetchone()[0])


@transaction.atomic
def cut_recall(*, now: datetime, anew: bool = False) -> Cut:
    """Sign what changed; `anew` signs every list whole (its key was compromised). Two at once: the second finds it done."""
    locks.hold(locks.CUTTING)
    moment = after(RecallCut.objects.aggregate(at=Max("issued"))["at"] or 0, now)
    fresh = [Entry(*row) for row in _recalled(listed=False)]
    everybody = None
    signer, secret = keyring.signer(SigningKey.Use.RECALL, seconds(now)), keyring.secret("slots")
    signed, needless = 0, dict[int, int | None]()
    for epoch in Epoch.objects.filter(epoch__gt=_over(moment)).order_by("epoch"):
        before = known(epoch.epoch, epoch.bits)
        if before is None and everybody is None:
            everybody = [*fresh, *(Entry(*row) for row in _recalled(listed=True))]
        entries = fresh if before else everybody or []
        slots = {_slot(secret, epoch, entry.place) for entry in entries if entry.last_day >= epoch.day}
        near = window(epoch.epoch, HOURS).nbf <= moment + HOURS * 3600
        series = Series(epoch.epoch, epoch.bits, near, epoch.sequence)
        made = cut_list(series, before, slots, moment, signer, anew=anew)
        signed += made.lists
        if made.kept is not None:
            needless[epoch.epoch] = made.kept
    Credential.objects.filter(serial__in=[entry.serial for entry in fresh]).update(listed=True)
    _give_places_back(day_of(now))
    drop_cuts(needless | end_lists(Epoch, RecallCut.objects.filter(epoch__range=(BELOW, _over(moment)))), moment)
    if fresh:
        log.info("recall.cut", listed=len(fresh), signed=signed)
    return Cut(len(fresh), signed)


def known(epoch: int, bits: int | None = None) -> RecallList | None:
    """The list of an epoch as it was last signed."""
    snapshot = RecallCut.objects.filter(epoch=epoch, whole=True).order_by("-sequence").first()
    if snapshot is None:
        return None
    slots, last = set(_numbers(snapshot.added)), snapshot
    for delta in RecallCut.objects.filter(epoch=epoch, whole=False, sequence__gt=snapshot.sequence).order_by(
        "sequence"
    ):
        slots.update(_numbers(delta.added))
        last = delta
    if bits is None:
        bits = Epoch.objects.values_list("bits", flat=True).get(pk=epoch)
    return RecallList(epoch, last.sequence, last.issued, last.expires, bits, frozenset(slots))


def cut_list(
    epoch: Series, before: RecallList | None, slots: set[int], moment: int, signer: FileKey, *, anew: bool
) -> Signed:
    """The delta and, when it is time, the snapshot of one epoch; the caller drops what a snapshot made needless."""
    expires = moment + LIFE
    if before is None:
        first = epoch.sequence + 1
        _snapshot(RecallList(epoch.epoch, first, moment, expires, epoch.bits, frozenset(slots)), signer)
        return Signed(1)
    added = slots - before.slots
    if anew:
        listed = RecallList(epoch.epoch, before.sequence + 1, moment, expires, epoch.bits, before.slots | added)
        _snapshot(listed, signer)
        return Signed(1, NONE_KEPT)
    snapshot = RecallCut.objects.filter(epoch=epoch.epoch, whole=True).aggregate(at=Max("issued"))["at"]
    is_due = not is_fresh(snapshot, moment, SNAPSHOT)
    if not added and not epoch.heartbeat and not is_due:
        return Signed(0)
    data, listed = sign_delta(before, added, issued=moment, expires=expires, signer=signer)
    RecallCut.objects.create(
        epoch=epoch.epoch, sequence=listed.sequence, whole=False, issued=moment, expires=expires,
        added=array("I", sorted(added)).tobytes(), data=data,
    )  # fmt: skip
    if not is_due:
        return Signed(1)
    _snapshot(listed, signer)
    return Signed(2, REMEMBERED_DELTAS if epoch.heartbeat and epoch.epoch >= BELOW else OLD_DELTAS)


def end_lists(epochs: type[Epoch | PaperEpoch], over: QuerySet[RecallCut]) -> dict[int, int | None]:
    """The epochs of lists that are over, to be dropped whole. They keep the last sequence: should a clock have been ahead, and a list
    begin again, then gates that know it take what follows and not what would seem rolled back to them."""
    ended: dict[int, int | None] = {}
    for epoch, sequence in over.values_list("epoch").annotate(last=Max("sequence")).order_by():
        epochs.objects.filter(pk=epoch).update(sequence=sequence)
        ended[epoch] = None
    return ended


def drop_cuts(needless: Mapping[int, int | None], moment: int) -> None:
    """Have the database drop what the newest whole list of an epoch made needless, but for deltas of the last so many seconds; None for
    a list that is over. It says so in the audit chain, which nobody else can go on with until the transaction ends: call it last."""
    if not needless:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT passes_drop_cuts(%s::integer[], %s::bigint[], %s)",
            [list(needless), list(needless.values()), moment],
        )


def _snapshot(listed: RecallList, signer: Signer) -> None:
    """Keep a whole list."""
    RecallCut.objects.create(
        epoch=listed.epoch, sequence=listed.sequence, whole=True, issued=listed.issued, expires=listed.expires,
        added=array("I", sorted(listed.slots)).tobytes(), data=sign_snapshot(listed, signer),
    )  # fmt: skip


def _recalled(*, listed: bool) -> Iterable[tuple[int, int, int]]:
    """Recalled credentials that still have a place; those not yet listed are held, so that none is missed."""
    found = Credential.objects.filter(recalled_at__isnull=False, listed=listed, place__isnull=False)
    rows: list[tuple[int, int, int]] = list(found.values_list("serial", "place", "last_day"))  # type: ignore[arg-type]
    return rows


def _slot(secret: bytes, epoch: Epoch, place: int) -> int:
    if place >= 1 << epoch.bits:
        raise mistake("epoch-full", epoch=epoch.epoch)
    return slot(secret, epoch.epoch, epoch.bits, place)


def _over(moment: int) -> int:
    """The last epoch whose passes are all over."""
    return window_at(moment - MARGIN - 1, HOURS).epoch - HOURS


def _give_places_back(today: int) -> None:
    """Free the places of credentials whose last possible strip is over, and the time for which it is remembered with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH over AS (SELECT serial, place FROM credentials WHERE place IS NOT NULL AND recalled_at IS NOT NULL"
            " AND listed AND last_day < %s FOR UPDATE SKIP LOCKED),"
            " freed AS (UPDATE credentials c SET place = NULL FROM over WHERE c.serial = over.serial)"
            " INSERT INTO free_places (place) SELECT place FROM over",
            [today - REMEMBERED],
        )


def _numbers(added: bytes | memoryview) -> array[int]:
    numbers = array("I")
    numbers.frombytes(bytes(added))
    return numbers
