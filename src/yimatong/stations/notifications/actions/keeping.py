"""What people were told is kept as long as the policy says, and then deleted: rows, reads, closed tasks, sent texts."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from yimatong.stations.declarations.actions import messages
from yimatong.stations.declarations.wording import telling

MOST = 10_000


def forget(*, at: datetime) -> int:
    """Delete what is older than the policy keeps it, at a real instant; how many rows. An open task is kept however old."""
    before, gone = at - telling().keep, 0
    while some := _some(before):
        gone += some
    return gone + messages.forget(before=before)


def _some(before: datetime) -> int:
    """Delete so many notifications and closed tasks, with what belongs to them, in one statement; how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT notifications_forget(%s, %s)", [before, MOST])
        return int(cursor.fetchone()[0])
