"""How much may be tried, by whom and at what; actions/limits.py counts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` tries in each window of `per`; and fewer in longer ones, so that who goes on waits longer each time."""

    most: int
    per: timedelta
    longer: tuple[Budget, ...] = ()

    @property
    def windows(self) -> tuple[Budget, ...]:
        """This one and the longer ones."""
        return self, *self.longer


BUDGETS: dict[str, dict[str, Budget]] = {
    # Asking for a code: each costs a message and reaches somebody's phone.
    "ask": {
        "target": Budget(5, HOUR), "account": Budget(10, HOUR), "device": Budget(10, HOUR),
        "network": Budget(300, HOUR), "all": Budget(60_000, HOUR),
    },
    # Answering with a code.
    "answer": {
        "target": Budget(10, HOUR), "account": Budget(20, HOUR), "device": Budget(20, HOUR),
        "network": Budget(300, HOUR), "all": Budget(600_000, HOUR),
    },
    # Wrong answers of everybody together. Two thousand guesses at six digits open one code in five hundred such windows; when
    # they are used up, devices that have signed in here before go on, and the others are told of the other ways.
    "wrong": {"network": Budget(60, HOUR), "all": Budget(2_000, 10 * MINUTE)},
    # The same for receipts, which few look up: a quarter of a thousand in ten minutes is somebody guessing.
    "wrong-receipt": {"network": Budget(60, HOUR), "all": Budget(250, 10 * MINUTE)},
    # Declaring: a document is declared a few times a day by everybody together.
    "declare": {"target": Budget(12, DAY), "account": Budget(40, DAY)},
    # Applying at a checkpoint: a document, and a scanner at its gate (one a minute, and bursts).
    "apply": {"target": Budget(12, DAY), "device": Budget(120, HOUR)},
    # Complaining from one's own phone without signing in, with a phone (anybody's) to be told at; and reading where a complaint stands.
    "complain": {"target": Budget(5, DAY), "device": Budget(5, HOUR), "network": Budget(60, HOUR), "all": Budget(5_000, HOUR)},
    "complaint-look": {"device": Budget(60, HOUR), "network": Budget(300, HOUR), "all": Budget(20_000, HOUR)},
    # Drawing a number at a door, and guessing the word that stands there: a family draws some, an office building's network many.
    "draw": {"device": Budget(10, HOUR), "network": Budget(600, HOUR), "target": Budget(1_200, HOUR)},
    "wrong-door": {"device": Budget(10, HOUR), "network": Budget(60, HOUR)},
    # An official's password, from a device on which this official has not signed in: at one name from everywhere, at one name from one
    # network, at all names from one network. What succeeded is given back, so that an office's morning uses nothing up.
    "official": {
        "target": Budget(10, 10 * MINUTE, (Budget(30, HOUR), Budget(100, DAY))),
        "pair": Budget(5, 5 * MINUTE, (Budget(15, HOUR), Budget(40, DAY))),
        "network": Budget(300, HOUR, (Budget(1_500, DAY),)),
    },
    # From a device that the official has signed in on before, or with a code for a new one: nobody else's tries are counted with these.
    "official-known": {"device": Budget(10, 10 * MINUTE, (Budget(30, HOUR), Budget(100, DAY)))},
    # At the command line, where only operators of the machine are.
    "official-shell": {"target": Budget(10, 10 * MINUTE, (Budget(30, HOUR), Budget(100, DAY)))},
    # Wrong ones, of whatever origin: how many make an alarm is said where they are counted (edges/web/official/doors.py).
    "official-wrong": {"target": Budget(100_000, HOUR), "all": Budget(10_000_000, HOUR)},
    # What an official may look at, by role; the setting YIMATONG_LOOKS multiplies it. People one by one, each result of a search among
    # them: a busy desk has one or two a minute. Searches, also those that find nobody. People of lists, exports and registers.
    **{f"look-{role}": {"target": Budget(30, MINUTE, (Budget(300, HOUR), Budget(1_500, DAY)))} for role in ("clerk", "office", "auditor")},
    **{f"search-{role}": {"target": Budget(15, MINUTE, (Budget(180, HOUR), Budget(900, DAY)))} for role in ("clerk", "office", "auditor")},
    # Tracing teams go through the contacts of a case.
    "look-health": {"target": Budget(60, MINUTE, (Budget(600, HOUR), Budget(3_000, DAY)))},
    "search-health": {"target": Budget(30, MINUTE, (Budget(360, HOUR), Budget(1_800, DAY)))},
    **{f"list-{role}": {"target": Budget(3_000, HOUR, (Budget(9_000, DAY),))} for role in ("clerk", "auditor")},
    **{f"list-{role}": {"target": Budget(6_000, HOUR, (Budget(12_000, DAY),))} for role in ("office", "health")},
    # Documents that are next to each other (all but the last four signs are the same), and searches that find nobody, of one official:
    # more than that is an alarm, and stops nobody.
    "walk": {"target": Budget(8, HOUR)},
    "walked": {"target": Budget(1, DAY)},
    "missed": {"target": Budget(20, HOUR)},
    # A message that asks for one's colour.
    "sms": {"target": Budget(6, HOUR), "all": Budget(100_000, HOUR)},
}  # fmt: skip
