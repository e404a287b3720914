"""What the policy says of the system's own work (operations.yaml): the city's file, else its province's, else the figures here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yimatong.core.policy.document import read
from yimatong.core.policy.load import province_of
from yimatong.core.policy.problems import PolicyError
from yimatong.core.policy.schemas import check_shape

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
    """What the policy that is set says; PolicyError where its file cannot be used."""
    folder = Path(settings.YIMATONG_POLICIES) / settings.YIMATONG_POLICY
    file = folder / FILE
    if not file.is_file():
        file = (province_of(folder) or folder) / FILE
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else Operations()


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Operations:
    document, _, problems = read(file, f"{file.parent.name}/{FILE}")
    if document is not None:
        problems = (*problems, *check_shape(document, "operations"))
    if document is None or problems:
        raise PolicyError(list(problems))
    data = document.data
    return Operations(
        judged=timedelta(minutes=data["judged_minutes"]),
        lists=timedelta(minutes=data["lists_minutes"]),
        minutely=timedelta(minutes=data["minutely_minutes"]),
        nightly=timedelta(hours=data["nightly_hours"]),
        keep_runs=timedelta(days=data["keep_runs_days"]),
    )
