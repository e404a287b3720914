"""Refusals and mistakes around issuing, each with a code that never changes and no personal data."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, YimatongError
from yimatong.records.refusals import Refusals
from yimatong.stations.issuing.sentences import MISTAKES, REFUSALS


class IssuingError(YimatongError):
    """Something about issuing that a person can mend."""


refused = Refusals(REFUSALS)
mistake = Mistakes(IssuingError, MISTAKES)
