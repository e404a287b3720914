"""Explains a policy in plain Chinese or English, as the page that the public reads; nothing in it is written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from yimatong.core.errors import Language
from yimatong.core.facts import Derived, Kind
from yimatong.core.names import FACTS, KINDS
from yimatong.core.policy.model import (
    DailyReports,
    InForce,
    Instrument,
    Lasts,
    Lift,
    NegativeTests,
    Policy,
    Reference,
    Rule,
    Section,
)
from yimatong.core.text import COLON, COMMA, LIST, SEMICOLON, Text, message as _, message_in

GENERATED = _("Generated from the policy by `yimatong policy explain`; do not edit.")
LINES = message_in("lines of one paragraph", "{line} {more}")
BEGAN = message_in("policy page", "the fact began")
ENDED = message_in("policy page", "the fact ended")
NEGATIVE = FACTS[Kind.TEST, "negative"]
SIGNS = {"circle": "●", "triangle": "▲", "square": "■", "octagon": "⬣", "diamond": "◆", "cross": "✚", "ring": "○"}
"""A character for each shape of a palette, so that a printed table can do without colour."""


def explain(policy: Policy, language: Language) -> str:
    """Return the policy's page as Markdown: all rules in the order of its sections, each with its clause."""
    page = _Page(policy, language)
    return "\n".join([*page.head(), *page.sections(), *page.areas(), *page.law()]).rstrip() + "\n"


def said(text: Text, language: Language) -> str:
    """A text in a language, its line breaks kept as Markdown keeps them."""
    return text.of(language).strip()


def in_one_line(text: Text, language: Language) -> str:
    """A text in one line, for a table or a list item."""
    lines = [part.strip() for part in said(text, language).splitlines()]
    return reduce(lambda line, more: LINES.filled(line=line, more=more).of(language), lines) if lines else ""


def lift_words(lift: Lift) -> Text:
    """A lift as a sentence, such as `two consecutive negative tests within 7 days ...`."""
    after = ENDED if lift.after == "end" else BEGAN
    if isinstance(lift, DailyReports):
        return _(
            "a declaration on each of {days} consecutive days without a symptom on them, from the day after {after} on",
            days=lift.days,
            after=after,
        )
    tests = _tests_words(lift, after)
    if lift.holder is None:
        return tests
    return _("for holders of a {permit}: {tests}", permit=FACTS["permit", lift.holder], tests=tests)


def lasts_words(lasts: Lasts) -> Text:
    """How long a reason lasts, as a sentence."""
    if lasts.counted_from == "end":
        days = _(
            "to the end of day {days} after the day on which the fact ended (began, where it has no end)",
            days=lasts.days,
        )
    else:
        days = _("to the end of day {days} after the day on which the fact began", days=lasts.days)
    if lasts.or_fact_end:
        return _("to the minute in which the fact ends; where it has no end, {days}", days=days)
    return days


def _tests_words(lift: NegativeTests, after: Text) -> Text:
    if lift.count == 1:
        return _("one {negative} sampled after {after}", negative=NEGATIVE, after=after)
    return _(
        "{count} consecutive {negative}s within {days} days (day {days} included), at least {hours} hours apart, sampled after {after}",
        count=lift.count,
        negative=NEGATIVE,
        days=lift.within_days,
        hours=lift.min_hours,
        after=after,
    )


