"""Family: who is looked after by whom ends here; it begins with a declaration (declaring.py)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yimatong.records.actions import audit
from yimatong.records.actions.officials import the_system
from yimatong.stations.declarations.errors import mistake
from yimatong.stations.declarations.models import Account, Dependant


@transaction.atomic
def detach(*, account: Account, person: int, now: datetime, why: str = "asked") -> tuple[Account, ...]:
    """End it: by the account that looks after them, or by the person themselves. What was declared stays.

    Returned are the accounts that look after them no longer: the caller ends the codes that their phones show.
    """
    standing = (
        Dependant.objects.select_for_update(of=("self",)).select_related("account").filter(person_id=person, until=None)
    )
    if account.person_id is None:
        raise mistake("person-not-yours")
    if account.person_id != person:
        standing = standing.filter(account__person_id=account.person_id)
    ended = list(standing)
    if not ended:
        raise mistake("person-not-yours")
    for one in ended:
        one.until, one.ended_why = max(now, one.since), why
        one.save(update_fields=["until", "ended_why"])
    audit.record(by=the_system(), action="dependant.detach", subject=f"dependant/{ended[0].pk}", details={"why": why})
    return tuple(one.account for one in ended)
