"""The appeals' tables. Writes live in actions.py, reads worth a name in queries.py."""

from yimatong.stations.appeals.models.complaints import Complaint, ComplaintEvent
from yimatong.stations.appeals.models.disputes import Dispute

__all__ = ["Complaint", "ComplaintEvent", "Dispute"]
