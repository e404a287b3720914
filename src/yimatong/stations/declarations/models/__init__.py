"""The declarations' tables. Writes live in actions/, reads worth a name in queries.py."""

from yimatong.stations.declarations.models.cases import CheckIn, Contradiction, EarlierDeclaration, MissingPlace
from yimatong.stations.declarations.models.channels import Account, Channel
from yimatong.stations.declarations.models.declared import Declaration, DeclaredRecord, Draft, Statement
from yimatong.stations.declarations.models.family import Coresident, Dependant
from yimatong.stations.declarations.models.hand_overs import HandOver
from yimatong.stations.declarations.models.limits import Attempt, OneTimeCode
from yimatong.stations.declarations.models.messages import Message, Provider, WrongNumber

__all__ = [
    "Account",
    "Attempt",
    "Channel",
    "CheckIn",
    "Contradiction",
    "Coresident",
    "Declaration",
    "DeclaredRecord",
    "Dependant",
    "Draft",
    "EarlierDeclaration",
    "HandOver",
    "Message",
    "MissingPlace",
    "OneTimeCode",
    "Provider",
    "Statement",
    "WrongNumber",
]
