"""Numbers: leased in blocks that never overlap, so that no two desks can ever write the same one, with or without a network.

Why so: decision 71.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from yimatong.core.paper import LAST_SERIAL, number
from yimatong.records.actions import audit
from yimatong.records.models import Official
from yimatong.records.refusals import Refused
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake, refused
from yimatong.stations.issuing.models import Lease, Point
from yimatong.stations.issuing.terms import terms

MOST = 20_000
"""Numbers in one lease: ten thousand blanks are one print job (edges/printing)."""

DRAW = """
UPDATE number_leases SET next = next + 1 WHERE id = (
    SELECT id FROM number_leases WHERE point_id = %s AND use = 'point' AND next <= last ORDER BY id LIMIT 1 FOR UPDATE
) RETURNING id, district, next - 1
"""
TAKE = """
INSERT INTO number_districts (code, next) VALUES (%(code)s, 1 + %(count)s)
ON CONFLICT (code) DO UPDATE SET next = number_districts.next + %(count)s WHERE number_districts.next + %(count)s - 1 <= %(last)s
RETURNING next - %(count)s
"""


class Drawn(NamedTuple):
    """A number that nobody else has or will have."""

    lease: int
    district: int
    serial: int

    @property
    def number(self) -> str:
        return number(self.district, self.serial)


@transaction.atomic
def lease(
    *, by: Official, point: int, desk: str, request: UUID, now: datetime, count: int | None = None
) -> Lease | Refused:
    """A block for an offline desk, in its name (`app-NUMBER`). The same request is answered with the same lease.

    Numbers are given out once: what a desk does not use is never another's.
    """
    found = at_desk(by, point)
    asked = count or terms().block
    if not 1 <= asked <= MOST:
        raise mistake("too-many-numbers", most=MOST)
    if found.stopped_at is not None:
        return refused("stopped")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('lease'), hashtext(%s))", [str(request)])
    known = Lease.objects.filter(request=request).first()
    if known is not None:
        if (known.point_id, known.desk) != (point, desk.strip()):
            raise mistake("request-differs")
        return known
    made = leased(by, found, Lease.Use.OFFLINE, asked, now, desk=desk.strip(), request=request)
    if isinstance(made, Lease):
        audit.record(
            by=by, action="numbers.lease", subject=f"lease/{made.pk}", details={"point": point, "count": asked}
        )
    return made


def leased(
    by: Official,
    point: Point,
    use: Lease.Use,
    count: int,
    now: datetime,
    *,
    desk: str = "",
    request: UUID | None = None,
) -> Lease | Refused:
    """The next serials of the point's district, in the caller's transaction; `no-numbers` when it has so many no more."""
    district = point.division // 1000
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"code": district, "count": count, "last": LAST_SERIAL})
        row = cursor.fetchone()
    if row is None:
        return refused("no-numbers")
    first = int(row[0])
    return Lease.objects.create(
        point=point, use=use, desk=desk, district=district, first=first, last=first + count - 1, next=first,
        leased_at=now, leased_by=by, request=request,
    )  # fmt: skip


def draw(by: Official, point: Point, now: datetime) -> Drawn | Refused:
    """The next number of a point's desks, in the caller's transaction; another block is leased when one is used up."""
    found = _drawn(point.pk)
    if found is None:
        with connection.cursor() as cursor:
            # Desks of one point that find the block empty at one moment lease one more, and not one each.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('block'), %s)", [point.pk])
        found = _drawn(point.pk)
    if found is None:
        made = leased(by, point, Lease.Use.POINT, terms().block, now)
        if isinstance(made, Refused):
            return made
        found = _drawn(point.pk)
    assert found is not None
    return found


def _drawn(point: int) -> Drawn | None:
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [point])
        row = cursor.fetchone()
    return Drawn(*row) if row else None
