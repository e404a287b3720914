"""What follows a declaration, a check-in or a correction: the people touched are judged soon."""

from __future__ import annotations

from yimatong.stations.judgements.tasks import judge_soon


def follow_soon() -> None:
    """Have the touched judged; passes follow the verdicts by the passes' own schedule."""
    judge_soon()
