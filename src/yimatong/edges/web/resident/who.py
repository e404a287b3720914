"""Whom a page is about: an address says `self`, `new`, or `f2`, the second of the family; never a person's number."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from yimatong.stations.declarations.models import Account, Dependant
from yimatong.stations.declarations.queries import PersonShown, people_of

SELF, NEW = "self", "new"
RELATIONS = dict(Dependant.Relation.choices)


@dataclass(frozen=True)
class Who:
    """Somebody an account may act for; `person` and `shown` are None before their first declaration.

    `handle` stands in the address, `about` names the draft.
    """

    handle: str
    about: str
    person: int | None = None
    shown: PersonShown | None = None

    @property
    def own(self) -> bool:
        """Whether this is the account's own person."""
        return self.handle == SELF


def everybody(account: Account) -> tuple[Who, ...]:
    """The people of an account who have declared, the account's own person first."""
    family = 0
    found: list[Who] = []
    for shown in people_of(account):
        if shown.relation:
            family += 1
            found.append(Who(f"f{family}", f"d{shown.person}", shown.person, shown))
        else:
            found.append(Who(SELF, SELF, shown.person, shown))
    return tuple(found)


def who(account: Account, handle: str) -> Who:
    """Whom a handle means; 404 where it means nobody of this account."""
    found = next((one for one in everybody(account) if one.handle == handle), None)
    if found is not None:
        return found
    if handle in (SELF, NEW):
        return Who(handle, handle)
    raise Http404


def known(account: Account, handle: str) -> Who:
    """The same for pages about somebody who has declared; 404 where they have not."""
    found = who(account, handle)
    if found.person is None:
        raise Http404
    return found
