"""Recall lists of papers: like those of e-codes, one for each month of issue, cut in the same round (docs/reference/passes.md)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from yimatong.core.credential import slot
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.actions.recalling import Cut, Series, cut_list, drop_cuts, end_lists, known
from yimatong.stations.passes.days import after, seconds
from yimatong.stations.passes.models import PaperCredential, PaperEpoch, RecallCut, SigningKey
from yimatong.stations.passes.models.papers import BELOW


@transaction.atomic
def cut_papers(*, now: datetime, anew: bool = False) -> Cut:
    """Sign what changed in the lists of all paper epochs that are not over; each of them has a delta a minute."""
    locks.hold(locks.CUTTING)
    papers = RecallCut.objects.filter(epoch__lt=BELOW)
    moment = after(papers.aggregate(at=Max("issued"))["at"] or 0, now)
    live = list(PaperEpoch.objects.filter(until__gte=moment).order_by("epoch"))
    listed = signed = 0
    needless: dict[int, int | None] = {}
    if live:
        signer, secret = keyring.signer(SigningKey.Use.RECALL, seconds(now)), keyring.secret("slots")
        for epoch in live:
            series = Series(epoch.epoch, epoch.bits, heartbeat=True, sequence=epoch.sequence)
            before = known(epoch.epoch, epoch.bits)
            entries = PaperCredential.objects.filter(epoch=epoch, recalled_at__isnull=False)
            fresh = entries.filter(listed=False).values_list("serial", "place")
            rows = list(fresh if before else entries.values_list("serial", "place"))
            slots = {slot(secret, epoch.epoch, epoch.bits, place) for _, place in rows}
            made = cut_list(series, before, slots, moment, signer, anew=anew)
            signed += made.lists
            if made.kept is not None:
                needless[epoch.epoch] = made.kept
            listed += PaperCredential.objects.filter(serial__in=[serial for serial, _ in rows], listed=False).update(
                listed=True
            )
    drop_cuts(needless | end_lists(PaperEpoch, papers.exclude(epoch__in=[epoch.epoch for epoch in live])), moment)
    return Cut(listed, signed)
