"""The judgements' tables. Writes live in actions.py and publication.py, reads worth a name in queries.py."""

from yimatong.stations.judgements.models.derived import Exposure, Neighbour, Travel, Visit
from yimatong.stations.judgements.models.runs import (
    CountedElsewhere,
    CurrentCount,
    PastCount,
    Run,
    SkippedNumbers,
    Unjudged,
)
from yimatong.stations.judgements.models.seals import Discrepancy, Restatement, RunSeal, Standstill
from yimatong.stations.judgements.models.verdicts import CurrentVerdict, Verdict, VerdictReason

__all__ = [
    "CountedElsewhere",
    "CurrentCount",
    "CurrentVerdict",
    "Discrepancy",
    "Exposure",
    "Neighbour",
    "PastCount",
    "Restatement",
    "Run",
    "RunSeal",
    "SkippedNumbers",
    "Standstill",
    "Travel",
    "Unjudged",
    "Verdict",
    "VerdictReason",
    "Visit",
]
