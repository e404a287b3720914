"""City time: what "now" means for everything of the world, beginning with facts, judgements and codes.

A city that runs has no shift, and city time is real time. A demo city or a rehearsal lives whole days back
(settings.YIMATONG_DAYS_BACK), with the hours and minutes of today. When we learned something (`recorded_at`), who looked,
and sessions stay in real time.

Why so: decision 30.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings


def shift() -> timedelta:
    """How far city time lies behind real time: whole days, zero where nothing is rehearsed."""
    return timedelta(days=settings.YIMATONG_DAYS_BACK)


def now() -> datetime:
    """The instant in the life of the city (aware, UTC)."""
    return datetime.now(UTC) - shift()


def in_city(real: datetime) -> datetime:
    """The instant of city time at a real instant."""
    return real - shift()
