"""The appeals' tables. Writes live in actions.py and settling.py, reads worth a name in queries.py and objections.py."""

from yimatong.stations.appeals.models.complaints import Complaint, ComplaintContact, ComplaintEvent
from yimatong.stations.appeals.models.disputes import Dispute
from yimatong.stations.appeals.models.outcomes import DisputeOutcome

__all__ = ["Complaint", "ComplaintContact", "ComplaintEvent", "Dispute", "DisputeOutcome"]
