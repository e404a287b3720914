"""What is done every minute, and at once when somebody waits: follow the verdicts, cut the lists, publish."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import structlog
from django.conf import settings
from django.db.models import Max

from yimatong.records.models import Official
from yimatong.stations.judgements.models import Run
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.actions.following import Change, follow
from yimatong.stations.passes.actions.listing_papers import cut_papers
from yimatong.stations.passes.actions.publishing import publish
from yimatong.stations.passes.actions.recalling import REFRESH, Cut, cut_recall, open_epochs
from yimatong.stations.passes.days import day_of, seconds
from yimatong.stations.passes.models import Credential, Followed, PaperCredential, RecallCut

REST = 6
"""Seconds between two cuts at least: recalls come by the hundred a minute, and each cut is a file of every list for every gate."""
LATE = REFRESH * 3 // 2
"""Seconds after which the next cut of the recall lists is late: the first one that was missed raises the alarm (S12)."""
log = structlog.get_logger(__name__)


class Kept(NamedTuple):
    """What came of it; `late` is how many seconds the lists were behind when it began (None: there were none)."""

    followed: Change
    cut: Cut
    late: int | None


def keep_up(*, by: Official, now: datetime, everybody: bool = False) -> Kept:
    """One round; doing it twice, or twice at once, is no harm."""
    late = lateness(now)
    if late is not None and late > LATE:
        log.error("recall.late", seconds=late)
    keys.ensure(by=by, now=now)
    followed = follow(now=now, everybody=everybody)
    today = day_of(now)
    open_epochs(range(today, today + settings.YIMATONG_STRIP_DAYS + 1))
    keys.cut_trust(now=now)
    anew = keys.cut_by_dead_keys()
    cut = cut_recall(now=now, anew=anew)
    cut_papers(now=now, anew=anew)
    publish(now=now)
    return Kept(followed, cut, late)


def follow_some(*, now: datetime, people: Collection[int]) -> Change:
    """Bring the credentials of a few people in line now; the recall goes out with the next cut."""
    return follow(now=now, people=people)


def is_behind(now: datetime) -> bool:
    """True when the lists lack something: a run was published that the credentials do not follow yet, or something was recalled."""
    published = (
        Run.objects.filter(state=Run.State.PUBLISHED).order_by("-number").values_list("number", flat=True).first()
    )
    followed = Followed.objects.values_list("run", flat=True).first()
    return (published or 0) > (followed or 0) or _is_unlisted(seconds(now))


def has_rested(now: datetime) -> bool:
    """Whether the last cut is long enough ago for one between the minutes; the first of all is the minute's."""
    late = lateness(now)
    return late is not None and late >= REST


def _is_unlisted(moment: int) -> bool:
    """Whether a credential, or a paper of a list that is not over, was recalled and stands on no list yet."""
    codes = Credential.objects.filter(recalled_at__isnull=False, listed=False, place__isnull=False)
    papers = PaperCredential.objects.filter(recalled_at__isnull=False, listed=False, epoch__until__gte=moment)
    return codes.exists() or papers.exists()


def lateness(now: datetime) -> int | None:
    """Seconds since the last cut of the recall lists; None before the first. What a clock issued ahead of time tells nothing."""
    cut = RecallCut.objects.filter(issued__lte=seconds(now)).aggregate(at=Max("issued"))["at"]
    return None if cut is None else seconds(now) - cut
