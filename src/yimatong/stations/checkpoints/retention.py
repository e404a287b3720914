"""The scan log goes when the policy's days are over: passages, other records, flags, and the stays that passages became.

How much went is kept for ever, in a row and in the audit chain; that nothing is left can be asked of the tables at any time.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection, transaction

from yimatong.records import calendar
from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.stations.checkpoints.models import Forgetting
from yimatong.stations.checkpoints.policy import numbers_on
from yimatong.stations.checkpoints.stays import withdraw_before
from yimatong.stations.passes.days import name_of

log = structlog.get_logger(__name__)


def forget(*, now: datetime) -> Forgetting | None:
    """Delete what is of days before the policy's; None where there was nothing. Cut short, the next one goes on with it.

    Today and the `retention_days` before it are kept.
    """
    days = numbers_on(now).retention_days
    before = calendar.day_number(now) - days
    stays = withdraw_before(before)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT passages, entries, flags FROM checkpoints_forget(%s)", [before])
            passages, entries, flags = (int(count) for count in cursor.fetchone())
        if not (stays or passages or entries or flags):
            return None
        done = Forgetting.objects.create(
            before=before, days=days, passages=passages, entries=entries, flags=flags, stays=stays
        )
        counts = {"passages": passages, "entries": entries, "flags": flags, "stays": stays}
        audit.record(
            by=the_system(),
            action="checkpoint.forget",
            subject=str(done),
            details={"before": name_of(before), **counts},
        )
    log.info("checkpoints.forgot", before=name_of(before), **counts)
    return done
