"""Alarms about officials: raised by whatever counts, once an hour for each official and sort, in the audit as often."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Alarm, Official

STANDS = timedelta(hours=24)
"""How long after its last time an alarm is shown on the watch page and in health."""
RING = """
    INSERT INTO alarms (official_id, sort, hour, count, first_at, last_at)
    VALUES (%(official)s, %(sort)s, %(hour)s, %(count)s, %(at)s, %(at)s)
    ON CONFLICT (official_id, sort, hour) DO UPDATE SET count = greatest(alarms.count, excluded.count), last_at = excluded.last_at
    RETURNING xmax = 0
"""


@transaction.atomic
def ring(*, official: Official | None, sort: Alarm.Sort, count: int, at: datetime) -> None:
    """Raise an alarm of this hour, or say that it goes on. `count` is how many there were."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    given = {"official": official.pk if official else None, "sort": str(sort), "hour": hour, "count": count, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(RING, given)
        is_new = bool(cursor.fetchone()[0])
    if is_new:
        subject = f"official/{official.pk}" if official else "officials"
        audit.record(by=the_system(), action=f"alarm.{sort}", subject=subject, details={"count": count})


def standing(at: datetime) -> list[Alarm]:
    """The alarms of the last day, the newest first."""
    return list(Alarm.objects.select_related("official").filter(last_at__gt=at - STANDS).order_by("-last_at"))
