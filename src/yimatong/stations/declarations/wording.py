"""What the policy says of telling people (messages.yaml): the city's file, else its province's, whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.errors import EnvironmentProblem
from yimatong.core.policy.document import Document
from yimatong.core.text import Text, given, message as _, message_in, same, tags_of
from yimatong.records import calendar, policies

FILE = "messages.yaml"
RESTRICTED = frozenset({Colour.RED, Colour.YELLOW})
MONTHS = (
    _("Jan"), _("Feb"), _("Mar"), _("Apr"), message_in("short", "May"), _("Jun"),
    _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """How one kind is told: by which ways beside the inbox, at night of which colours, at the door of whom, in which words."""

    ways: frozenset[str]
    at_night: frozenset[str]
    door: str
    title: Text
    card: Text
    text: Text
    say: Text
    """What is read out to whoever is told in person: the card, unless the policy has words of its own for it."""

    def is_for_the_door(self, colour: str) -> bool:
        """Whether somebody whom nothing else reaches is told at the door, being of this colour now."""
        return self.door == "always" or (self.door == "restricted" and colour in RESTRICTED)


@dataclass(frozen=True, slots=True)
class Telling:
    """How the city tells people; the fields are those of messages.yaml, `told` by kind."""

    sender: str
    code: Text
    hotline: str
    quiet: tuple[time, time]
    evening: time
    door: timedelta
    keep: timedelta
    mass_rows: int
    mass_sources: tuple[str, ...]
    advice: Mapping[str, Text]
    told: Mapping[str, Wording]
    texts: Mapping[str, Text]

    def is_quiet(self, now: datetime) -> bool:
        """Whether an instant of the city lies in the hours in which only the urgent is told."""
        (begin, end), clock = self.quiet, calendar.local(now).time()
        return begin <= clock or clock < end if begin > end else begin <= clock < end

    def filled(self, words: Text, gaps: Mapping[str, Text]) -> Text:
        """Words with what stands in braces, in each language that they are written in: none is mixed with another."""
        gaps = {"code": self.code, "hotline": same(self.hotline), **gaps}
        return given(
            {tag: words.of(tag).format(**{name: gap.of(tag) for name, gap in gaps.items()}) for tag in tags_of(words)}
        )

    def signed(self, words: Text) -> str:
        """A text as it leaves: the registered sender, then the words in every language, Chinese first."""
        return f"{signature(self.sender)}{in_every_language(words)}"


def in_every_language(words: Text) -> str:
    """Words for a phone of which nobody knows what language is read there: Chinese, then each other."""
    return " ".join(dict.fromkeys(words.of(tag) for tag in tags_of(words)))


def signature(sender: str) -> str:
    """How carriers want the sender of a text to be told."""
    return f"【{sender}】"


def telling() -> Telling:
    """What the policy in force says; EnvironmentProblem `messages-not-in-policy` where no pack has it."""
    document = _document()
    if document is None:
        raise EnvironmentProblem(
            "messages-not-in-policy",
            place=FILE,
            sentence=_("the policy does not say how people are told."),
            remedy=_("add {FILE} to the policy (see policies/cn-zj/{FILE}).", FILE=FILE),
        )
    data = document.data
    return Telling(
        sender=data["sender"],
        code=_text(data["code"]),
        hotline=data["hotline"],
        quiet=(time.fromisoformat(data["quiet"]["from"]), time.fromisoformat(data["quiet"]["to"])),
        evening=time.fromisoformat(data["evening"]),
        door=timedelta(hours=data["door_hours"]),
        keep=timedelta(days=data["keep_days"]),
        mass_rows=data["mass_tests"]["rows"],
        mass_sources=tuple(data["mass_tests"]["sources"]),
        advice={colour: _text(words) for colour, words in data["advice"].items()},
        told={kind: _wording(body) for kind, body in data["told"].items()},
        texts={name: _text(words) for name, words in data["texts"].items()},
    )


def is_in_policy() -> bool:
    """Whether the policy in force says anything of it."""
    return _document() is not None


def _document() -> Document | None:
    return policies.part(FILE, "messages")


def text(name: str, **words: str) -> str:
    """A text that somebody asked for, or that follows from what they did, in the policy's words: `one_time_code`, `receipt` and so on."""
    how = telling()
    return how.signed(how.filled(how.texts[name], {gap: same(said) for gap, said in words.items()}))


def shown(moment: datetime) -> Text:
    """An instant as people say it: `2月28日24时` for the last minute of a day, else `2月20日09:08`."""
    at = calendar.local(moment)
    if (at.hour, at.minute) == (23, 59):
        return _("{day} {month}, end of day", day=at.day, month=MONTHS[at.month - 1])
    return _("{day} {month} {time}", day=at.day, month=MONTHS[at.month - 1], time=f"{at:%H:%M}")


def _wording(body: Mapping[str, Any]) -> Wording:
    return Wording(
        frozenset(body["ways"]), frozenset(body["at_night"]), body["door"],
        _text(body["title"]), _text(body["card"]), _text(body["text"]), _text(body.get("say", body["card"])),
    )  # fmt: skip


def _text(data: Mapping[str, str]) -> Text:
    return given({tag: " ".join(words.split()) for tag, words in data.items()})