class _Page:
    """Writes one policy in one language, part by part, as lines of Markdown."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self.policy, self.language = policy, language

    def say(self, text: Text) -> str:
        return text.of(self.language)

    def of(self, text: Text) -> str:
        return said(text, self.language)

    def line(self, text: Text) -> str:
        return in_one_line(text, self.language)

    def head(self) -> Iterator[str]:
        policy, say = self.policy, self.say
        yield from (f"# {self.of(policy.title)}", "", f"<!-- {self.of(GENERATED)} -->", "")
        yield say(
            _(
                "Policy `{id}`, version {version}. In force from {first} to {last}, both days included; it lapses by "
                "itself.",
                id=policy.id,
                version=policy.version,
                first=policy.first,
                last=policy.last,
            ),
        )
        yield from ("", say(_("| colour | shape | value |")), "|---|---|---|")
        for swatch in policy.palette.values():
            yield f"| {self.of(swatch.word)} | {SIGNS[swatch.shape]} | `{swatch.hex}` |"
        yield ""
        if policy.phases:
            yield from (say(_("Rollout:")), "")
            for phase in policy.phases:
                days = f"{phase.first}" if phase.first == phase.last else f"{phase.first} – {phase.last}"
                yield f"- {days} {self.of(phase.title)}"
            yield ""

    def sections(self) -> Iterator[str]:
        number = 0
        for section in self.policy.sections:
            yield from (f"## {section.id} {self.of(section.title)}", "")
            yield from (*self.paragraphs(section.text), "")
            for rule in self.policy.rules:
                if rule.requirement == section.id:
                    number += 1
                    yield from self.rule(rule, number)
            yield from self.table(section)

    def paragraphs(self, text: Text) -> Iterator[str]:
        """Chinese keeps a line a sentence; Markdown would join them."""
        lines = self.of(text).splitlines()
        yield from (f"{line}  " if n < len(lines) - 1 else line for n, line in enumerate(lines))

    def rule(self, rule: Rule, number: int) -> Iterator[str]:
        say = self.say
        yield from (f"### {number}. {self.of(rule.title)}", "")
        yield f"`{rule.id}`"
        yield ""
        yield self.item(say(_("Rests on")), self.facts(rule))
        yield self.item(say(message_in("policy page", "The person reads")), self.line(rule.because))
        yield self.item(say(_("What ends it")), self.line(rule.what_ends_it))
        for entry in rule.in_force:
            yield self.item(say(_("How long")), self.entry(entry))
            yield from (
                self.item(say(message_in("policy page", "Lifted by")), self.say(lift_words(lift)))
                for lift in entry.lifted_by
            )
            if not entry.lifted_by:
                yield self.item(
                    say(message_in("policy page", "Lifted by")), say(_("nothing, it cannot be ended sooner"))
                )
            if entry.suspended_by:
                names = say(LIST).join(self.of(FACTS["permit", name]) for name in entry.suspended_by)
                yield self.item(say(_("Taken away while valid by")), names)
        yield self.item(say(message_in("policy page", "What follows")), self.dispositions(rule))
        for reference in dict.fromkeys(one for entry in rule.in_force for one in (entry.reference, *entry.also)):
            yield self.item(say(message_in("policy page", "Clause")), self.clause(reference))
        yield self.item(say(message_in("policy page", "How it is read")), self.line(rule.reading))
        if rule.not_modelled is not None:
            yield self.item(say(message_in("policy page", "Not modelled")), self.line(rule.not_modelled))
        yield self.item(say(_("Last reviewed")), rule.reviewed_on.isoformat())
        yield ""

    def item(self, name: str, value: str) -> str:
        return f"- **{name}**{self.say(COLON)}{value}"

    def facts(self, rule: Rule) -> str:
        words = [self.of(self.policy.fact_name(when.fact, detail)) for when in rule.when for detail in when.details]
        return self.say(SEMICOLON).join(words)

    def entry(self, entry: InForce) -> str:
        days = f"{entry.first} – {entry.last}"
        return self.say(_("{days}: from the fact's start {lasts}", days=days, lasts=lasts_words(entry.lasts)))

    def dispositions(self, rule: Rule) -> str:
        there = self.of(self.policy.dispositions[rule.disposition.in_city].title)
        away = self.of(self.policy.dispositions[rule.disposition.away].title)
        if there == away:
            return there
        return self.say(_("in the city: {there}; not here yet: {away}", there=there, away=away))

    def clause(self, reference: Reference) -> str:
        instrument = self.policy.instruments[reference.instrument]
        words = " ".join(instrument.clauses[reference.clause].split())
        return self.say(_("“{words}” — {title}", words=words, title=self.of(instrument.title)))

    def table(self, section: Section) -> Iterator[str]:
        if section.lists == "derivation":
            yield from self.derivation()
            return
        rows = list(self.rows(section.lists))
        if rows:
            yield from (self.say(_("| rule | condition |")), "|---|---|", *rows, "")

    def rows(self, lists: str) -> Iterator[str]:
        """The exits of one kind: rule by rule."""
        for rule in self.policy.rules:
            for entry in rule.in_force:
                words = [self.say(lift_words(lift)) for lift in entry.lifted_by if _listed(lists, rule, lift)]
                if lists == "permits":
                    words = [self.of(FACTS["permit", name]) for name in entry.suspended_by]
                for word in words:
                    yield f"| {self.of(rule.title)} `{rule.id}` | {word} |"

    def derivation(self) -> Iterator[str]:
        numbers, say = self.policy.derivation, self.say
        cases = say(LIST).join(self.of(FACTS["case", detail]) for detail in numbers.exposure_of)
        levels = say(LIST).join(self.of(self.policy.level_name(level)) for level in numbers.travel_excludes)
        yield say(_("| derived fact | how |"))
        yield "|---|---|"
        yield self.derived(
            Derived.VISIT,
            _("a stay overlaps the area, while it is one, by a minute or more"),
        )
        yield self.derived(
            Derived.TRAVEL,
            _(
                "a stay outside the province ({province_low} to {province_high}) that is none in: {levels}",
                province_low=numbers.province_low,
                province_high=numbers.province_high,
                levels=levels,
            ),
        )
        yield self.derived(
            Derived.EXPOSURE,
            _(
                "{exposure_minutes} minutes or more at the same place at the same time as a {cases}, from midnight "
                "{infectious_days} days before the onset (the report, where no onset is known) to the report",
                exposure_minutes=numbers.exposure_minutes,
                cases=cases,
                infectious_days=numbers.infectious_days,
            ),
        )
        yield self.derived(
            Derived.NEIGHBOUR,
            _("a home at that time on the stairwell of another person who is a confirmed case or a close contact"),
        )
        yield ""

    def derived(self, kind: Derived, how: Text) -> str:
        return f"| {self.of(KINDS[kind])} | {self.say(how)} |"

    def areas(self) -> Iterator[str]:
        if not self.policy.areas:
            return
        zone, say = self.policy.zone, self.say
        yield from (say(_("## Risk areas")), "")
        yield say(_("| level | area | divisions | days | how it is read |"))
        yield "|---|---|---|---|---|"
        for area in self.policy.areas:
            ground = self.policy.area_grounds[area.area]
            last = "" if area.end is None else zone.date(area.end).isoformat()
            yield (
                f"| {self.of(self.policy.level_name(area.level))} | {self.of(ground.title)} | {area.low}–{area.high} "
                f"| {zone.date(area.start)} – {last} | {self.line(ground.reading)} |"
            )
        yield ""

    def law(self) -> Iterator[str]:
        yield from (self.say(_("## Legal texts")), "")
        for instrument in self.policy.instruments.values():
            yield f"- **{self.of(instrument.title)}** {self.meta(instrument)}"
            for words in instrument.clauses.values():
                yield f"  - {' '.join(words.split())}"
        yield ""

    def meta(self, instrument: Instrument) -> str:
        parts = [self.of(instrument.issued_by), instrument.issued_on.isoformat()]
        if instrument.number is not None:
            parts.append(instrument.number)
        return self.say(_("({facts}) {source}", facts=self.say(COMMA).join(parts), source=instrument.source))


def _listed(lists: str, rule: Rule, lift: Lift) -> bool:
    """Whether a table of a section shows this lift."""
    if isinstance(lift, DailyReports):
        return lists == "reports"
    if lift.holder is not None:
        return lists == "holders"
    return lists == f"tests_{rule.colour}"
