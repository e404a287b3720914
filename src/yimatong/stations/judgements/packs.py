"""Policies kept in the database as they were when a run judged by them."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from django.db import connections

from yimatong.core.policy.load import load
from yimatong.core.policy.model import Policy
from yimatong.core.policy.packs import open_pack
from yimatong.stations.judgements.errors import mistake
from yimatong.stations.judgements.models import PolicyPack


def keep(folder: Path, using: str) -> Policy:
    """Load the policy of a folder and keep its files, once for each digest; PolicyError where it is wrong."""
    policy = load(folder)
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM policy_packs WHERE digest = %s", [policy.digest])
        known = cursor.fetchone()
    if not known:
        PolicyPack.objects.using(using).bulk_create(
            [PolicyPack(digest=policy.digest, pack=policy.id, version=policy.version, files=_files(folder))],
            ignore_conflicts=True,
        )
    return policy


@lru_cache(maxsize=16)
def kept(digest: str) -> Policy:
    """The policy of a digest, from the database; `policy-changed-while-kept` when it no longer has that digest."""
    return opened(PolicyPack.objects.get(pk=digest))


def opened(pack: PolicyPack) -> Policy:
    """The policy of a kept pack, read anew; `policy-changed-while-kept` when it no longer has its digest."""
    with tempfile.TemporaryDirectory() as name:
        for path, text in pack.files.items():
            file = Path(name) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        policy = load(Path(name) / pack.pack)
    if policy.digest != pack.digest:
        raise mistake("policy-changed-while-kept", digest=pack.digest)
    return policy


def _files(folder: Path) -> dict[str, str]:
    """The text of every file that the policy was loaded from, its province's included."""
    pack = open_pack(folder)
    found = {f"{pack.name}/{path}": (folder / path).read_bytes().decode() for path in pack.hashes}
    province = (pack.data("policy.yaml") or {}).get("extends")
    return found | _files(folder.parent / province) if province else found
