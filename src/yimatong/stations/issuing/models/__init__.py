"""The tables of issuing. Writes live in actions/, reads worth a name in queries/."""

from yimatong.stations.issuing.models.cases import CollectionTask, FraudAnswer, FraudCase
from yimatong.stations.issuing.models.desks import DeskDevice, DeskOffer, DeskRecord, RouteLine
from yimatong.stations.issuing.models.numbers import BlankMove, District, Lease
from yimatong.stations.issuing.models.papers import (
    Entry,
    HeldEntry,
    OfflineBatch,
    Paper,
    RegisterDay,
    Signature,
)
from yimatong.stations.issuing.models.points import Point, PointDay, PointPosition, Staff
from yimatong.stations.issuing.models.queueing import Ticket
from yimatong.stations.issuing.models.rosters import RosterAsked, RosterLine

__all__ = [
    "BlankMove",
    "CollectionTask",
    "DeskDevice",
    "DeskOffer",
    "DeskRecord",
    "District",
    "Entry",
    "FraudAnswer",
    "FraudCase",
    "HeldEntry",
    "Lease",
    "OfflineBatch",
    "Paper",
    "Point",
    "PointDay",
    "PointPosition",
    "RegisterDay",
    "RosterAsked",
    "RosterLine",
    "RouteLine",
    "Signature",
    "Staff",
    "Ticket",
]
