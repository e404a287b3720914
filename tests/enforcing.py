"""A policy pack in force in tests, past its check and past who may, as only the tables' owner with the audit key could.

Ningbo's is in force in every test's database from the beginning (tests/conftest.py), as after a first start.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from tests.acting import owning
from yimatong.core.policy.load import load, texts_of
from yimatong.core.policy.model import Policy
from yimatong.core.policy.packs import open_pack, open_specimens
from yimatong.records import policies

NINGBO = Path(__file__).resolve().parents[1] / "policies" / "cn-zj-ningbo"
KEEP = "INSERT INTO policy_packs (digest, pack, version, files, specimens) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
LAST = "SELECT number, mac FROM enforcements ORDER BY number DESC LIMIT 1"
ENFORCE = """
    INSERT INTO enforcements (number, pack_id, at, by_id, how, difference, mac)
    SELECT %s, %s, %s, id, 'start', '{}', %s FROM officials WHERE username = 'system'
"""


def put_in_force(folder: Path, alias: str = "judge") -> Policy:
    """Put the pack of a folder into force, whatever a check says of it."""
    policy = load(folder)
    with owning(alias) as cursor:
        cursor.execute("SELECT id FROM officials WHERE username = 'system'")
        (system,) = cursor.fetchone()
        files, specimens = (json.dumps(texts_of(folder, opened)) for opened in (open_pack, open_specimens))
        cursor.execute(KEEP, [policy.digest, policy.id, policy.version, files, specimens])
        cursor.execute(LAST)
        number, before = cursor.fetchone() or (0, "")
        # The rows that every test begins with go through JSON, which keeps milliseconds.
        at = datetime.now(UTC).replace(microsecond=0)
        seal = policies.sealed(number + 1, policy.digest, at, system, "start", {}, before)
        cursor.execute(ENFORCE, [number + 1, policy.digest, at, seal])
    policies.forget()
    return policy
