"""Explains a policy in plain Chinese or English, as the page that the public reads; nothing in it is written by hand."""

from __future__ import annotations

from collections.abc import Iterator

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
from yimatong.core.text import Text, message_in
from yimatong.core.text import message as _

GENERATED = _("Generated from the policy by `yimatong policy explain`; do not edit.")
NEGATIVE = FACTS[Kind.TEST, "negative"]
SIGNS = {"circle": "●", "triangle": "▲", "square": "■", "octagon": "⬣", "diamond": "◆", "cross": "✚", "ring": "○"}
"""A character for each shape of a palette, so that a printed table can do without colour."""


def explain(policy: Policy, language: Language) -> str:
    """Return the policy's page as Markdown: all rules in the order of its sections, each with its clause."""
    page = _Page(policy, language)
    return "\n".join([*page.head(), *page.sections(), *page.areas(), *page.law()]).rstrip() + "\n"


def said(text: Text, language: Language) -> str:
    """One language of a text, its line breaks kept as Markdown keeps them."""
    return (text.zh if language == "zh" else text.en).strip()


def lift_words(lift: Lift, language: Language) -> str:
    """A lift as a sentence, such as `two consecutive {NEGATIVE.en}s within 7 days ...`."""
    zh = language == "zh"
    if isinstance(lift, DailyReports):
        after = _after(lift.after, language)
        if zh:
            return f"{after}次日起连续 {lift.days} 天每天申报且当天没有症状"
        return f"a declaration on each of {lift.days} consecutive days without a symptom on them, from the day after {after} on"
    return _tests_zh(lift) if zh else _tests_en(lift)


def lasts_words(lasts: Lasts, language: Language) -> str:
    """How long a reason lasts, as a sentence."""
    if language == "zh":
        counted = "结束当天（没有结束时刻的，开始当天）" if lasts.counted_from == "end" else "开始当天"
        days = f"事实{counted}之后第 {lasts.days} 天结束时止"
        return f"到事实结束那一分钟止；没有结束时刻的，到{days}" if lasts.or_fact_end else f"到{days}"
    counted = "ended (began, where it has no end)" if lasts.counted_from == "end" else "began"
    days = f"to the end of day {lasts.days} after the day on which the fact {counted}"
    return f"to the minute in which the fact ends; where it has no end, {days}" if lasts.or_fact_end else days


def _after(anchor: str, language: Language) -> str:
    if language == "zh":
        return "事实结束以后" if anchor == "end" else "事实开始以后"
    return "the fact ended" if anchor == "end" else "the fact began"


def _tests_zh(lift: NegativeTests) -> str:
    holder = "" if lift.holder is None else f"持有“{FACTS['permit', lift.holder].zh}”的，"
    if lift.count == 1:
        return f"{holder}{_after(lift.after, 'zh')} 1 次{NEGATIVE.zh}"
    return (
        f"{holder}{_after(lift.after, 'zh')} {lift.within_days} 天内（含第 {lift.within_days} 天）连续 {lift.count} 次{NEGATIVE.zh}，"
        f"每次至少相隔 {lift.min_hours} 小时"
    )


def _tests_en(lift: NegativeTests) -> str:
    holder = "" if lift.holder is None else f"for holders of a {FACTS['permit', lift.holder].en}: "
    after = _after(lift.after, "en")
    if lift.count == 1:
        return f"{holder}one {NEGATIVE.en} sampled after {after}"
    return (
        f"{holder}{lift.count} consecutive {NEGATIVE.en}s within {lift.within_days} days (day {lift.within_days} included), "
        f"at least {lift.min_hours} hours apart, sampled after {after}"
    )


class _Page:
    """Writes one policy in one language, part by part, as lines of Markdown."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self.policy, self.language = policy, language
        self.zh = language == "zh"

    def say(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    def of(self, text: Text) -> str:
        return said(text, self.language)

    def line(self, text: Text) -> str:
        """A text in one line, for a table or a list item."""
        return ("" if self.zh else " ").join(part.strip() for part in self.of(text).splitlines())

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
                self.item(say(message_in("policy page", "Lifted by")), lift_words(lift, self.language))
                for lift in entry.lifted_by
            )
            if not entry.lifted_by:
                yield self.item(
                    say(message_in("policy page", "Lifted by")), say(_("nothing, it cannot be ended sooner"))
                )
            if entry.suspended_by:
                names = say(message_in("list", ", ")).join(
                    self.of(FACTS["permit", name]) for name in entry.suspended_by
                )
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
        return f"- **{name}**{self.say('：', ': ')}{value}"

    def facts(self, rule: Rule) -> str:
        words = [self.of(self.policy.fact_name(when.fact, detail)) for when in rule.when for detail in when.details]
        return self.say(message_in("separator", "; ")).join(words)

    def entry(self, entry: InForce) -> str:
        days = f"{entry.first} – {entry.last}"
        return self.say(
            f"{days}：自事实开始，{lasts_words(entry.lasts, 'zh')}",
            f"{days}: from the fact's start {lasts_words(entry.lasts, 'en')}",
        )

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
                words = [lift_words(lift, self.language) for lift in entry.lifted_by if _listed(lists, rule, lift)]
                if lists == "permits":
                    words = [self.of(FACTS["permit", name]) for name in entry.suspended_by]
                for word in words:
                    yield f"| {self.of(rule.title)} `{rule.id}` | {word} |"

    def derivation(self) -> Iterator[str]:
        numbers, say = self.policy.derivation, self.say
        cases = say(message_in("list", ", ")).join(self.of(FACTS["case", detail]) for detail in numbers.exposure_of)
        levels = say(message_in("list", ", ")).join(
            self.of(self.policy.level_name(level)) for level in numbers.travel_excludes
        )
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

    def derived(self, kind: Derived, zh: str, en: str) -> str:
        return f"| {self.of(KINDS[kind])} | {self.say(zh, en)} |"

    def areas(self) -> Iterator[str]:
        if not self.policy.areas:
            return
        zone, say = self.policy.zone, self.say
        yield from (f"## {say('风险地区', 'Risk areas')}", "")
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
        yield from (f"## {self.say('法律文件', 'Legal texts')}", "")
        for instrument in self.policy.instruments.values():
            yield f"- **{self.of(instrument.title)}** {self.meta(instrument)}"
            for words in instrument.clauses.values():
                yield f"  - {' '.join(words.split())}"
        yield ""

    def meta(self, instrument: Instrument) -> str:
        parts = [self.of(instrument.issued_by), instrument.issued_on.isoformat()]
        if instrument.number is not None:
            parts.append(instrument.number)
        return (
            f"({', '.join(parts)}) {instrument.source}" if not self.zh else f"（{'，'.join(parts)}）{instrument.source}"
        )


def _listed(lists: str, rule: Rule, lift: Lift) -> bool:
    """Whether a table of a section shows this lift."""
    if isinstance(lift, DailyReports):
        return lists == "reports"
    if lift.holder is not None:
        return lists == "holders"
    return lists == f"tests_{rule.colour}"
