"""Whether everything that happens by itself has happened lately: the office's page, the health of the server, the alarm.

Asked of the records alone (when was which work last done, does something wait to be judged) and never of the queue, so that
a worker that is dead, or a queue that hangs, is seen by whoever is not. How long is too long is policy (operations.yaml).

Why so: decision 98.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Min

from yimatong.core.errors import YimatongError
from yimatong.core.text import Text, message
from yimatong.records import calendar, clock, policies
from yimatong.records.actions import alarms
from yimatong.records.models import Official, Work
from yimatong.stations.judgements import discrepancies, waiting
from yimatong.stations.judgements.models import Unjudged
from yimatong.stations.judgements.operations import Operations, operations
from yimatong.stations.notifications import queries as notifications
from yimatong.stations.notifications.actions.outreach import CALL

PAGES = "default"
AHEAD = timedelta(minutes=1)
LOOKED = 20
"""Seconds for which a page's frame remembers what is too late."""


@dataclass(frozen=True, slots=True)
class Known:
    """A work by the name that its job gives it, what it is called, and which limit it has."""

    title: Text
    limit: str


WORKS = {
    "judge": Known(message("Looking for what waits to be judged"), "judged"),
    "reconcile": Known(message("Verdicts are compared with what was judged"), "minutely"),
    "reconcile_everything": Known(message("Everything that stands is compared with what was judged"), "nightly"),
    "seal_chain": Known(message("The audit chain is sealed"), "minutely"),
    "verify_everything": Known(message("Everything is verified, a run judged again"), "nightly"),
    "reconcile_credentials": Known(message("Codes are compared with the verdicts"), "minutely"),
    "follow_and_cut": Known(message("Codes follow the verdicts, recall lists are cut"), "lists"),
    "keep_checkpoints": Known(message("Checkpoints' policy, registers, and looking over passages"), "minutely"),
    "collecting": Known(message("Tasks for passes to be fetched"), "minutely"),
    "messages": Known(message("Sending texts"), "minutely"),
    "notifications": Known(message("Telling people"), "minutely"),
    "hand_overs": Known(message("The clock of hand-overs"), "minutely"),
    "sum_looks": Known(message("Looks are summed, and alarms raised"), "nightly"),
    "mint_strips": Known(message("Signing the codes of the days to come"), "nightly"),
    "checkpoints_night": Known(message("Passages become stays, and what is over is deleted"), "nightly"),
}
"""Everything that is done each minute or each night. What is done each hour only warns about what is late by itself."""
WAITING, NIGHT, POLICY, OUTREACH, STANDING, ALARMS = "waiting", "night", "policy", "outreach", "standing", "alarms"
LATE_STANDING = f"late-{STANDING}"
OTHERS = {
    STANDING: message("What stands and was not judged"),
    WAITING: message("Recorded or due, and not judged yet"),
    NIGHT: message("Everybody judged"),
    POLICY: message("The policy is in force"),
    OUTREACH: message("People to be told in person"),
    ALARMS: message("Alarms about officials' accounts and looks"),
}
"""What officials do, and not the server, is watched as well: OUTREACH and ALARMS. A page's frame does not speak of it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One thing that has to have happened. `since` is when it last did, or from when on it waits; `due` is when it is too late."""

    name: str
    title: Text
    since: datetime | None
    due: datetime
    late: bool

    @property
    def code(self) -> str:
        """What monitoring is told: `late-<name>`."""
        return f"late-{self.name.replace('_', '-')}"


def watched(at: datetime | None = None) -> tuple[Watched, ...]:
    """Everything that is watched, as of a real instant (now by the database's clock unless it is given)."""
    allowed, shift = operations(), clock.shift()
    seen = waiting.glance(None if at is None else at - shift, using=PAGES)
    at = seen.now + shift
    return (_standing(at), *_judgement(seen, at, allowed), *_works(at, allowed), _outreach(at), _alarms(at))


def late(at: datetime | None = None) -> tuple[str, ...]:
    """The codes of what is too late; where the policy cannot be read that says how late that is, the mistake's."""
    try:
        return tuple(one.code for one in watched(at) if one.late)
    except YimatongError as mistake:
        return (mistake.code,)


def seen_late() -> tuple[str, ...]:
    """What is too late, looked at not more often than each LOOKED seconds by a process: for every page's frame."""
    return _seen(int(time.monotonic() // LOOKED))


@lru_cache(maxsize=1)
def _seen(_turn: int) -> tuple[str, ...]:
    return tuple(code for code in late() if code not in (f"late-{OUTREACH}", f"late-{ALARMS}"))


def _works(at: datetime, allowed: Operations) -> Iterator[Watched]:
    done = dict(Work.objects.values_list("name", "done_at"))
    begun = Official.objects.values_list("appointed_at", flat=True).get(username="system")
    for name, known in WORKS.items():
        since = done.get(name)
        if since and since > at + AHEAD:
            # Noted by a clock that was ahead: it tells nothing of now.
            since = None
        due = (since or begun) + getattr(allowed, known.limit)
        yield Watched(name, known.title, since, due, late=at > due)


def _judgement(seen: waiting.Look, at: datetime, allowed: Operations) -> Iterator[Watched]:
    """What waits, everybody's night, and the policy's days; instants of the city are told in real time."""
    shift = clock.shift()
    asked = Unjudged.objects.aggregate(at=Min("at"))["at"]
    ended = seen.next_change + shift if seen.next_change and seen.next_change <= seen.now else None
    since = min((moment for moment in (asked, ended) if moment), default=None)
    yield _watched(WAITING, since, (since or at) + allowed.judged, at)
    night = (seen.night or seen.made_at) + shift
    yield _watched(NIGHT, night if seen.night else None, night + allowed.nightly, at)
    policy = policies.shown()
    over = calendar.bounds(policy.last)[1] + shift
    yield Watched(POLICY, OTHERS[POLICY], None, over, late=not waiting.is_in_force(policy, at - shift))


def _standing(at: datetime) -> Watched:
    """What was found in the database that no run has put there: too late at once, until it is put right."""
    found = discrepancies.open_ones(PAGES)
    since = min((one.found_at for one in found), default=None)
    return Watched(STANDING, OTHERS[STANDING], since, since or at, late=since is not None)


def _outreach(at: datetime) -> Watched:
    """Whoever is to be told in person, told as the one whose time is over first; nobody's is over within the hour of a call."""
    first, shift = notifications.first_due(), clock.shift()
    if first is None:
        return Watched(OUTREACH, OTHERS[OUTREACH], None, at + CALL, late=False)
    return _watched(OUTREACH, first.opened_at + shift, first.due_at + shift, at)


def _alarms(at: datetime) -> Watched:
    """Alarms about officials, for a day after the last: passwords guessed, walks, looks that nothing follows, many made red by few."""
    since = min((one.first_at for one in alarms.standing(at)), default=None)
    return Watched(ALARMS, OTHERS[ALARMS], since, since or at, late=since is not None)


def _watched(name: str, since: datetime | None, due: datetime, at: datetime) -> Watched:
    return Watched(name, OTHERS[name], since, due, late=at > due)
