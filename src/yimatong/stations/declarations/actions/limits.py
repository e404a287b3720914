"""How often something may be tried: by a source, at a target, and by everybody together.

A guesser with ten thousand addresses has ten thousand sources, but each question has a target (a receipt, a phone, a
document) whose budget all of them share; and wrong answers have one budget for everybody. The counters lie in PostgreSQL,
so that they hold over several servers, and they are counted before the work, outside its transaction, so that a failure
that rolls back is counted all the same. Addresses and devices are kept as keyed hashes of the window only.
When the database does not answer there is no counting and no answer either: nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from django.db import connection

from yimatong.records import identity
from yimatong.stations.declarations.budgets import BUDGETS, MINUTE
from yimatong.stations.declarations.errors import Refused, refused
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


UPSERT = """
    INSERT INTO attempts (what, whose, key, began, count) VALUES {rows}
    ON CONFLICT (what, whose, key, began) DO UPDATE SET count = attempts.count + 1 RETURNING whose, count
"""


def spend(*, what: str, source: Source, at: datetime, target: UUID | None = None) -> Refused | None:
    """Count one try of `what`; Refused `too-many-attempts` when any budget is used up. Call it outside the work's transaction."""
    rows = sorted(_rows(what, source, at, target), key=lambda row: (row[1], str(row[2])))
    if not rows:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT.format(rows=", ".join(["(%s, %s, %s, %s, 1)"] * len(rows))), [value for row in rows for value in row]
        )
        counted = dict(cursor.fetchall())
    return _over(what, counted)


def spent(*, what: str, source: Source, at: datetime, target: UUID | None = None) -> Refused | None:
    """Refused where a budget is used up already; counts nothing."""
    counted: dict[str, int] = {}
    for _, whose, key, began in _rows(what, source, at, target):
        if whose == "all" and source.known:
            continue
        count = Attempt.objects.filter(what=what, whose=whose, key=key, began=began).values_list("count", flat=True)
        # One more would be over it.
        counted[whose] = (count.first() or 0) + 1
    return _over(what, counted)


def sweep(*, at: datetime) -> int:
    """Forget windows that are over; how many rows."""
    return Attempt.objects.filter(began__lt=at - KEPT).delete()[0]


def per_minute(*, what: str, key: UUID, most: int, at: datetime) -> bool:
    """Count one of a channel's sign-ins; True while its quota of this minute lasts."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT.format(rows="(%s, 'channel', %s, %s, 1)"), [what, key, _began(at, MINUTE)])
        return int(cursor.fetchone()[1]) <= most


def _rows(what: str, source: Source, at: datetime, target: UUID | None) -> Iterator[tuple[str, str, UUID, datetime]]:
    keys = {"target": target, "all": UUID(int=0), **_sources(source)}
    if target is not None and source.address:
        keys["pair"] = identity.keyed("pair:", f"{target}:{network(source.address)}")
    for whose, budget in BUDGETS[what].items():
        key = keys.get(whose)
        if key is not None:
            yield what, whose, key, _began(at, budget.per)


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


def _over(what: str, counted: dict[str, int]) -> Refused | None:
    for whose, count in counted.items():
        budget = BUDGETS[what][whose]
        if count > budget.most:
            return refused("too-many-attempts", minutes=max(1, int(budget.per.total_seconds()) // 60))
    return None


def _began(at: datetime, per: timedelta) -> datetime:
    seconds = int(at.timestamp()) // int(per.total_seconds()) * int(per.total_seconds())
    return datetime.fromtimestamp(seconds, UTC)
