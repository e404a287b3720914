"""What a judgement says: a verdict for everybody and the reasons behind it."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.colour import Colour


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """One rule that holds for one person at the instant of the judgement, with its governing fact.

    `fact` names the evidence: `case/12` is the recorded fact 12; `visit/key/420106001/77@26334000` the visit of a
    key area in that division at place 77 from that minute; `travel/420106001/77@26334000` likewise;
    `exposure/77@26334000` a close contact derived at place 77, by its last common minute; `neighbour/case/5@26334000`
    a neighbour on stairwell 5.
    `since` and `until` are instants; the reason lapses by itself after the minute `until`.
    """

    person: int
    rule: str
    colour: str
    fact: str
    since: int
    until: int


@dataclass(frozen=True, slots=True, order=True)
class Verdict:
    """One person's colour, with every rule that holds (also those that a stricter colour covers).

    `since` and `until` belong to the colour: the earliest since and the latest until of the reasons of that colour;
    both None for green and unknown. `next_change` is the first instant after as_of at which a start, an end or a lapse
    that is known today can alter this verdict; None when nothing is in sight.
    """

    person: int
    colour: Colour
    rules: tuple[str, ...]
    facts: tuple[str, ...]
    since: int | None
    until: int | None
    next_change: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome for a town: verdicts by person number, reasons by person and rule."""

    verdicts: tuple[Verdict, ...]
    reasons: tuple[Reason, ...]
