"""Which numbers no run has, and whether somebody has said why. All others that are missing were deleted by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from yimatong.stations.judgements.models import SkippedNumbers

WHOLE = """
SELECT (SELECT count(*) FROM public.runs) + (SELECT coalesce(sum(last - first + 1), 0) FROM public.run_numbers_skipped)
    = greatest((SELECT coalesce(max(number), 0) FROM public.runs), (SELECT coalesce(max(last), 0) FROM public.run_numbers_skipped))
"""
GONE = """
SELECT before + 1, first - 1 FROM (
    SELECT first, coalesce(max(last) OVER (ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM (SELECT number AS first, number AS last FROM public.runs UNION ALL SELECT first, last FROM public.run_numbers_skipped) AS known
) AS listed WHERE first > before + 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Hole:
    """Numbers from `first` to `last`; `why` is `crash`, `found`, or empty where nobody has said it."""

    first: int
    last: int
    why: str = ""
    at: datetime | None = None


def holes() -> tuple[Hole, ...]:
    """All numbers up to the highest that no run has, in their order."""
    said = [Hole(one.first, one.last, one.why, one.at) for one in SkippedNumbers.objects.order_by("first")]
    with connection.cursor() as cursor:
        cursor.execute(WHOLE)
        if not cursor.fetchone()[0]:
            cursor.execute(GONE)
            said += [Hole(first, last) for first, last in cursor.fetchall()]
    return tuple(sorted(said, key=lambda hole: hole.first))
