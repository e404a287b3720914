"""The dispositions' tables. Writes live in actions.py, reads worth a name in queries.py."""

from yimatong.stations.dispositions.models.hand_overs import HandOver, HandOverEvent

__all__ = ["HandOver", "HandOverEvent"]
