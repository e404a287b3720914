"""The checkpoints' tables. Writes live in actions/, reads worth a name in queries.py."""

from yimatong.stations.checkpoints.models.checkpoints import Checkpoint, Device, EarlierHours, Offer
from yimatong.stations.checkpoints.models.passages import Entry, Flag, LookedOver, Passage, PolicyCut
from yimatong.stations.checkpoints.models.register import Forgetting, RegisterExtract, StayFeed

__all__ = [
    "Checkpoint",
    "Device",
    "EarlierHours",
    "Entry",
    "Flag",
    "Forgetting",
    "LookedOver",
    "Offer",
    "Passage",
    "PolicyCut",
    "RegisterExtract",
    "StayFeed",
]
