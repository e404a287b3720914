"""Blocks of place numbers that a register brings with its places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.actions.places import lay_out
from yimatong.records.errors import mistake
from yimatong.records.models import Block, Official, Place


@dataclass(frozen=True, slots=True)
class Given:
    """The numbers `low` to `high` of a street (9 digits); `next` is the first that the register has left free."""

    low: int
    high: int
    next: int
    division: int


@transaction.atomic
def take_blocks(*, by: Official, blocks: Iterable[Given]) -> None:
    """Take the blocks of a register into a gazetteer without places; streets that had another block get it behind them.

    `place-number-taken` where places are there already: their numbers could be the register's.
    """
    require(by, "gazetteer")
    if Place.objects.exists():
        raise mistake("place-number-taken")
    given = [Block(low=b.low, high=b.high, next=b.next, division=b.division) for b in blocks]
    others = set(Block.objects.filter(next=F("low")).values_list("division", flat=True)) - {b.division for b in given}
    Block.objects.all().delete()
    Block.objects.bulk_create(given, batch_size=5_000)
    lay_out(others)
    audit.record(by=by, action="blocks.take", subject="places", details={"blocks": len(given)})
