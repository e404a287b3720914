"""Telling one person one thing: a row of their inbox, in the caller's transaction. How else it is told follows (routing.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from yimatong.stations.declarations.wording import telling
from yimatong.stations.notifications.models import Notification

Details = Mapping[str, str | int | None]


def tell(
    *,
    kind: Notification.Kind,
    about: str,
    at: datetime,
    person: int | None = None,
    account: int | None = None,
    details: Details | None = None,
    held: bool = False,
) -> None:
    """Put a notification into the inbox of a person, or of an account; the same (kind, about) comes once.

    `details` are colours, minutes and numbers, by the names of the policy's words. `held`: nobody sees it before somebody has
    telephoned (positive samples).
    """
    tell_many(kind=kind, at=at, rows=[(person, account, about, details or {})], held=held)


def tell_many(
    *,
    kind: Notification.Kind,
    at: datetime,
    rows: Iterable[tuple[int | None, int | None, str, Details]],
    held: bool = False,
) -> None:
    """The same for many: (person, account, about, details) each."""
    at_night = telling().told[kind].at_night
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=person, account_id=account, kind=kind, about=about, details=dict(details), at=at, held=held,
                urgent=details.get("colour") in at_night,
            )
            for person, account, about, details in rows
        ],
        ignore_conflicts=True,
        batch_size=1_000,
    )  # fmt: skip
