"""A notification in words: the policy's, filled in. Colours are called as the policy calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yimatong.core.colour import Colour
from yimatong.core.facts import Kind
from yimatong.core.names import name_of
from yimatong.core.policy.model import Swatch
from yimatong.core.text import NOTHING, Text, same
from yimatong.core.text import message as _
from yimatong.core.time import to_datetime
from yimatong.stations.declarations.wording import Telling, shown
from yimatong.stations.notifications.models import Notification

Palette = Mapping[Colour, Swatch]
ONCE_MORE = _("; please be sampled again")
"""What is added to the result of a sample that says nothing."""
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
    zh, en = _filled(one, how, palette)
    return Words(wording.title, how.filled(wording.card, zh, en), how.filled(wording.say, zh, en))


def text_of(one: Notification, how: Telling) -> str:
    """The text to a phone: it names no colour and no reason, since the phone may be anybody's."""
    zh, en = {}, {}
    if isinstance(due := one.details.get("due"), int):
        zh["due"], en["due"] = shown(to_datetime(due)).zh, shown(to_datetime(due)).en
    return how.signed(how.filled(how.told[one.kind].text, zh, en))


def _filled(one: Notification, how: Telling, palette: Palette) -> tuple[dict[str, str], dict[str, str]]:
    details = one.details
    words = dict.fromkeys(BRACES, NOTHING)
    if (number := details.get("number")) is not None:
        words["number"] = same(str(number))
    if (colour := details.get("colour")) in palette:
        words["colour"] = palette[Colour(colour)].word
        words["advice"] = how.advice.get(colour, NOTHING)
    if (result := details.get("result")) is not None:
        said, more = name_of(Kind.TEST, str(result)), ONCE_MORE if result == "invalid" else NOTHING
        words["result"] = _("{said}{more}", said=said, more=more)
    for name in INSTANTS:
        if isinstance(minute := details.get(name), int):
            words[name] = shown(to_datetime(minute))
    if words["until"].zh:
        words["end"] = _(", until {until}", until=words["until"])
    return {name: text.zh for name, text in words.items()}, {name: text.en for name, text in words.items()}
