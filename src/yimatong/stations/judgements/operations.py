"""What the policy says of the system's own work (operations.yaml): the city's file, else its province's, else the figures here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from yimatong.records import policies

FILE = "operations.yaml"


@dataclass(frozen=True, slots=True)
class Operations:
    """How long what is done by itself may have been left undone, and how long the files of a night are kept."""

    judged: timedelta = timedelta(minutes=5)
    lists: timedelta = timedelta(minutes=3)
    minutely: timedelta = timedelta(minutes=10)
    nightly: timedelta = timedelta(hours=26)
    keep_runs: timedelta = timedelta(days=14)


def operations() -> Operations:
    """What the policy in force says; `policy-none-in-force` before one is."""
    document = policies.part(FILE, "operations")
    if document is None:
        return Operations()
    data = document.data
    return Operations(
        judged=timedelta(minutes=data["judged_minutes"]),
        lists=timedelta(minutes=data["lists_minutes"]),
        minutely=timedelta(minutes=data["minutely_minutes"]),
        nightly=timedelta(hours=data["nightly_hours"]),
        keep_runs=timedelta(days=data["keep_runs_days"]),
    )
