"""Deliveries: opened, closed, refused, withdrawn. What a file brought stands or falls as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.actions.intake.outcomes import HeldBack, Taken
from yimatong.records.actions.permission import require
from yimatong.records.models import Delivery, HeldRow, Official


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one file from every other: its name, size in bytes and SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


def open_delivery(*, by: Official, feed: str, stamp: Stamp, source: str, legal_basis: str) -> tuple[Delivery, bool]:
    """Open a delivery inside the caller's transaction; (the earlier one, False) where this very file was taken before.

    Deliveries of one feed wait for one another, so two of the same file at once can't both be the first.
    """
    require(by, "deliver")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('delivery'), hashtext(%s))", [feed])
    if (earlier := taken_before(feed=feed, stamp=stamp)) is not None:
        return earlier, False
    opened = Delivery.objects.create(
        feed=feed, file_name=stamp.name, size=stamp.size, sha256=stamp.sha256, state=Delivery.State.TAKEN,
        source=source, legal_basis=legal_basis, by=by,
    )  # fmt: skip
    return opened, True


def taken_before(*, feed: str, stamp: Stamp) -> Delivery | None:
    """The delivery with which this very file was taken and still stands, or None."""
    return Delivery.objects.filter(feed=feed, sha256=stamp.sha256, state=Delivery.State.TAKEN).first()


def close(*, delivery: Delivery, rows: int, taken: Taken, held: int) -> None:
    """Write the counts of a delivery and its audit link, in the caller's transaction. The database checks that they add up."""
    delivery.rows, delivery.taken, delivery.unchanged = rows, taken.taken, taken.unchanged
    delivery.held, delivery.ended = held, taken.ended
    delivery.save(update_fields=["rows", "taken", "unchanged", "held", "ended"])
    counts = {"rows": rows, "taken": taken.taken, "unchanged": taken.unchanged, "held": held}
    audit.record(
        by=delivery.by, action="delivery.take", subject=f"delivery/{delivery.pk}",
        details={"feed": delivery.feed, "sha256": delivery.sha256, **counts},
    )  # fmt: skip


def keep_held(*, delivery: Delivery, held: Iterable[tuple[int, list[HeldBack], str]]) -> int:
    """Put rows into the holding area: the row's number, what is wrong with it, and the row itself as JSON, to be sealed."""
    rows = [
        HeldRow(
            delivery=delivery,
            row=row,
            problems=[{"column": problem.column, "code": problem.code} for problem in problems],
            candidates=sorted({person for problem in problems for person in problem.candidates}),
            sealed=identity.seal(text, "row"),
        )
        for row, problems, text in held
    ]
    HeldRow.objects.bulk_create(rows, batch_size=5_000)
    return len(rows)


@transaction.atomic
def refuse(*, by: Official, feed: str, stamp: Stamp, source: str, legal_basis: str, code: str) -> Delivery:
    """Record that a whole file was refused, and by which error. Nothing of it was taken."""
    refused = Delivery.objects.create(
        feed=feed, file_name=stamp.name, size=stamp.size, sha256=stamp.sha256, state=Delivery.State.REFUSED,
        source=source, legal_basis=legal_basis, by=by, error=code,
    )  # fmt: skip
    audit.record(
        by=by, action="delivery.refuse", subject=f"delivery/{refused.pk}", details={"feed": feed, "code": code}
    )
    return refused
