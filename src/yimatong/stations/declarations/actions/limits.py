"""How often something may be tried: by a source, at a target, and by everybody together.

A guesser with ten thousand addresses has ten thousand sources, but each question has a target (a receipt, a phone, a
document) whose budget all of them share; and wrong answers have one budget for everybody. The counters lie in PostgreSQL,
so that they hold over several servers, and they are counted before the work, outside its transaction, so that a failure
that rolls back is counted all the same. Addresses and devices are kept as keyed hashes of the window only.
When the database does not answer there is no counting and no answer either: nothing is told.

Why so: decision 34.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from uuid import UUID

from django.db import connection

from yimatong.records import identity
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.budgets import BUDGETS, MINUTE, Budget
from yimatong.stations.declarations.errors import refused
from yimatong.stations.declarations.models import Attempt

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a question comes from: an account's number, a device's own token (a cookie), an address. Each may be unknown.

    `known` is a device that has signed in here before: it goes on when others have used up what everybody shares.
    """

    account: int | None = None
    device: str = ""
    address: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """One budget's window that a try falls into: the key of its row, and how many there may be."""

    what: str
    whose: str
    key: UUID
    began: datetime
    budget: Budget

    @property
    def row(self) -> tuple[str, str, UUID, datetime]:
        """What names its row."""
        return self.what, self.whose, self.key, self.began


UPSERT = """
    INSERT INTO attempts (what, whose, key, began, count) VALUES {rows}
    ON CONFLICT (what, whose, key, began) DO UPDATE SET count = attempts.count + excluded.count RETURNING what, whose, count
"""
GIVE_BACK = """
    UPDATE attempts SET count = count - %s WHERE count >= %s AND (what, whose, key, began) IN ({rows})
"""


def spend(*, what: str, source: Source, at: datetime, target: UUID | None = None, much: int = 1) -> Refused | None:
    """Count one try of `what`, or `much`; Refused `too-many-attempts` when any budget is used up. Call it outside the work's
    transaction.
    """
    counted = count(what=what, source=source, at=at, target=target, much=much)
    return _over(counted, at)


def count(*, what: str, source: Source, at: datetime, target: UUID | None = None, much: int = 1) -> dict[Window, int]:
    """Count without a word about whether it was too many: each window with what it holds now. No two callers get the same count."""
    windows = sorted(_windows(what, source, at, target), key=lambda one: (one.what, one.whose, str(one.key)))
    if not windows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT.format(rows=", ".join(["(%s, %s, %s, %s, %s)"] * len(windows))),
            [value for one in windows for value in (*one.row, much)],
        )
        told = {(name, whose): now for name, whose, now in cursor.fetchall()}
    return {one: told[one.what, one.whose] for one in windows}


def give_back(*, what: str, source: Source, at: datetime, target: UUID | None = None, much: int = 1) -> None:
    """Take back what was counted at this very instant: the try was nobody's guess."""
    windows = list(_windows(what, source, at, target))
    if windows:
        with connection.cursor() as cursor:
            cursor.execute(
                GIVE_BACK.format(rows=", ".join(["(%s, %s, %s, %s)"] * len(windows))),
                [much, much, *(value for one in windows for value in one.row)],
            )


def spent(*, what: str, source: Source, at: datetime, target: UUID | None = None) -> Refused | None:
    """Refused where a budget is used up already; counts nothing."""
    # One more would be over it.
    minutes = wait(held(what=what, source=source, at=at, target=target), at, more=1)
    return refused("too-many-attempts", minutes=minutes) if minutes else None


def held(*, what: str, source: Source, at: datetime, target: UUID | None = None) -> dict[Window, int]:
    """What each window holds, without counting; those that all share are left out for a device that is known."""
    counted: dict[Window, int] = {}
    for one in _windows(what, source, at, target):
        if one.whose == "all" and source.known:
            continue
        row = Attempt.objects.filter(what=one.what, whose=one.whose, key=one.key, began=one.began)
        counted[one] = row.values_list("count", flat=True).first() or 0
    return counted


def sweep(*, at: datetime) -> int:
    """Forget windows that are over; how many rows."""
    return Attempt.objects.filter(began__lt=at - KEPT).delete()[0]


def per_minute(*, what: str, key: UUID, most: int, at: datetime) -> bool:
    """Count one of a channel's sign-ins; True while its quota of this minute lasts."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT.format(rows="(%s, 'channel', %s, %s, 1)"), [what, key, _began(at, MINUTE)])
        return int(cursor.fetchone()[2]) <= most


def _windows(what: str, source: Source, at: datetime, target: UUID | None) -> Iterator[Window]:
    keys = {"target": target, "all": UUID(int=0), **_sources(source)}
    if target is not None and source.address:
        keys["pair"] = identity.keyed("pair:", f"{target}:{network(source.address)}")
    for whose, budget in BUDGETS[what].items():
        key = keys.get(whose)
        if key is None:
            continue
        for place, one in enumerate(budget.windows):
            # At midnight the windows of an hour and of a day begin together.
            yield Window(f"{what}~{place}" if place else what, whose, key, _began(at, one.per), one)


def _sources(source: Source) -> dict[str, UUID | None]:
    return {
        "account": None if source.account is None else identity.keyed("source:account:", str(source.account)),
        "device": identity.keyed("source:device:", source.device) if source.device else None,
        "network": identity.keyed("source:network:", network(source.address)) if source.address else None,
    }


def network(address: str) -> str:
    """The network an address is counted with: its /24, or its /48 with IPv6. What is no address is counted as one."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network(f"{found}/{48 if found.version == 6 else 24}", strict=False))


def wait(counted: dict[Window, int], at: datetime, *, times: int = 1, more: int = 0) -> int:
    """How many minutes until the last of the windows that are used up (with so many more) is over; 0 where none is.

    `times` multiplies the budgets.
    """
    ends = [one.began + one.budget.per for one, now in counted.items() if now + more > one.budget.most * times]
    return max(1, ceil((max(ends) - at).total_seconds() / 60)) if ends else 0


def _over(counted: dict[Window, int], at: datetime) -> Refused | None:
    minutes = wait(counted, at)
    return refused("too-many-attempts", minutes=minutes) if minutes else None


def _began(at: datetime, per: timedelta) -> datetime:
    seconds = int(at.timestamp()) // int(per.total_seconds()) * int(per.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)
