"""A notification in words: the policy's, filled in. Colours are called as the policy calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yimatong.core.colour import Colour
from yimatong.core.facts import Kind
from yimatong.core.names import name_of
from yimatong.core.policy.model import Swatch
from yimatong.core.text import NOTHING, Text, message as _, same
from yimatong.core.time import to_datetime
from yimatong.stations.declarations.wording import Telling, shown
from yimatong.stations.notifications.models import Notification

Palette = Mapping[Colour, Swatch]
BRACES = ("colour", "advice", "end", "until", "due", "sampled", "result", "number")
INSTANTS = ("until", "due", "sampled")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on a card: `title` names nothing of the person, `card` may; `say` is what is read out in person."""

    title: Text
    card: Text
    say: Text


def words_of(one: Notification, how: Telling, palette: Palette) -> Words:
    """The words of a notification for the person's own pages."""
    wording = how.told[one.kind]
    gaps = _filled(one, how, palette)
    return Words(wording.title, how.filled(wording.card, gaps), how.filled(wording.say, gaps))


def text_of(one: Notification, how: Telling) -> str:
    """The text to a phone: it names no colour and no reason, since the phone may be anybody's."""
    due = one.details.get("due")
    gaps = {"due": shown(to_datetime(due))} if isinstance(due, int) else {}
    return how.signed(how.filled(how.told[one.kind].text, gaps))


def _filled(one: Notification, how: Telling, palette: Palette) -> dict[str, Text]:
    details = one.details
    words: dict[str, Text] = dict.fromkeys(BRACES, NOTHING)
    if (number := details.get("number")) is not None:
        words["number"] = same(str(number))
    if (colour := details.get("colour")) in palette:
        words["colour"] = palette[Colour(colour)].word
        words["advice"] = how.advice.get(colour, NOTHING)
    if (result := details.get("result")) is not None:
        said = name_of(Kind.TEST, str(result))
        words["result"] = _("{said}; please be sampled again", said=said) if result == "invalid" else said
    for name in INSTANTS:
        if isinstance(minute := details.get(name), int):
            words[name] = shown(to_datetime(minute))
    if words["until"] != NOTHING:
        words["end"] = _(", until {until}", until=words["until"])
    return words
