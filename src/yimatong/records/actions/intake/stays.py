"""Stays of machines: a delivery of Parquet goes into the lake; the records keep who delivered it and whether it stands.

Two stores can't change in one transaction. So a delivery is `received` before the lake is touched and `taken` after;
the lake itself changes whole or not at all. What a crash leaves `received` is undone before anything else is taken
(settle_interrupted), so that nothing ever counts that is not in the list of deliveries.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
from django.db import connection, transaction

from yimatong.core import lake
from yimatong.core.time import Zone
from yimatong.records.actions import audit
from yimatong.records.actions.deliveries import Stamp
from yimatong.records.actions.intake.staging import fetch, stage
from yimatong.records.actions.permission import require
from yimatong.records.actions.withdrawal import Withdrawn, begin, finish
from yimatong.records.models import Delivery, Official

FEED = "stays"
LOCK = "SELECT pg_advisory_lock(hashtext('delivery'), hashtext('stays'))"
TRY_LOCK = "SELECT pg_try_advisory_lock(hashtext('delivery'), hashtext('stays'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('delivery'), hashtext('stays'))"


def strangers(people: Iterable[int]) -> int:
    """How many of these person numbers are not recorded."""
    with transaction.atomic(), connection.cursor() as cursor:
        stage("named", pa.table({"person": pa.array(people, pa.int32())}))
        rows = fetch(
            cursor,
            "SELECT count(*) FROM named LEFT JOIN people ON people.number = named.person WHERE people.number IS NULL",
        )
    return int(rows[0][0])


def take_stays(
    *,
    by: Official,
    stamp: Stamp,
    source: str,
    legal_basis: str,
    stays: Iterable[pa.Table],
    folder: Path,
    zone: Zone,
) -> tuple[Delivery, bool]:
    """Take a delivery of stays into the lake; (the earlier one, False) where this very file was taken before.

    Only one at a time. A mistake in the stays (LakeError) leaves the lake as it was and the delivery refused.
    """
    require(by, "deliver")
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    try:
        settle_interrupted(folder=folder, zone=zone)
        earlier = Delivery.objects.filter(feed=FEED, sha256=stamp.sha256, state=Delivery.State.TAKEN).first()
        if earlier is not None:
            return earlier, False
        delivery = Delivery.objects.create(
            feed=FEED, file_name=stamp.name, size=stamp.size, sha256=stamp.sha256, state=Delivery.State.RECEIVED,
            source=source, legal_basis=legal_basis, by=by,
        )  # fmt: skip
        try:
            receipt = lake.deliver(folder, stays, zone, delivery=delivery.pk, place=stamp.name)
        except lake.LakeError as error:
            _close(delivery, Delivery.State.REFUSED, 0, error.code)
            raise
        _close(delivery, Delivery.State.TAKEN, receipt.added)
        return delivery, True
    finally:
        with connection.cursor() as cursor:
            cursor.execute(UNLOCK)


def settle_abandoned(*, folder: Path, zone: Zone) -> int:
    """Undo what a crash left half done, where nobody is taking a delivery of stays at this moment; how many.

    Called before anybody is judged: what is in no list of deliveries counts for nobody.
    """
    if not Delivery.objects.filter(feed=FEED, state=Delivery.State.RECEIVED).exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(TRY_LOCK)
        if not cursor.fetchone()[0]:
            return 0
    try:
        return settle_interrupted(folder=folder, zone=zone)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(UNLOCK)


def settle_interrupted(*, folder: Path, zone: Zone) -> int:
    """Undo what a crash left half done: its rows leave the lake, the delivery is refused as `interrupted`; how many.

    The caller holds the lock of the feed, so a delivery that is `received` has nobody at work on it.
    """
    left = list(Delivery.objects.filter(feed=FEED, state=Delivery.State.RECEIVED))
    for delivery in left:
        lake.withdraw(folder, zone, delivery=delivery.pk)
        _close(delivery, Delivery.State.REFUSED, 0, "interrupted")
    return len(left)


def withdraw_stays(*, by: Official, delivery: int, why: str, folder: Path, zone: Zone) -> Withdrawn:
    """Take a delivery's stays out of the lake. Repeating it after a crash finishes it."""
    with transaction.atomic():
        found = begin(by=by, delivery=delivery, why=why)
        receipt = lake.withdraw(folder, zone, delivery=found.pk)
        finish(by=by, delivery=found, why=why, details={"struck": receipt.removed, "days": len(receipt.days)})
    return Withdrawn(found.pk, receipt.removed, 0, ())


@transaction.atomic
def _close(delivery: Delivery, state: Delivery.State, rows: int, error: str = "") -> None:
    delivery.state, delivery.rows, delivery.taken, delivery.error = state, rows, rows, error
    delivery.save(update_fields=["state", "rows", "taken", "error"])
    action = "delivery.take" if state == Delivery.State.TAKEN else "delivery.refuse"
    audit.record(
        by=delivery.by, action=action, subject=f"delivery/{delivery.pk}",
        details={"feed": FEED, "sha256": delivery.sha256, "rows": rows, "code": error},
    )  # fmt: skip
