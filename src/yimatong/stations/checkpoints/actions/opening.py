"""Opening and closing checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.checkpoints.actions.enrolling import revoke
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.checkpoints.models import Checkpoint
from yimatong.stations.passes.days import seconds

ALWAYS = ((127, 0, 1439),)
MOST_HOURS, LONGEST = 20, 60


@transaction.atomic
def open_checkpoint(
    *, by: Official, title_zh: str, title_en: str, division: int, at: datetime, zone: str = Checkpoint.Zone.ORDINARY,
    hours: Sequence[Sequence[int]] = ALWAYS, control_hours: Sequence[Sequence[int]] = (), place: int | None = None,
    lat: float | None = None, lon: float | None = None,
) -> Checkpoint:  # fmt: skip
    """A new checkpoint. `title-missing`, `title-taken`, `hours-wrong`, `control-hours-wrong`. `at` is real time.

    A control zone with `control_hours` is one in those hours alone.
    """
    require(by, "checkpoints")
    zh, en = title_zh.strip(), title_en.strip()
    if not (0 < len(zh) <= LONGEST and 0 < len(en) <= LONGEST):
        raise mistake("title-missing", place="title_zh")
    try:
        with transaction.atomic():
            made = Checkpoint.objects.create(
                title_zh=zh, title_en=en, division=division, zone=zone, hours=checked(hours),
                control_hours=_checked_control(zone, control_hours), place_id=place, latitude=lat, longitude=lon, opened_by=by,
                opened_at=at,
            )  # fmt: skip
    except IntegrityError as again:
        if Checkpoint.objects.filter(title_zh=zh).exists():
            raise mistake("title-taken", place="title_zh") from again
        raise
    audit.record(by=by, action="checkpoint.open", subject=str(made), details={"zone": made.zone})
    return made


@transaction.atomic
def change_hours(
    *,
    by: Official,
    checkpoint: int,
    hours: Sequence[Sequence[int]],
    now: datetime,
    control_hours: Sequence[Sequence[int]] | None = None,
) -> Checkpoint:
    """Other hours; `control_hours` stay as they are where they are None. Scanners learn them with their next licence.

    Those that a scanner without a network still has are kept, so that what it did by them is not held against it. `now` is the
    city's time, as licences have it.
    """
    require(by, "checkpoints")
    found = standing(checkpoint)
    found.hours = checked(hours)
    if control_hours is not None:
        changed = _checked_control(found.zone, control_hours)
        if changed != found.control_hours:
            found.earlier_hours.create(control_hours=found.control_hours, until=seconds(now))
        found.control_hours = changed
    found.save(update_fields=["hours", "control_hours"])
    audit.record(by=by, action="checkpoint.hours", subject=str(found))
    return found


@transaction.atomic
def close_checkpoint(*, by: Official, checkpoint: int, why: str, at: datetime) -> Checkpoint:
    """Close it and revoke every scanner and code of it; `reason-missing`, `checkpoint-closed`."""
    require(by, "checkpoints")
    found = standing(checkpoint)
    revoke(by=by, checkpoint=checkpoint, why=why, at=at)
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["closed_at", "closed_by"])
    audit.record(by=by, action="checkpoint.close", subject=str(found), details={"why": why.strip()})
    return found


def standing(checkpoint: int) -> Checkpoint:
    """A checkpoint that is open."""
    found = Checkpoint.objects.filter(pk=checkpoint, closed_at=None).first()
    if found is None:
        raise mistake("checkpoint-closed")
    return found


def checked(hours: Sequence[Sequence[int]]) -> list[list[int]]:
    """The hours, each [days 1-127, minute 0-1439, minute 0-1439]; `hours-wrong` names the one that is not so."""
    if not 0 < len(hours) <= MOST_HOURS:
        raise mistake("hours-wrong", place="hours")
    for number, entry in enumerate(hours):
        fine = len(entry) == 3 and all(type(value) is int for value in entry)
        if not fine or not (1 <= entry[0] <= 127 and 0 <= entry[1] <= 1439 and 0 <= entry[2] <= 1439):
            raise mistake("hours-wrong", place=f"hours[{number}]")
    return [list(entry) for entry in hours]


def _checked_control(zone: str, hours: Sequence[Sequence[int]]) -> list[list[int]]:
    """The hours in which a control zone is one; none: always. `control-hours-wrong` in an ordinary zone."""
    if hours and zone != Checkpoint.Zone.CONTROL:
        raise mistake("control-hours-wrong", place="control_hours")
    return checked(hours) if hours else []
