"""How the parts of `yimatong run` are, in a file of the home folder: written by whoever keeps them, read by `yimatong health`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import psutil

State = Literal["up", "waiting", "down"]
DATABASE = "database"
"""The part that the database is, whoever runs its server."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One part. `waiting`: it is away and begun again by itself; `down`: it died three times within a minute and stays down."""

    name: str
    state: State
    since: int
    """Seconds since 1970, in real time, since when it is in this state."""
    returned: int = 0
    """How often it came back since the start."""
    cause: str = ""
    """Why it was away the last time: `SIGKILL`, `exit code 3`, `connection refused`."""


def file_in(home: Path) -> Path:
    """Where they are noted."""
    return home / "parts.json"


def note(home: Path, standings: Iterable[Standing]) -> None:
    """Note them, whole or not at all, unless another `yimatong run` of this home is alive, which notes its own.

    A disk that is full keeps nobody from starting a part again.
    """
    if _keeper(home) not in (None, _myself()):
        return
    file = file_in(home)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with suppress(OSError):
        fresh.write_text(json.dumps({"keeper": _myself(), "parts": [asdict(one) for one in standings]}))
        fresh.replace(file)


def forget(home: Path) -> None:
    """Forget them: we keep them no more."""
    if _keeper(home) == _myself():
        with suppress(OSError):
            file_in(home).unlink(missing_ok=True)


def noted(home: Path) -> tuple[Standing, ...]:
    """What was noted by a `yimatong run` that is alive; nothing where none is, or where parts are kept by somebody else."""
    if _keeper(home) is None:
        return ()
    with suppress(OSError, ValueError, KeyError, TypeError):
        return tuple(Standing(**one) for one in _read(home)["parts"])
    return ()


def _keeper(home: Path) -> tuple[int, float] | None:
    """The number and the beginning of the process that keeps them, where it is alive."""
    with suppress(OSError, ValueError, KeyError, TypeError, psutil.Error):
        number, begun = _read(home)["keeper"]
        if psutil.Process(number).create_time() == begun:
            return number, begun
    return None


def _read(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file_in(home).read_text())
    return found


def _myself() -> tuple[int, float]:
    """The number of this process and when it began: numbers come again."""
    return os.getpid(), psutil.Process().create_time()
