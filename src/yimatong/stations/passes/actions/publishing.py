"""The signed files: whole or not at all, the index last. Killed in between, the next publication writes what is missing.

Any web server can serve the folder. Nothing in it is secret, and nothing in it has to be believed: every file but the index is
signed, and the index only saves requests.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q

from yimatong.core.credential import window, window_at
from yimatong.core.credential.cbor import Malformed
from yimatong.core.credential.policy_files import own_policy_file
from yimatong.stations.passes import locks
from yimatong.stations.passes.actions.recalling import OLD_DELTAS
from yimatong.stations.passes.actions.recent import recent_files
from yimatong.stations.passes.days import HOURS, paper_life, seconds
from yimatong.stations.passes.models import PaperEpoch, RecallCut, SigningKey, TrustCut
from yimatong.stations.passes.models.papers import BELOW

TRUST, SNAPSHOT, INDEX, CHECKPOINTS, CITIES = "trust.ymt", "snapshot.ymt", "index.json", "checkpoints.ymt", "cities"
RECENT, HOURS_FILE = "recent.ymt", "hours.ymt"
TAG_SIGNS = 16
log = structlog.get_logger(__name__)


def folder() -> Path:
    """Where the signed files lie."""
    return Path(settings.YIMATONG_HOME) / "signed"


def roots() -> list[str]:
    """The root keys whose trust lists phones believe, in hexadecimal; none before the first publication."""
    try:
        found: list[str] = json.loads(_roots_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return found


def _roots_file() -> Path:
    # Beside the folder that anybody may serve, not in it: the page brings them to phones, and asks no database for it.
    return Path(settings.YIMATONG_HOME) / "roots.json"


def publish(*, now: datetime) -> dict[str, Any] | None:
    """Write the newest trust list, and the recall lists of all windows that are not over; the index, or None when another writes."""
    with locks.tried(locks.PUBLISHING) as held:
        if not held:
            return None
        place = folder()
        (place / "recall").mkdir(parents=True, exist_ok=True)
        write(_roots_file(), json.dumps(_good_roots()).encode())
        trust = TrustCut.objects.order_by("-version").first()
        if trust:
            write(place / TRUST, bytes(trust.data))
        epochs = sorted(set(RecallCut.objects.values_list("epoch", flat=True)))
        lists = [_publish_epoch(place / "recall" / str(epoch), epoch) for epoch in epochs]
        _remove(place / "recall", epochs)
        _publish_recent(place, now)
        index = {"made": seconds(now), "trust": _told(trust), "recall": lists}
        if policy := _policy_told(place / CHECKPOINTS):
            index["checkpoints"] = policy
        if cities := _cities_told(place / CITIES):
            index["cities"] = cities
        write(place / INDEX, json.dumps(index, separators=(",", ":")).encode())
    return index


def write(file: Path, data: bytes) -> None:
    """Put a file in place in one step; one that says the same already is left alone."""
    if file.is_file() and file.stat().st_size == len(data) and file.read_bytes() == data:
        return
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with fresh.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(file)


def _policy_told(file: Path) -> dict[str, int] | None:
    """What the index says of the policy file of scanners, which the station of checkpoints writes; None where it lies not there."""
    try:
        found = own_policy_file(file.read_bytes())
    except (OSError, Malformed):
        return None
    return {"issued": found.issued, "expires": found.expires, "version": found.version}


def _cities_told(place: Path) -> dict[str, str]:
    """Trust lists of other cities, which the station of checkpoints puts there: by city, the first signs of each one's SHA-256."""
    return {
        file.parent.name: sha256(file.read_bytes()).hexdigest()[:TAG_SIGNS] for file in sorted(place.glob(f"*/{TRUST}"))
    }


def _publish_recent(place: Path, now: datetime) -> None:
    """The minutes last: they reach back to the hours, which reach back to the snapshot."""
    lying = place / "recall" / str(window_at(seconds(now), HOURS).epoch) / HOURS_FILE
    found = recent_files(now=now, lying=lying.read_bytes() if lying.is_file() else None)
    if found and found.hours:
        write(lying, found.hours)
    if found:
        write(place / RECENT, found.minutes)


def _publish_epoch(place: Path, epoch: int) -> dict[str, int]:
    place.mkdir(exist_ok=True)
    cuts = RecallCut.objects.filter(epoch=epoch).defer("data")
    snapshot = cuts.get(whole=True)
    lying = Q(sequence__gte=snapshot.sequence) | Q(issued__gt=snapshot.issued - OLD_DELTAS)
    rows = list(cuts.filter(lying).order_by("sequence", "-whole"))
    wanted = {f"{row.sequence}.ymt" for row in rows if not row.whole}
    missing = [row.sequence for row in rows if not row.whole and not (place / f"{row.sequence}.ymt").is_file()]
    for delta in RecallCut.objects.filter(epoch=epoch, whole=False, sequence__in=missing):
        write(place / f"{delta.sequence}.ymt", bytes(delta.data))
    write(place / SNAPSHOT, bytes(RecallCut.objects.values_list("data", flat=True).get(pk=snapshot.pk)))
    for old in place.glob("*.ymt"):
        if old.name not in {SNAPSHOT, HOURS_FILE, *wanted}:
            old.unlink(missing_ok=True)
    last = rows[-1]
    begin, end = _life(epoch)
    return {
        "epoch": epoch, "from": begin, "to": end, "snapshot": snapshot.sequence, "sequence": last.sequence,
        "issued": last.issued, "expires": last.expires, "count": _count(rows, snapshot.sequence),
    }  # fmt: skip


def _life(epoch: int) -> tuple[int, int]:
    """The first and the last second that passes of an epoch can have: of a window, or of the papers of a month."""
    if epoch >= BELOW:
        life = window(epoch, HOURS)
        return life.nbf, life.exp
    return paper_life(epoch)[0], PaperEpoch.objects.values_list("until", flat=True).get(pk=epoch)


def _count(rows: Iterable[RecallCut], snapshot: int) -> int:
    added = (row for row in rows if row.whole or row.sequence > snapshot)
    return sum(len(bytes(row.added)) // 4 for row in added)


def _remove(place: Path, epochs: Iterable[int]) -> None:
    """Lists of windows that are over vanish."""
    wanted = {str(epoch) for epoch in epochs}
    for old in place.iterdir():
        if old.name not in wanted:
            shutil.rmtree(old, ignore_errors=True)


def _good_roots() -> list[str]:
    """The one that signs, those before it and the coming one: a phone has it with its page before it signs."""
    good = SigningKey.objects.filter(use=SigningKey.Use.ROOT).exclude(state=SigningKey.State.COMPROMISED)
    return [bytes(point).hex() for point in good.order_by("-made_at", "kid").values_list("point", flat=True)]


def _told(trust: TrustCut | None) -> dict[str, Any] | None:
    if trust is None:
        return None
    dead = SigningKey.objects.filter(state=SigningKey.State.COMPROMISED).order_by("kid").values_list("kid", flat=True)
    return {
        "version": trust.version, "issued": trust.issued, "expires": trust.expires, "min_iat": trust.min_iat,
        "compromised": list(dead),
    }  # fmt: skip
