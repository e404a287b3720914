"""Words and figures as a reader of the chosen language expects them."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import get_language

from yimatong.core.policy.model import Text
from yimatong.edges.web.everybody.words import shown_language
from yimatong.records import calendar, clock

NOTHING = "–"


def chinese() -> bool:
    """Whether the page is shown in Chinese; everything else is English."""
    return (get_language() or "zh-hans").startswith("zh")


def in_words(text: Text | None) -> str:
    """Return the text in the page's language, a dash for None."""
    if text is None:
        return NOTHING
    return text.of(shown_language())


def instant(moment: datetime | None) -> str:
    """Return `2020-02-15 08:30` in the installation's zone: the same in both languages, and it sorts."""
    return calendar.local(moment).strftime("%Y-%m-%d %H:%M") if moment else NOTHING


def day(moment: date | datetime | None) -> str:
    """Return `2020-02-15`; a datetime in the installation's zone first."""
    if isinstance(moment, datetime):
        moment = calendar.day(moment)
    return moment.isoformat() if moment else NOTHING


def number(value: float | None, decimals: int = 0) -> str:
    """Return `12,345`, a dash for None."""
    return NOTHING if value is None else f"{value:,.{decimals}f}"


def change(value: int | None) -> str:
    """Return `+12`, `−3` or `±0`, a dash where there is nothing to compare with."""
    if value is None:
        return NOTHING
    return "±0" if value == 0 else f"{'+' if value > 0 else '−'}{abs(value):,}"


def share(part: float, whole: float, decimals: int = 1) -> str:
    """Return `12.3%`, a dash of nothing; what is there but rounds to nothing is `<0.1%`."""
    if not whole:
        return NOTHING
    least = 10**-decimals
    percent = 100 * part / whole
    return f"<{least:g}%" if 0 < percent < least else f"{percent:.{decimals}f}%"


def masked(name: str) -> str:
    """Return a name as a list may show it: 王** for 王小明, J** for Jane. Two stars always, so they tell no length."""
    return f"{name[:1]}**" if name else NOTHING


def until(moment: datetime) -> str:
    """Return an instant of real time as the city's."""
    return instant(clock.in_city(moment))


def both(text: Text) -> dict[str, str]:
    """A text in both languages."""
    return {"zh": text.zh, "en": text.en}
