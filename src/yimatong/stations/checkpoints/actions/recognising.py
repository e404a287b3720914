"""Trust lists of other cities: handed on to scanners when the policy recognises the city and its root key signed the list."""

from __future__ import annotations

from datetime import datetime

from yimatong.core.checkpoints.model import Recognised, entry_on
from yimatong.core.credential import Refused, TrustList, open_trust_list
from yimatong.core.time import minute_down
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.checkpoints.policy import installed
from yimatong.stations.passes.actions import publishing
from yimatong.stations.passes.days import seconds


def recognised_on(now: datetime) -> tuple[Recognised, ...]:
    """The cities whose codes count on the day of an instant."""
    policy = installed()
    gate = policy.checkpoints
    entry = entry_on(gate.cities, policy.zone.date(minute_down(now))) if gate else None
    return entry.recognised if entry else ()


def take_trust_list(*, by: Official, city: str, data: bytes, now: datetime) -> TrustList:
    """Publish another city's trust list; `city-not-recognised`, `trust-list-refused` (not its root key's, over, older than the known)."""
    require(by, "checkpoints")
    one = next((one for one in recognised_on(now) if one.city == city), None)
    if one is None:
        raise mistake("city-not-recognised", place=city)
    file = publishing.folder() / publishing.CITIES / city / publishing.TRUST
    known = open_trust_list(file.read_bytes(), one.root, now=0, city=city) if file.is_file() else None
    version = known.version if isinstance(known, TrustList) else 0
    opened = open_trust_list(data, one.root, now=seconds(now), city=city, known_version=version)
    if isinstance(opened, Refused):
        raise mistake("trust-list-refused", place=city, reason=opened.reason.value)
    file.parent.mkdir(parents=True, exist_ok=True)
    publishing.write(file, data)
    publishing.publish(now=now)
    audit.record(by=by, action="city.trust", subject=f"city/{city}", details={"version": opened.version})
    return opened
