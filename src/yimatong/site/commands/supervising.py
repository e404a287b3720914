"""Parts that are begun again when they end, and one that does not stay up, which is left down while the others go on.

For one machine and `yimatong run` alone. A city's own servers have a supervisor already (systemd, Kubernetes), which can begin the
parts one by one as docs/how-to/run.md says (decision 104).
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from yimatong.core.text import message as _
from yimatong.edges.cli.starting import say
from yimatong.site.commands.processes import begin, end, end_group, not_in_here
from yimatong.site.parts import Standing, State

MOST, WITHIN = 3, 60.0
"""A part that ended so often within so many seconds stays down: what ends it is in itself, and not in what it waits for."""
FIRST, LONGEST = 1.0, 30.0
"""Seconds before a part is begun again: twice as many after each end, until it has been up for WITHIN."""
TOLD = 8
"""Lines of the log that are shown of a part that stays down."""


@dataclass
class Part:
    """One command that is kept running; times are seconds of a clock that only grows."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    state: State = "up"
    since: float = field(default_factory=time.time)
    """In real time, for whoever reads it."""
    begun: float = 0.0
    due: float = 0.0
    pause: float = FIRST
    ends: list[float] = field(default_factory=list)
    returned: int = 0
    cause: str = ""

    def turns(self, state: State) -> None:
        """It is in another state from now on."""
        self.state, self.since = state, time.time()

    def standing(self) -> Standing:
        """How it is, for `yimatong health`."""
        return Standing(self.name, self.state, int(self.since), self.returned, self.cause)


class Supervisor:
    """The parts of one start, by `look` again and again; what happens is said as it happens."""

    def __init__(self, commands: Mapping[str, Sequence[str]], changes: Mapping[str, str], logs: Path) -> None:
        self.parts = {name: Part(name, command) for name, command in commands.items()}
        self.changes, self.logs = changes, logs

    def look(self, now: float) -> None:
        """See who has ended, and begin again whose pause is over."""
        for part in self.parts.values():
            if part.process is not None and part.process.poll() is not None:
                self._has_ended(part, now)
            if part.process is None and part.state != "down" and now >= part.due:
                self._begin(part, now)

    def some_go_on(self) -> bool:
        """Say whether there is still a part that runs or will run again."""
        return any(part.state != "down" for part in self.parts.values())

    def standings(self) -> tuple[Standing, ...]:
        """How each part is."""
        return tuple(part.standing() for part in self.parts.values())

    def log_of(self, name: str) -> Path:
        """Where a part's words go."""
        return self.logs / f"{name}.log"

    def end(self) -> None:
        """End what runs, and whatever it has started."""
        end(part.process for part in self.parts.values() if part.process)

    def _begin(self, part: Part, now: float) -> None:
        with not_in_here():
            part.process = begin(part.command, self.changes, self.log_of(part.name))
        part.begun = now
        if part.state == "waiting":
            part.returned += 1
            part.turns("up")
            say(
                _("{part} was started again (time {returned}).", part=part.name, returned=part.returned),
            )

    def _has_ended(self, part: Part, now: float) -> None:
        """What it left in its group goes with it; then it waits for its turn, or stays down."""
        assert part.process is not None
        end_group(part.process)
        part.cause, part.process = cause_of(part.process.returncode), None
        part.pause = FIRST if now - part.begun >= WITHIN else min(LONGEST, 2 * part.pause if part.ends else FIRST)
        part.ends = [*(at for at in part.ends if now - at < WITHIN), now]
        if len(part.ends) >= MOST:
            part.turns("down")
            self._say_down(part)
            return
        part.due = now + part.pause
        part.turns("waiting")
        say(
            _(
                "{part} ended unexpectedly ({cause}); it is started again in {pause:.0f} s. Log: {log}",
                part=part.name,
                cause=part.cause,
                pause=part.pause,
                log=self.log_of(part.name),
            ),
        )

    def _say_down(self, part: Part) -> None:
        log = self.log_of(part.name)
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-TOLD:]) if log.is_file() else ""
        others = ", ".join(name for name, other in self.parts.items() if other.state != "down") or "-"
        say(
            _(
                "{part} ended {most} times within a minute ({cause}) and stays down; the others go on: "
                "{others}.\nThe end of {log}:\n{tail}\nOnce the cause is gone, press Ctrl-C and start again.",
                part=part.name,
                most=MOST,
                cause=part.cause,
                others=others,
                log=log,
                tail=tail,
            ),
        )


@contextmanager
def supervised(commands: Mapping[str, Sequence[str]], changes: Mapping[str, str], logs: Path) -> Iterator[Supervisor]:
    """The parts inside the block; `changes` are made to their environment, and each one's words go to `logs/<name>.log`."""
    keeper = Supervisor(commands, changes, logs)
    try:
        yield keeper
    finally:
        keeper.end()


def cause_of(code: int) -> str:
    """Why a process ended, by its return code: the signal's name, or the exit code."""
    if code < 0:
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}"
