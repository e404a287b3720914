"""How often one key may ask, in the memory of this process: cheap, and enough against one phone that runs wild.

Guessing a token is hopeless (128 bits), so these limits protect the machine and no secret. What guards a secret is counted in the
database (stations.passes.actions.bindings, stations.declarations.actions.limits).
"""

from __future__ import annotations

import time
from threading import Lock

MINUTE = 60.0
MOST_KEPT = 50_000


class Limit:
    """So many questions a minute for each key."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._began = 0.0
        self._counts: dict[object, int] = {}
        self._lock = Lock()

    def is_over(self, key: object) -> int:
        """Count a question; 0, or how many seconds the asker should wait."""
        now = time.monotonic()
        with self._lock:
            if now - self._began >= MINUTE or len(self._counts) > MOST_KEPT:
                self._began = now
                self._counts.clear()
            count = self._counts[key] = self._counts.get(key, 0) + 1
            return 0 if count <= self.most else max(1, int(self._began + MINUTE - now) + 1)

    def forget(self) -> None:
        """Begin again."""
        with self._lock:
            self._counts.clear()


STRIPS = Limit(40)
"""Strips of one token: some days, some family members, some impatience."""
STRANGERS = Limit(120)
"""Unknown tokens of one network. Good tokens of the same network are never refused: a carrier's whole city may share an address."""
SESSIONS = Limit(60)
"""Questions of one account."""
