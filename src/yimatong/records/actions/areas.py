"""Recording, ending and striking single risk areas; whole lists come through risk_areas.py."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from yimatong.core.facts import Level
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Area, Official


def key_of(*parts: object) -> str:
    """What tells one entry from every other: SHA-256 (hex) of its parts, so that one key fits any length of text."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


@transaction.atomic
def record(
    *,
    by: Official,
    level: Level,
    low: int,
    high: int,
    text: str,
    start: datetime,
    source: str,
    legal_basis: str,
    place: int | None = None,
    end: datetime | None = None,
) -> Area:
    """Record one area: the divisions `low` to `high` (9 digits), or the one place inside them."""
    require(by, "record")
    if end is not None and end < start:
        raise mistake("interval-backwards", record="area")
    scope = Area.Scope.WHOLE if place is None else Area.Scope.PLACE
    key = key_of(source, level, low, high, place, text)
    if (same := Area.objects.filter(key=key, start=start, struck_at=None).first()) is not None:
        raise mistake("record-repeats", record=str(same))
    area = Area.objects.create(
        level=level, listed_level=level, scope=scope, low=low, high=high, place_id=place, division_text="", text=text,
        key=key, start=start, end=end, source=source, legal_basis=legal_basis, recorded_by=by,
    )  # fmt: skip
    audit.record(by=by, action="area.record", subject=f"area/{area.pk}", details={"level": level})
    return area


@transaction.atomic
def end(*, by: Official, area: int, end: datetime, now: datetime) -> Area:
    """Give an open area its end, once."""
    require(by, "end")
    found = _open(area)
    if found.end is not None:
        raise mistake("record-ended", record=str(found))
    if end < found.start:
        raise mistake("interval-backwards", record=str(found))
    found.end, found.end_recorded_at, found.end_recorded_by = end, now, by
    found.save(update_fields=["end", "end_recorded_at", "end_recorded_by"])
    audit.record(by=by, action="area.end", subject=f"area/{found.pk}", details={"end": end.isoformat()})
    return found


@transaction.atomic
def strike(*, by: Official, area: int, why: str, now: datetime) -> Area:
    """Strike an area that was wrong."""
    require(by, "strike")
    if not why.strip():
        raise mistake("reason-missing")
    found = _open(area)
    found.struck_at, found.struck_by, found.strike_reason = now, by, why.strip()
    found.save(update_fields=["struck_at", "struck_by", "strike_reason"])
    audit.record(by=by, action="area.strike", subject=f"area/{found.pk}", details={"why": why.strip()})
    return found


def _open(area: int) -> Area:
    """The area, locked against two at once, if it still counts."""
    found = Area.objects.select_for_update().filter(pk=area).first()
    if found is None:
        raise mistake("record-unknown", record=f"area {area}")
    if found.struck:
        raise mistake("record-struck", record=str(found))
    return found
