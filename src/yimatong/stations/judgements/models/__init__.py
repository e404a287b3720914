"""The judgements' tables. Writes live in actions.py and publication.py, reads worth a name in queries.py."""

from yimatong.stations.judgements.models.derived import Exposure, Neighbour, Travel, Visit
from yimatong.stations.judgements.models.runs import PolicyPack, Run, RunCount, Unjudged
from yimatong.stations.judgements.models.verdicts import CurrentVerdict, Verdict, VerdictReason

__all__ = [
    "CurrentVerdict",
    "Exposure",
    "Neighbour",
    "PolicyPack",
    "Run",
    "RunCount",
    "Travel",
    "Unjudged",
    "Verdict",
    "VerdictReason",
    "Visit",
]
