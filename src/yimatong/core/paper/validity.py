"""How long a paper pass holds: days closed on both sides, and the words for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from yimatong.core.errors import Language
from yimatong.core.text import message as _, message_in

State = Literal["not-yet", "valid", "last-day", "over"]


class Validity(NamedTuple):
    """Where a day stands in a pass's life; `days_left` counts the days after it, negative when the last day has passed."""

    state: State
    days_left: int

    def words(self, language: Language) -> str:
        """A sentence for the holder and the clerk."""
        return _SAID[self.state].filled(days=abs(self.days_left)).of(language)


def last_day(issued_on: date, days: int) -> date:
    """The last day of a pass that holds for so many days, the day of issue being the first; ValueError below one day."""
    if days < 1:
        raise ValueError("a pass holds for a day at least")
    return issued_on + timedelta(days=days - 1)


def validity(issued_on: date, valid_until: date, today: date) -> Validity:
    """Where `today` stands between the day of issue and the last day, both inside."""
    left = (valid_until - today).days
    if today < issued_on:
        return Validity("not-yet", left)
    if left < 0:
        return Validity("over", left)
    return Validity("valid" if left else "last-day", left)


_SAID = {
    "not-yet": message_in("paper", "It is not valid yet."),
    "valid": _("Valid; {days} more days after today."),
    "last-day": _("Valid; today is the last day."),
    "over": _("Over for {days} days; renew it at an issuing point."),
}
