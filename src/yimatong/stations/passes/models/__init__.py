"""The passes' tables. Writes live in actions/, reads worth a name in queries.py."""

from yimatong.stations.passes.models.bindings import DeviceBinding, Transfer
from yimatong.stations.passes.models.credentials import Credential, Epoch, Followed, FreePlace, Strip
from yimatong.stations.passes.models.keys import Reissue, SigningKey, TrustCut
from yimatong.stations.passes.models.papers import PaperCredential, PaperEpoch
from yimatong.stations.passes.models.permits import SpecialPermit
from yimatong.stations.passes.models.recalls import RecallCut

__all__ = [
    "Credential",
    "DeviceBinding",
    "Epoch",
    "Followed",
    "FreePlace",
    "PaperCredential",
    "PaperEpoch",
    "RecallCut",
    "Reissue",
    "SigningKey",
    "SpecialPermit",
    "Strip",
    "Transfer",
    "TrustCut",
]
