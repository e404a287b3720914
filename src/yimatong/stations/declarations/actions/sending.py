"""Sending what waits in the outbox: claimed in batches, handed over side by side, written down in batches.

Each provider has hands of its own, so that one that hangs holds up nobody else. When it begins to fail, what it was not given yet goes
to another one. When nobody takes anything, everything waits; nothing is lost, and nothing is sent by two.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from yimatong.records import identity
from yimatong.records.jobs import Tally, code_of
from yimatong.stations.declarations import reaching
from yimatong.stations.declarations.actions import claiming, gateways, providers
from yimatong.stations.declarations.actions.claiming import Claimed, Result
from yimatong.stations.declarations.actions.gateways import Address, Connections, Handed, Outcome
from yimatong.stations.declarations.actions.messages import NONE_OFFERED, TURNS, URGENT
from yimatong.stations.declarations.actions.providers import Standing, Went
from yimatong.stations.declarations.models import Account

HANDS, URGENT_HANDS = 16, 4
"""Hand-overs at the same time to one provider; what somebody waits for has hands of its own."""
QUEUE = 128
"""Messages claimed for one provider at the same time, those that wait for a hand included."""
FEWEST = 64
"""No claim for fewer, while others are on their way."""
TICK, GATHER = 0.25, 0.02
"""Seconds: how long to wait for an answer before looking around; how long answers gather before they are written down."""
ROUND = 50.0
"""Seconds after which a round claims nothing more."""
STALE = 15.0
"""Seconds after which a claimed message that nobody has begun to hand over is given back; well below LAPSES."""
AVOID = 5.0
"""Seconds for which a provider that hangs gets nothing more from this process, where there is another."""
SLOWEST = 60
"""Seconds between two tries of one message, at most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many were sent, how many were given up, how many hand-overs will be done again; `more`: something waits that could go now."""

    sent: int
    failed: int
    again: int = 0
    more: bool = False


def send_waiting(*, at: datetime, urgent: bool = False, seconds: float = ROUND) -> Sent:
    """Send what waits until nothing does, or so many seconds are over; with `urgent` only what somebody waits for."""
    with closing(Connections()) as connections:
        return Round(at, connections, urgent=urgent, seconds=seconds).run()


@dataclass
class Round:
    """One round. `at` is real time at its beginning; it goes on by the clock that only grows."""

    at: datetime
    connections: Connections
    urgent: bool = False
    seconds: float = ROUND
    chance: random.Random = field(default_factory=random.Random)
    began: float = field(default_factory=time.monotonic)
    counts: Counter[str] = field(default_factory=Counter)
    pools: dict[tuple[str, bool], ThreadPoolExecutor] = field(default_factory=dict)
    pending: dict[Future[Handed], tuple[Claimed, float]] = field(default_factory=dict)
    avoided: dict[str, float] = field(default_factory=dict)
    texting: dict[str, Address] = field(default_factory=gateways.texting)
    standing: Standing = field(default_factory=lambda: Standing({}))
    subjects: dict[int, bytes] = field(default_factory=dict)
    tally: Tally = field(default_factory=lambda: Tally("texts"))

    def run(self) -> Sent:
        """Send."""
        if not self.urgent:
            providers.recover(self.texting, self.now())
            self.counts["failed"] += claiming.expire(self.now())
        with ExitStack() as ends:
            while (claimed := self._claimed()) or self.pending:
                self._begin(claimed, ends)
                self._write(self._done())
        more = self._is_over() and claiming.is_waiting(self.now(), closed=self.standing.failing)
        return Sent(self.counts["sent"], self.counts["failed"], self.counts["again"], more)

    def now(self) -> datetime:
        """Real time."""
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    def _is_over(self) -> bool:
        return time.monotonic() - self.began >= self.seconds

    def _claimed(self) -> list[Claimed]:
        """The next messages, for those providers that can take more."""
        if self._is_over():
            return []
        waiting = Counter(claimed.provider for claimed, _since in self.pending.values())
        if self.pending and min((waiting[name] for name in self.texting), default=0) > QUEUE - FEWEST:
            return []
        self.standing = providers.standing(self.texting, self.now())
        moment = time.monotonic()
        avoided = {name for name, until in self.avoided.items() if until > moment}
        if avoided >= self.standing.weights.keys():
            avoided = set()
        busy = frozenset({name for name, count in waiting.items() if count > QUEUE - FEWEST} | avoided)
        free = [name for name in self.standing.weights if name not in busy]
        return claiming.claim(
            at=self.now(),
            most=FEWEST * max(1, len(free)),
            urgent=self.urgent,
            standing=self.standing,
            busy=busy,
            chance=self.chance,
        )

    def _begin(self, claimed: Sequence[Claimed], ends: ExitStack) -> None:
        """Give messages to the hands of their providers; service messages of a channel that takes none any more fail at once."""
        where = {**self.texting, **self._channels(claimed)}
        moment = time.monotonic()
        without = [one for one in claimed if one.provider not in where]
        for one in claimed:
            if one.provider not in where:
                continue
            urgent = TURNS[one.kind] == URGENT
            if (one.provider, urgent) not in self.pools:
                hands = ThreadPoolExecutor(URGENT_HANDS if urgent else HANDS, thread_name_prefix="send")
                self.pools[one.provider, urgent] = ends.enter_context(hands)
            future = self.pools[one.provider, urgent].submit(
                self._give, one, where[one.provider], self.subjects.get(one.account or 0)
            )
            self.pending[future] = (one, moment)
        self.counts["failed"] += len(without)
        claiming.settle([Result(one, "failed", self.now(), NONE_OFFERED) for one in without], self.now())

    def _channels(self, claimed: Sequence[Claimed]) -> dict[str, Address]:
        """Where the service messages of these go, by the name of their channel; the accounts' subjects are kept beside."""
        asked = {one.account for one in claimed if one.account is not None}
        accounts = Account.objects.select_related("channel").in_bulk(asked) if asked else {}
        self.subjects = {number: bytes(account.subject_sealed) for number, account in accounts.items()}
        open_ = {
            account.channel.pk: account.channel for account in accounts.values() if reaching.offers(account.channel)
        }
        return {
            reaching.provider_of(one): Address(
                reaching.provider_of(one),
                one.messages_url,
                identity.unseal(one.messages_secret_sealed or b"", "secret"),
            )
            for one in open_.values()
        }

    def _give(self, one: Claimed, to: Address, subject: bytes | None) -> Handed:
        """Open a message and hand it over: in a hand of its provider, without the database."""
        one.begun = time.monotonic()
        try:
            number = (
                identity.unseal(one.phone, "phone")
                if one.phone is not None
                else identity.unseal(subject or b"", "subject")
            )
            text = identity.unseal(one.text, "message")
        except Exception as problem:  # noqa: BLE001 -- what can't be opened can't be sent another time either
            return Handed(Outcome.UNREADABLE, code_of(problem)[:64])
        said = {"id": str(one.reference), "to": number, "text": text, "kind": one.kind, "at": self.now().isoformat()}
        return self.connections.hand_over(to, said)

    def _done(self) -> list[tuple[Claimed, Handed | None]]:
        """What has been answered, as soon as something was; None for what nobody will begin to hand over any more."""
        finished, _ = wait(self.pending, timeout=TICK, return_when=FIRST_COMPLETED)
        if finished and len(self.pending) > FEWEST:
            time.sleep(GATHER)
        self._look_at_the_slow()
        done: list[tuple[Claimed, Handed | None]] = []
        for future in list(self.pending):
            if future.done():
                one, _since = self.pending.pop(future)
                done.append((one, None if future.cancelled() else future.result()))
        return done

    def _look_at_the_slow(self) -> None:
        """Take back from the queue of a provider that hangs or fails, and what has waited too long for a hand."""
        moment = time.monotonic()
        others = [name for name in self.standing.weights if self.avoided.get(name, 0.0) <= moment]
        for future, (one, since) in self.pending.items():
            if (
                one.begun
                and not future.done()
                and moment - one.begun > providers.SLOW
                and one.provider not in self.avoided
            ):
                self.avoided[one.provider] = moment + AVOID
                providers.fall(one.provider, self.now())
            is_avoided = self.avoided.get(one.provider, 0.0) > moment and set(others) - {one.provider}
            if is_avoided or moment - since > STALE:
                future.cancel()
        self.avoided = {name: until for name, until in self.avoided.items() if until > moment}

    def _write(self, done: Sequence[tuple[Claimed, Handed | None]]) -> None:
        """Write down what became of them, and how their providers did."""
        now = self.now()
        how: dict[str, Went] = {}
        results = []
        for one, handed in done:
            if handed is not None:
                _note(how.setdefault(one.provider, Went()), handed)
            results.append(self._result(one, handed, now))
            if handed is not None:
                self.counts["again" if results[-1].state in ("waiting", "sending") else results[-1].state] += 1
        claiming.settle(results, now)
        providers.went(how, now, failing=self.standing.failing)
        for name, went in how.items():
            if went.failed and not (went.taken or went.slow):
                self.avoided[name] = time.monotonic() + AVOID

    def _result(self, one: Claimed, handed: Handed | None, now: datetime) -> Result:
        """What a message becomes by what became of its hand-over."""
        stays = "sending" if one.in_doubt else "waiting"
        if handed is None:
            return Result(one, stays, now, in_doubt=one.in_doubt, refusals=one.refusals, given_back=True)
        if handed.outcome is Outcome.TAKEN:
            return Result(one, "sent", now)
        if handed.outcome is Outcome.UNREADABLE:
            self.tally.leave(one.number, handed.error)
            return Result(one, "failed", now, handed.error)
        if handed.outcome is Outcome.UNCERTAIN or one.in_doubt:
            return Result(one, "sending", now + _later(one.tries), handed.error, in_doubt=True, refusals=one.refusals)
        refusals = one.refusals + (handed.outcome is Outcome.REFUSED)
        if handed.outcome is Outcome.REFUSED and refusals >= (len(self.texting) if one.way == "text" else 1):
            return Result(one, "failed", now, handed.error, refusals=refusals)
        return Result(one, "waiting", now + _later(one.tries - 1), handed.error, refusals=refusals)


def _note(went: Went, handed: Handed) -> None:
    if handed.outcome in (Outcome.NOT_TAKEN, Outcome.UNCERTAIN):
        went.failed, went.error = went.failed + 1, handed.error
    elif handed.outcome is not Outcome.UNREADABLE:
        went.slow += handed.seconds > providers.SLOW
        went.taken += handed.seconds <= providers.SLOW


def _later(tries: int) -> timedelta:
    """How long until it is tried again: at once, then 2, 4, 8 ... 60 seconds."""
    return timedelta(seconds=0 if tries <= 0 else min(SLOWEST, 2 ** min(tries, 6)))
