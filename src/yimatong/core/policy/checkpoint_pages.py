"""The checkpoints' part of a policy as pages: the matrix in plain words, the notice of rights, the script, the ladder, the travellers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from yimatong.core.checkpoints.matrix import Decision, Guarantee, MatrixRule, When
from yimatong.core.checkpoints.model import Checkpoints, Cities, Matrix, Numbers, Texts
from yimatong.core.checkpoints.situation import FIELDS
from yimatong.core.checkpoints.words import ACTION_WORDS, AUTHORITY_WORDS, FIELD_WORDS, VALUE_WORDS
from yimatong.core.errors import Language, YimatongError
from yimatong.core.policy.explain import GENERATED, in_one_line, said
from yimatong.core.policy.model import Policy, Text
from yimatong.core.policy.travellers import Traveller
from yimatong.core.text import COLON, COMMA, LIST, SEMICOLON, message as _, message_in


def checkpoints_page(policy: Policy, language: Language) -> str:
    """Return what a policy says of checkpoints as Markdown; YimatongError where it says nothing."""
    if policy.checkpoints is None:
        raise YimatongError(
            "policy-no-checkpoints",
            _("This policy says nothing of checkpoints."),
            place=policy.id,
            remedy=_("Add a checkpoints.yaml; docs/reference/checkpoint-matrix.md has its form."),
        )
    page = _Page(policy, policy.checkpoints, language)
    parts = (page.head(), page.promises(), page.matrices(), page.texts(), page.cities(), page.numbers())
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def travellers_page(policy: Policy, travellers: tuple[Traveller, ...], language: Language) -> str:
    """Return the specimen travellers as Markdown, file by file in the order in which they are written."""
    assert policy.checkpoints is not None
    page = _Page(policy, policy.checkpoints, language)
    lines = [*page.travellers_head(travellers)]
    for file, some in groupby(travellers, key=lambda traveller: traveller.place.rsplit(":", 1)[0]):
        lines += [f"## {file.rsplit('/', 1)[-1].removesuffix('.yaml')}", "", *page.travellers(tuple(some)), ""]
    return "\n".join(lines).rstrip() + "\n"


class _Page:
    """Writes one policy's checkpoints in one language, part by part, as lines of Markdown."""

    def __init__(self, policy: Policy, gate: Checkpoints, language: Language) -> None:
        self.policy, self.gate, self.language = policy, gate, language

    def say(self, text: Text) -> str:
        return text.of(self.language)

    def of(self, text: Text) -> str:
        """A text in one line, for a table or a list item."""
        return in_one_line(text, self.language)

    def head(self) -> Iterator[str]:
        title = self.of(self.policy.title)
        yield from (
            self.say(_("# At the checkpoint: {title}", title=title)),
            "",
            f"<!-- {self.of(GENERATED)} -->",
            "",
        )
        yield self.say(
            _(
                "What is done at a checkpoint follows from this matrix and from nobody's discretion. Plate and "
                "household registration have no place in it."
            ),
        )
        yield ""

    def promises(self) -> Iterator[str]:
        if not self.gate.guarantees:
            return
        yield from (self.say(_("## What the province promises")), "")
        yield self.say(
            _(
                "These hold for the matrix of every city. `yimatong policy check` looks at every situation there can "
                "be."
            ),
        )
        yield from (
            "",
            self.say(_("| promise | of | must | clause |")),
            "|---|---|---|---|",
        )
        for promise in self.gate.guarantees:
            clause = self.clause(promise.reference)
            yield (
                f"| {promise.requirement} {self.of(promise.title)} `{promise.id}` | {self.given(promise.when)} "
                f"| {self.must(promise)} | {clause} |"
            )
        yield ""

    def must(self, promise: Guarantee) -> str:
        parts = []
        if promise.only:
            parts.append(self.say(_("only {actions}", actions=self.actions(promise.only))))
        if promise.never:
            parts.append(self.say(_("never {actions}", actions=self.actions(promise.never))))
        if promise.to is not None:
            parts.append(self.say(_("to the {office}", office=AUTHORITY_WORDS[promise.to])))
        return self.say(SEMICOLON).join(parts)

    def actions(self, actions: tuple[str, ...]) -> str:
        return self.say(LIST).join(self.of(ACTION_WORDS[action]) for action in actions)

    def matrices(self) -> Iterator[str]:
        for matrix in self.gate.matrices:
            yield from (self.say(_("## The decision matrix")), "", self.days(matrix), "")
            yield self.say(
                _(
                    "Read from the top; the first line that fits is the answer. A condition that is not named may be "
                    "anything."
                ),
            )
            yield ""
            yield self.say(_("| line | when | what is done | what the person is told |"))
            yield "|---|---|---|---|"
            yield from (self.line(number, rule) for number, rule in enumerate(matrix.rules, start=1))
            yield ""

    def line(self, number: int, rule: MatrixRule) -> str:
        name = f"{number}. {self.of(rule.title)} `{rule.id}` {rule.requirement}"
        return f"| {name} | {self.given(rule.when)} | {self.decision(rule.decision)} | {self.of(rule.because)} |"

    def given(self, when: When) -> str:
        parts = []
        for field in FIELDS:
            if field in when:
                words = self.say(message_in("list", " or ")).join(
                    self.of(VALUE_WORDS[field][value]) for value in when[field]
                )
                parts.append(f"{self.of(FIELD_WORDS[field])}{self.say(COLON)}{words}")
        return self.say(SEMICOLON).join(parts)

    def decision(self, decision: Decision) -> str:
        word = f"**{self.of(ACTION_WORDS[decision.action])}**"
        if decision.to is not None:
            return f"{word}{self.say(COMMA)}{self.of(AUTHORITY_WORDS[decision.to])}"
        if decision.ask is not None:
            return f"{word}{self.say(COLON)}{self.of(FIELD_WORDS[decision.ask])}"
        return (
            word
            if decision.slip is None
            else self.say(_("{word}, with the slip `{slip}`", word=word, slip=decision.slip))
        )

    def clause(self, reference: tuple[str, str]) -> str:
        instrument = self.policy.instruments[reference[0]]
        return " ".join(instrument.clauses[reference[1]].split())

    def days(self, entry: Matrix | Texts | Numbers | Cities) -> str:
        return self.say(_("From {first} to {last}.", first=entry.first, last=entry.last))

    def texts(self) -> Iterator[str]:
        for texts in self.gate.texts:
            yield from self.numbered(self.say(_("Your rights (posted and read out)")), texts, texts.notice)
            yield from self.numbered(self.say(_("Words for the lane without codes")), texts, texts.script)
            yield from self.ladder(texts)
            yield from (self.say(_("## Slips")), "", self.days(texts), "")
            for slip in texts.slips:
                yield from (
                    f"### `{slip.id}`",
                    "",
                    *(f"> {part}  " for part in said(slip.text, self.language).splitlines()),
                    "",
                )
            yield from self.closed_lists(texts)

    def numbered(self, title: str, texts: Texts, paragraphs: tuple[Text, ...]) -> Iterator[str]:
        yield from (f"## {title}", "", self.days(texts), "")
        yield from (f"{number}. {self.of(text)}" for number, text in enumerate(paragraphs, start=1))
        yield ""

    def ladder(self, texts: Texts) -> Iterator[str]:
        yield from (self.say(_("## The fallback ladder")), "", self.days(texts), "")
        yield self.say(
            _("| rung | from which age of the lists on | what the guard does |"),
        )
        yield "|---|---|---|"
        for rung in texts.ladder:
            yield f"| {self.of(rung.title)} `{rung.id}` | {self.length(rung.from_minutes)} | {self.of(rung.text)} |"
        yield ""

    def length(self, minutes: int) -> str:
        if minutes >= 60 and minutes % 60 == 0:
            return self.say(_("{minutes} hours", minutes=minutes // 60))
        return self.say(_("{minutes} minutes", minutes=minutes))

    def closed_lists(self, texts: Texts) -> Iterator[str]:
        yield from (self.say(_("## Grounds for refusing a green code or pass")), "")
        yield self.say(_("These only; plate and household registration are none."))
        yield from ("", *(f"- {self.of(entry.text)} `{entry.id}`" for entry in texts.refusal_grounds), "")
        yield from (self.say(_("## What can be complained of")), "")
        yield from (*(f"- {self.of(entry.text)} `{entry.id}`" for entry in texts.complaint_kinds), "")

        yield from (
            self.say(_("## Who passes by a work card while the code is down")),
            "",
        )
        yield self.say(
            _(
                "Only when the lists are so old that the register or the paper list counts; temperature first, each "
                "is recorded, and the control office looks at each afterwards."
            ),
        )
        yield from ("", *(f"- {self.of(entry.text)} `{entry.id}`" for entry in texts.duties), "")

    def cities(self) -> Iterator[str]:
        for cities in self.gate.cities:
            yield from (self.say(_("## Codes of other cities")), "", self.days(cities), "")
            if cities.recognised:
                yield from (self.say(_("| city | colours that count here |")), "|---|---|")
            for one in cities.recognised:
                colours = self.say(LIST).join(self.of(VALUE_WORDS["verdict"][colour]) for colour in one.counts)
                yield f"| {self.of(one.title)} `{one.city}` | {colours} |"
            yield from ("", self.of(cities.reading), "")

    def numbers(self) -> Iterator[str]:
        for numbers in self.gate.numbers:
            yield from (self.say(_("## Numbers")), "", self.days(numbers), "")
            yield from ("| | |", "|---|---|")
            yield from (f"| {name} | {value} |" for name, value in self.values(numbers))
            yield from ("", self.of(numbers.reading), "")

    def values(self, numbers: Numbers) -> Iterator[tuple[str, str]]:
        say, hours = self.say, numbers.hours
        yield say(_("fever")), f"≥ {numbers.fever_tenths / 10:.1f} °C"
        for name, amber, stop in (
            (say(_("trust list")), hours.trust_amber, hours.trust_stop),
            (say(_("recall list")), hours.recall_amber, hours.recall_stop),
            (say(_("this policy")), hours.policy_amber, hours.policy_stop),
        ):
            yield name, say(_("amber after {amber} hours, stop after {stop}", amber=amber, stop=stop))
        yield say(_("an override lasts")), self.length(hours.override_minutes)
        yield (
            say(_("the scan log is kept")),
            say(_("{retention_days} days", retention_days=numbers.retention_days)),
        )
        late, very = self.length(numbers.acknowledge_minutes), self.length(numbers.escalate_minutes)
        yield (
            say(_("a hand-over that nobody acknowledges")),
            say(_("late after {late}, escalated after {very}", late=late, very=very)),
        )
        floor = self.length(numbers.impossible_minutes_floor)
        yield (
            say(_("impossible time")),
            say(
                _(
                    "faster than {impossible_kmh} km/h, on a way of more than {floor}",
                    impossible_kmh=numbers.impossible_kmh,
                    floor=floor,
                ),
            ),
        )
        yield say(_("a passage counts as a stay of")), self.length(numbers.stay_minutes)
        yield say(_("plates are written down")), say(_("yes")) if numbers.plates else say(_("no"))

    def travellers_head(self, travellers: tuple[Traveller, ...]) -> Iterator[str]:
        title, count = self.of(self.policy.title), len(travellers)
        yield from (self.say(_("# Specimen travellers: {title}", title=title)), "")
        yield from (f"<!-- {self.of(GENERATED)} -->", "")
        yield self.say(
            _(
                "{count} travellers. Nobody here is real. Together they stand in every situation of the matrix; what "
                "is not named may be anything. The matrix must answer as it stands here; change what is done in any "
                "situation and one of them fails.",
                count=count,
            ),
        )
        yield ""

    def travellers(self, travellers: tuple[Traveller, ...]) -> Iterator[str]:
        yield self.say(_("| traveller | given | what is done |"))
        yield "|---|---|---|"
        for one in travellers:
            shows = f" ({', '.join(one.shows)})" if one.shows else ""
            day = "" if one.on is None else self.say(_("; on {on}", on=one.on))
            name = f"{self.of(one.title)} `{one.id}`{shows}"
            yield f"| {name} | {self.given(one.given)}{day} | {self.decision(one.expected)} `{one.expected.rule}` |"
