"""Words and figures as a reader of the chosen language expects them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from yimatong.core.errors import Language, YimatongError
from yimatong.core.text import DEFAULT, Text, given, in_all, message_in, tag_of
from yimatong.records import calendar, clock
from yimatong.records.refusals import Refused
from yimatong.stations.declarations.errors import Wrong

NOTHING = "–"


def shown_language() -> Language:
    """The tag of the language that the page is shown in."""
    return tag_of(get_language() or DEFAULT)


def in_words(text: Text | None) -> str:
    """Return the text in the page's language, a dash for None."""
    if text is None:
        return NOTHING
    return text.of(shown_language())


def named(row: Any) -> str:
    """The name that somebody gave in Chinese and in English: of a checkpoint, of a channel."""
    return in_words(given({"zh": row.title_zh, "en": row.title_en}))


def told(mistake: YimatongError | Refused | Wrong) -> str:
    """A mistake and what to do, one after the other."""
    return in_words(one_after_the_other(mistake.sentence, mistake.remedy))


def one_after_the_other(sentence: Text, remedy: Text) -> Text:
    """Two sentences, with a blank between them where the language writes one."""
    return message_in("one after the other", "{sentence} {remedy}", sentence=sentence, remedy=remedy)


def for_programs(code: str, sentence: Text, remedy: Text) -> dict[str, Any]:
    """A mistake as programs are told it: its code, and the words by language."""
    return {"code": code, "sentence": in_all(sentence), "remedy": in_all(remedy)}


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
