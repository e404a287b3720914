"""What waits to be judged, asked of the database each minute: nothing is remembered in a queue, so nothing can be lost there.

Something waits when a night has come, when the deadline of the run in force has come, when something was recorded that no
published run has seen, when another policy came into force, or when the run in force was judged by a clock that was ahead. A
minute in which nothing waits costs the one statement below, which indexes answer.

Why so: decision 97.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import connections

from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down
from yimatong.records import calendar, clock, policies
from yimatong.stations.judgements.lifecycle import JUDGE, versions

REST = timedelta(minutes=1), timedelta(minutes=15)
"""How long nothing is tried after a run that was stopped: at first, doubled with each that follows, and at most."""
log = structlog.get_logger(__name__)

LOOK = """
SELECT coalesce(%(now)s, now() - %(shift)s) AS now,
    CASE WHEN NOT said.is_ahead THEN said.as_of END AS as_of, said.next_change, said.policy_id AS policy, said.versions::text,
    (
        SELECT max(as_of) FROM runs
        WHERE kind = 'full' AND state IN ('published', 'repeated') AND as_of <= now() + interval '1 hour'
    ) AS night,
    EXISTS (SELECT FROM unjudged) AS unjudged,
    (SELECT pack_id FROM enforcements ORDER BY number DESC LIMIT 1) AS enforced,
    (SELECT appointed_at - %(shift)s FROM officials WHERE username = 'system') AS made_at,
    stopped.times > 0 AND now() - stopped.last BETWEEN interval '-1 hour' AND least(
        %(least)s * power(2, stopped.times - 1), %(most)s
    ) AS rests,
    coalesce(said.is_ahead, false) AS is_ahead
FROM (SELECT 1) AS one
LEFT JOIN LATERAL (
    SELECT *, as_of > now() + interval '1 hour' AS is_ahead FROM runs WHERE state = 'published' ORDER BY number DESC LIMIT 1
) said ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS times, max(finished_at) AS last FROM runs
    WHERE state IN ('failed', 'abandoned') AND kind IN ('full', 'touched') AND number > coalesce(
        (SELECT number FROM runs WHERE state IN ('published', 'repeated') ORDER BY number DESC LIMIT 1), 0
    )
) stopped
"""


class Look(NamedTuple):
    """One row of LOOK. Instants are the city's; what is told of the run in force is None where nothing is (`versions` as JSON).
    `policy` is the digest that judged what is in force, `enforced` that of the pack in force (None: nothing was put into force yet).

    `is_ahead`: it was judged as of an instant that lies more than an hour ahead of the clock, which was wrong then; `as_of` is None.
    """

    now: datetime
    as_of: datetime | None
    next_change: datetime | None
    policy: str | None
    versions: str | None
    night: datetime | None
    unjudged: bool
    enforced: str | None
    made_at: datetime
    rests: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is to be judged: everybody or the touched, as of which instant, and why (night, ahead, deadline, unjudged, other-rules)."""

    everybody: bool
    as_of: datetime
    why: str


def look(*, now: datetime | None = None, anew: bool = False) -> Waiting | None:
    """What waits now, the night first; None where nothing does, or where the last runs were stopped and a rest is kept.

    `now` is the city's instant by the clock of the database unless it is given. `anew` compares the programs with those of the run in
    force too.
    """
    seen = glance(now)
    why = reason(seen)
    if seen.rests or not (why or anew):
        return None
    pack = policies.in_force(JUDGE)
    if anew and seen.versions and json.loads(seen.versions) != versions():
        why = why or "other-rules"
    if why in ("night", "ahead", "deadline") and not is_in_force(pack, seen.now):
        # The last verdicts stay with their dates; what was recorded since is judged by the rules of that day.
        if minute_down(seen.now) == minute_down(night_before(seen.now)):
            log.error("night.no_policy_in_force", as_of=seen.now.isoformat(), policy=pack.id)
        why = "unjudged" if seen.unjudged else None
    as_of = instant(pack, seen.now, seen.as_of)
    if why is None or as_of is None or not is_in_force(pack, as_of):
        return None
    return Waiting(why in ("night", "ahead", "other-rules"), as_of, why)


def glance(now: datetime | None = None, *, using: str = JUDGE) -> Look:
    """The one statement that each minute asks."""
    least, most = REST
    given: dict[str, Any] = {"now": now, "shift": clock.shift(), "least": least, "most": most}
    with connections[using].cursor() as cursor:
        cursor.execute(LOOK, given)
        return Look(*cursor.fetchone())


def reason(seen: Look) -> str | None:
    """Why something waits, by what the database says alone."""
    if (seen.night or seen.made_at) < night_before(seen.now):
        return "night"
    if seen.is_ahead:
        return "ahead"
    if seen.policy and seen.enforced and seen.policy != seen.enforced:
        return "other-rules"
    if seen.next_change and seen.next_change <= seen.now:
        return "deadline"
    return "unjudged" if seen.unjudged else None


def night_before(now: datetime) -> datetime:
    """The last instant, not after now, at which everybody was to be judged (settings.YIMATONG_NIGHT)."""
    hour, minute = (int(part) for part in settings.YIMATONG_NIGHT.split(":"))
    night = calendar.instant(calendar.day(now), time(hour, minute))
    return night if night <= now else night - timedelta(days=1)


def instant(policy: Policy, now: datetime, in_force: datetime | None) -> datetime | None:
    """The instant to judge: now, but never before the one in force; where the policy has no rules today, the one in force.

    A demo city lives in its own days; a clock that was set back stands still until it has come up. None: there is no instant to judge.
    """
    if is_in_force(policy, now):
        return max(now, in_force) if in_force else now
    return in_force


def is_in_force(policy: Policy, moment: datetime) -> bool:
    """True when the policy has rules for the day of an instant."""
    return policy.first <= policy.zone.date(minute_down(moment)) <= policy.last
