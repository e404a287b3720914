"""Which strips are good: what keys were compromised, what is the least iat, and whose turn it is while everybody's are made anew."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max

from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import Reissue, SigningKey, TrustCut


class Rules(NamedTuple):
    """`dead` keys, the least iat, and the re-issue that is going on: since when, spread over how many seconds (0, 0: none)."""

    dead: tuple[bytes, ...]
    min_iat: int
    since: int
    spread: int
    version: int

    def turn(self, binding: int) -> int:
        """When a binding's passes are made anew: somewhere in the spread, by its number."""
        return self.since + (binding * 2654435761 % 4294967296) * self.spread // 4294967296

    def is_good(self, binding: int, kid: bytes, issued: int, moment: int) -> bool:
        """Whether a strip may still be handed out."""
        if kid in self.dead or issued < self.min_iat:
            return False
        return issued >= self.since or moment < self.turn(binding)


def rules(now: datetime) -> Rules:
    """The rules of an instant."""
    dead = SigningKey.objects.filter(use=SigningKey.Use.PASS, state=SigningKey.State.COMPROMISED)
    going = Reissue.objects.filter(done=False, since__lte=seconds(now)).first()
    done = Reissue.objects.filter(done=True).aggregate(at=Max("since"))["at"] or 0
    last = TrustCut.objects.order_by("-version").values_list("version", "min_iat").first() or (0, 0)
    return Rules(
        tuple(bytes.fromhex(kid) for kid in dead.values_list("kid", flat=True)),
        max(done, last[1]),
        going.since if going else 0,
        going.spread if going else 0,
        last[0],
    )
