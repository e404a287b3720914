"""A link of the audit chain, hashed as a stranger would who has read its description (AuditEntry)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from yimatong.records.models import AuditEntry


def link_digest(entry: AuditEntry) -> str:
    """What the digest of a link must be, from the link alone."""
    gap = entry.at - datetime(1970, 1, 1, tzinfo=UTC)
    micros = (gap.days * 86_400 + gap.seconds) * 1_000_000 + gap.microseconds
    lines: tuple[object, ...] = (
        entry.previous, entry.number, micros, entry.by_id, entry.action, entry.subject, entry.details,
    )  # fmt: skip
    if entry.through:
        lines += (entry.through, entry.proof)
    return hashlib.sha256("\n".join(map(str, lines)).encode()).hexdigest()
