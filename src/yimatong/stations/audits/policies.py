"""Kept policy packs are compared with their seals and with their own digest: text, pack, version, and when they were kept. So is when which
of them came into force.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC

from yimatong.records.models import PolicyPack
from yimatong.stations.audits.models import PolicySeal
from yimatong.stations.judgements import enforcing
from yimatong.stations.judgements.discrepancies import Found, Kind, digest
from yimatong.stations.judgements.lifecycle import JUDGE
from yimatong.stations.judgements.models import Run
from yimatong.stations.judgements.sealing import sealed

TABLE, IN_FORCE = "policy_packs", "enforcements"
KINDS = {
    "edited": (IN_FORCE, Kind.EDITED),
    "left-out": (IN_FORCE, Kind.LEFT_OUT),
    "cut-off": (IN_FORCE, Kind.LEFT_OUT),
    "never-in-force": (IN_FORCE, Kind.MISSING),
    "pack-edited": (TABLE, Kind.CHANGED),
}
"""By what is wrong with the policies in force (judgements/enforcing.py): where it stands, and what sort of discrepancy it is."""


def unsealed() -> Iterator[tuple[PolicyPack, str]]:
    """Packs that have no seal yet, each with the SHA-256 of its row."""
    known = PolicySeal.objects.using(JUDGE).values("pack")
    for pack in PolicyPack.objects.using(JUDGE).exclude(digest__in=known).order_by("kept_at", "digest").iterator():
        yield pack, _sha256(pack)


def policy_seal(pack: str, sha256: str, seal: int) -> PolicySeal:
    """The seal of a pack, to be written with a seal of the chain."""
    return PolicySeal(pack=pack, seal=seal, sha256=sha256, mac=_mac(pack, sha256))


def compare() -> tuple[int, list[Found]]:
    """How many packs were looked at, and what of them is not as it was sealed: by the first run that was judged by it."""
    found: list[Found] = []
    there = {pack.digest: pack for pack in PolicyPack.objects.using(JUDGE).iterator()}
    for seal in PolicySeal.objects.using(JUDGE).order_by("pack"):
        pack = there.get(seal.pack)
        now = _sha256(pack) if pack else ""
        if seal.mac != _mac(seal.pack, seal.sha256):
            found.append(_found(Kind.EDITED, seal.pack, [seal.sha256, seal.mac], "policy_seals"))
        elif now != seal.sha256:
            found.append(_found(Kind.CHANGED if pack else Kind.MISSING, seal.pack, now))
    return len(there), found


def not_in_force_so(*, files: bool) -> Iterator[Found]:
    """What is not as it came into force: enforcements by number, published runs; with `files` also packs that have lost their digest."""
    for one in enforcing.unfit_packs(files=files):
        table, kind = KINDS[one.what]
        if table == TABLE:
            yield _found(kind, one.digest, one.what)
        else:
            yield Found(
                kind.value, table, one.run, None, digest([one.what, one.digest, one.number, one.run]), one.number
            )


def _found(kind: Kind, pack: str, told: object, table: str = TABLE) -> Found:
    first = Run.objects.using(JUDGE).filter(policy=pack).order_by("number").values_list("number", flat=True).first()
    return Found(kind.value, table, first, None, digest([pack, told]))


def _sha256(pack: PolicyPack) -> str:
    said = [pack.digest, pack.pack, pack.version, pack.kept_at.astimezone(UTC).isoformat(), pack.files, pack.specimens]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _mac(pack: str, sha256: str) -> str:
    return sealed(["policy", pack, sha256])
