"""What a scanner has seen a moment ago, so that the very same code is not taken twice for two people."""

from __future__ import annotations

from dataclasses import dataclass, field

REPLAY_GRACE = 15
"""Seconds in which the same code counts as the same look at the same screen: the phone shows another one after that."""
KEPT = 120
"""Seconds after which a code is forgotten; by then it is stale."""


@dataclass
class Seen:
    """Codes by cti and second of showing (never by their signature: ECDSA signatures can be rewritten)."""

    replay_grace: int = REPLAY_GRACE
    first: dict[tuple[bytes, int], int] = field(default_factory=dict)

    def again(self, cti: bytes, ts: int, now: int) -> bool:
        """Remember the code; whether it was first seen more than the grace ago."""
        if len(self.first) > 1000:
            self.first = {code: at for code, at in self.first.items() if now - at <= KEPT}
        return now - self.first.setdefault((cti, ts), now) > self.replay_grace
