"""The records' tables. Writes live in actions/, reads worth a name in queries.py."""

from yimatong.records.models.areas import Area
from yimatong.records.models.audit import AuditEntry, Look
from yimatong.records.models.deliveries import Confirmation, Delivery, HeldRow
from yimatong.records.models.divisions import Division
from yimatong.records.models.facts import Fact, JourneySaid, Stay
from yimatong.records.models.identities import FormerIdentity, IdentityCorrection
from yimatong.records.models.looking import Alarm, LookDay, Search
from yimatong.records.models.officials import Official, OfficialSession
from yimatong.records.models.people import Home, Person
from yimatong.records.models.places import Block, Place, Stairwell
from yimatong.records.models.policies import Enforcement, PolicyPack
from yimatong.records.models.works import JobTask, KeyFingerprint, Work

__all__ = [
    "Alarm",
    "Area",
    "AuditEntry",
    "Block",
    "Confirmation",
    "Delivery",
    "Division",
    "Enforcement",
    "Fact",
    "FormerIdentity",
    "HeldRow",
    "Home",
    "IdentityCorrection",
    "JobTask",
    "JourneySaid",
    "KeyFingerprint",
    "Look",
    "LookDay",
    "Official",
    "OfficialSession",
    "Person",
    "Place",
    "PolicyPack",
    "Search",
    "Stairwell",
    "Stay",
    "Work",
]
