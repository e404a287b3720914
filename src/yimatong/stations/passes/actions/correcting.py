"""A corrected identity reaches the phones: what says the former name or document is recalled, and issued anew."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from yimatong.records.actions import identities
from yimatong.records.errors import mistake
from yimatong.records.models import IdentityCorrection, Official
from yimatong.stations.passes import locks
from yimatong.stations.passes.actions import following
from yimatong.stations.passes.days import MOST_AHEAD, day_of

RECALL = """
UPDATE credentials SET recalled_at = greatest(issued_at, %(now)s), cause = 'name',
    last_day = greatest(%(last_day)s, (SELECT max(day) FROM epochs))
WHERE person_id = ANY(%(people)s) AND recalled_at IS NULL
"""


@transaction.atomic
def confirm_identity(*, by: Official, correction: int, now: datetime) -> int:
    """Confirm a correction (records/actions/identities.py) and recall and issue anew the person's credentials; the person's number.

    The phones fetch strips with the new name within half a minute of reading the recent recalls. A paper pass says what its holder's
    document said when it was issued, and stands until a desk replaces it.
    """
    person = IdentityCorrection.objects.filter(pk=correction).values_list("person_id", flat=True).first()
    if person is None:
        raise mistake("record-unknown", record=f"correction/{correction}")
    locks.hold(locks.FOLLOWING)
    with connection.cursor() as cursor:
        cursor.execute(RECALL, {"now": now, "last_day": day_of(now) + MOST_AHEAD, "people": [person]})
    following.follow(now=now, people=[person])
    # The link of the audit chain comes with it, last.
    return identities.confirm(by=by, correction=correction)
