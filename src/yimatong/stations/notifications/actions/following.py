"""What the judgement says is told: verdicts that differ, and each evening the reds and yellows that end before the next.

Nothing is told by whoever judges: this looks at what stands in force and tells what nobody was told. So a publication costs nothing
more, a crash loses nothing, and repeating it tells nothing twice: a run is told in one transaction with the note that it was.
"""

from __future__ import annotations

import json
import time
from datetime import datetime

import structlog
from django.db import connection, transaction

from yimatong.core.time import MINUTES_A_DAY, minute_down
from yimatong.records import calendar
from yimatong.stations.declarations.wording import telling
from yimatong.stations.judgements.lifecycle import is_alive
from yimatong.stations.notifications.models import ToldUpTo

RUN, EVENING = "run", "evening"
PUBLISHING, ASKS_AGAIN = 0, 0.2
"""The number of the lock that a run holds while it judges and publishes (judgements/lifecycle.py), and seconds between two looks at it."""
log = structlog.get_logger(__name__)

SAID = """
INSERT INTO notifications (person_id, kind, about, details, at, urgent)
SELECT v.person_id, told.kind, 'run/' || v.run_id,
    jsonb_build_object('colour', v.colour, 'before', coalesce(b.colour, 'unknown'), 'until', v.until), %(at)s,
    coalesce(%(night)s::jsonb -> told.kind @> to_jsonb(v.colour), false)
FROM verdicts v
LEFT JOIN LATERAL (
    SELECT colour, rules, until FROM verdicts WHERE person_id = v.person_id AND run_id < v.run_id ORDER BY run_id DESC LIMIT 1
) b ON true
CROSS JOIN LATERAL (SELECT CASE
    WHEN v.colour = 'unknown' THEN NULL
    WHEN coalesce(b.colour, 'unknown') = 'unknown' THEN 'first_judged'
    WHEN v.colour <> b.colour AND v.colour = 'green' THEN 'ended'
    WHEN v.colour <> b.colour THEN 'colour_changed'
    WHEN v.colour <> 'green' AND (v.until IS DISTINCT FROM b.until OR v.rules <> b.rules) THEN 'end_moved'
END AS kind) told
WHERE v.run_id = %(run)s AND told.kind IS NOT NULL
ON CONFLICT DO NOTHING
"""
ENDS = """
INSERT INTO notifications (person_id, kind, about, details, at)
SELECT v.person_id, 'ending', 'until/' || v.until, jsonb_build_object('colour', v.colour, 'until', v.until), %(at)s
FROM verdicts v
WHERE v.next_change BETWEEN %(first)s AND %(last)s + 1 AND v.until BETWEEN %(first)s AND %(last)s AND v.colour IN ('red', 'yellow')
    AND NOT EXISTS (SELECT FROM verdicts w WHERE w.person_id = v.person_id AND w.run_id > v.run_id)
ON CONFLICT DO NOTHING
"""
NEXT = "SELECT min(number) FROM runs WHERE state = 'published' AND number > %s"


def make_way(*, longest: float) -> None:
    """Wait while somebody judges, for so many seconds at most: the machine is theirs, and what they publish is told then too."""
    begun = time.monotonic()
    while is_alive(PUBLISHING, using="default") and time.monotonic() - begun < longest:
        time.sleep(ASKS_AGAIN)


def follow_runs(*, now: datetime) -> int:
    """Tell what the runs say that were published since the last look, one after the other; how many notifications."""
    told = 0
    while (made := _follow_next(now)) is not None:
        told += made
    return told


def is_behind() -> bool:
    """Whether a run was published that nobody was told of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM runs WHERE state = 'published' AND number > (SELECT number FROM told_up_to WHERE what = %s))",
            [RUN],
        )
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _follow_next(now: datetime) -> int | None:
    """Tell one run; None where none is left. Of two at once the second waits, and finds it told."""
    seen = ToldUpTo.objects.select_for_update().get(pk=RUN)
    night = {kind: sorted(words.at_night) for kind, words in telling().told.items()}
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [seen.number])
        run = cursor.fetchone()[0]
        if run is None:
            return None
        cursor.execute(SAID, {"run": run, "at": now, "night": json.dumps(night)})
        made = int(cursor.rowcount)
    ToldUpTo.objects.filter(pk=RUN).update(number=run)
    if made:
        log.info("notifications.run_told", run=run, told=made)
    return made


def has_begun() -> bool:
    """Whether any run was told, or taken as told, since the tables were made."""
    return ToldUpTo.objects.filter(pk=RUN, number__gt=0).exists()


def begin_here() -> None:
    """Take all that was published so far as told: for a city that is set up with its past, as the demo."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE told_up_to SET number = greatest(number, (SELECT coalesce(max(number), 0) FROM runs WHERE state = 'published'))"
            " WHERE what = %s",
            [RUN],
        )


@transaction.atomic
def tell_evening(*, now: datetime) -> int:
    """From the policy's time of the evening on: tell whose red or yellow ends before the next. Once an evening; how many."""
    how, here = telling(), calendar.local(now)
    evening = here.replace(hour=how.evening.hour, minute=how.evening.minute, second=0, microsecond=0)
    if here < evening:
        return 0
    ToldUpTo.objects.get_or_create(pk=EVENING, defaults={"number": 0})
    seen = ToldUpTo.objects.select_for_update().get(pk=EVENING)
    # Not "up to": a clock that was days ahead must not silence the evenings until then.
    if seen.number == (day := evening.date().toordinal()):
        return 0
    first = minute_down(evening)
    with connection.cursor() as cursor:
        cursor.execute(ENDS, {"at": now, "first": first, "last": first + MINUTES_A_DAY - 1})
        told = int(cursor.rowcount)
    ToldUpTo.objects.filter(pk=EVENING).update(number=day)
    log.info("notifications.evening_told", told=told)
    return told
