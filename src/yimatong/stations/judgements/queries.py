"""What is read from the judgements by name.

overview() -> Overview                       the control office's first page
explain(person: int) -> Explanation          the verdict in force of one person, with its reasons and history
runs(limit: int = 50) -> tuple[RunLine, ...] the newest first
run_line(run: int) -> RunLine | None

The values are in answers.py and are re-exported here.
"""

from __future__ import annotations

from yimatong.stations.judgements.answers import (
    Clause,
    Counts,
    DayCount,
    DistrictCount,
    Evidence,
    Explanation,
    Overview,
    PastVerdict,
    ReasonCount,
    ReasonExplained,
    RunLine,
)

__all__ = [
    "Clause",
    "Counts",
    "DayCount",
    "DistrictCount",
    "Evidence",
    "Explanation",
    "Overview",
    "PastVerdict",
    "ReasonCount",
    "ReasonExplained",
    "RunLine",
]
