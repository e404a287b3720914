"""Prints specimen people as a page of the manual: what is known, and what the policy says, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from yimatong.core.errors import Language
from yimatong.core.facts import Area, Fact, Home, Stay
from yimatong.core.names import FACTS
from yimatong.core.policy.explain import GENERATED, SIGNS, said
from yimatong.core.policy.model import Policy, Text
from yimatong.core.policy.scenes import Expected, Specimen
from yimatong.core.policy.specimens import local
from yimatong.core.text import COLON, COMMA, LIST, SEMICOLON, message as _, message_in
from yimatong.core.time import MINUTES_A_DAY

LETTERS = message_in("letters that people of scenes go by, where a language has any", "-")


def scene_page(policy: Policy, specimens: tuple[Specimen, ...], language: Language) -> str:
    """Return the page of a policy's specimens as Markdown, file by file in the order in which they are written."""
    page = _ScenePage(policy, language)
    lines = [*page.head(specimens)]
    for file, scenes in groupby(specimens, key=lambda specimen: specimen.place.rsplit(":", 1)[0]):
        lines += [f"## {file.rsplit('/', 1)[-1].removesuffix('.yaml')}", ""]
        for scene in scenes:
            lines += page.scene(scene)
    return "\n".join(lines).rstrip() + "\n"


class _ScenePage:
    """Writes scenes in one language."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self.policy, self.language = policy, language
        self.titles = {rule.id: rule.title for rule in policy.rules}

    def say(self, text: Text) -> str:
        return text.of(self.language)

    def of(self, text: Text) -> str:
        return said(text, self.language)

    def head(self, specimens: tuple[Specimen, ...]) -> Iterator[str]:
        title = self.of(self.policy.title)
        people = sum(len(specimen.names) for specimen in specimens)
        moments = sum(len(specimen.expected) for specimen in specimens)
        yield from (
            self.say(_("# Specimen people: {title}", title=title)),
            "",
            f"<!-- {self.of(GENERATED)} -->",
            "",
        )
        yield self.say(
            _(
                "{specimens} scenes, {people} people, {moments} moments. Nobody here is real. Every scene is run "
                "through every engine and must come out as it stands here; change any value of any rule and at least "
                "one scene fails.",
                specimens=len(specimens),
                people=people,
                moments=moments,
            ),
        )
        yield ""

    def scene(self, scene: Specimen) -> Iterator[str]:
        shows = f" ({', '.join(scene.shows)})" if scene.shows else ""
        yield from (f"### {self.of(scene.title)}", "", f"`{scene.id}`{shows}", "")
        yield from (f"- {self.area(area)}" for area in scene.town.areas)
        for name, number in scene.names.items():
            known = [self.known(*rows) for rows in _daily(_rows_of(scene, number))]
            nothing = self.say(_("nothing is known"))
            yield f"- {self.name(name, number)}{self.say(COLON)}{self.say(SEMICOLON).join(known) or nothing}"
        yield ""
        yield self.say(_("| at | who | colour | reasons | since | until |"))
        yield "|---|---|---|---|---|---|"
        yield from (self.expectation(expected) for expected in scene.expected)
        yield ""

    def name(self, name: str, number: int) -> str:
        letters = self.say(LETTERS)
        return letters[number - 1] if len(letters) > 1 else name.capitalize()

    def expectation(self, expected: Expected) -> str:
        swatch = self.policy.palette[expected.colour]
        reasons = self.say(LIST).join(self.of(self.titles[rule]) for rule in expected.rules)
        since, until = (self.moment(expected.moments.get(key)) for key in ("since", "until"))
        who = self.name(expected.name, expected.person)
        return f"| {self.moment(expected.at)} | {who} | {SIGNS[swatch.shape]} {self.of(swatch.word)} | {reasons} | {since} | {until} |"

    def moment(self, minute: int | None) -> str:
        return "" if minute is None else local(minute, self.policy.zone)

    def span(self, start: int, end: int | None) -> str:
        return self.moment(start) if end is None else f"{self.moment(start)} – {self.moment(end)}"

    def area(self, area: Area) -> str:
        where = f"{area.low}–{area.high}" if area.place is None else self.say(_("place {place}", place=area.place))
        return (
            f"{self.of(self.policy.level_name(area.level))} {where}{self.say(COLON)}{self.span(area.start, area.end)}"
        )

    def known(self, row: Fact | Home | Stay, *repeated: Fact | Home | Stay) -> str:
        if isinstance(row, Home):
            return self.say(
                _("home on stairwell {stairwell}, {span}", stairwell=row.stairwell, span=self.span(row.start, row.end)),
            )
        if isinstance(row, Stay):
            return self.say(
                _(
                    "at place {place} in {division}, {span}",
                    place=row.place,
                    division=row.division,
                    span=self.span(row.arrive, row.leave),
                ),
            )
        words = f"{self.of(FACTS[row.kind, row.detail])}{self.say(COMMA)}{self.span(row.start, row.end)}"
        if repeated and isinstance(repeated[-1], Fact):
            last = self.moment(repeated[-1].start)
            return self.say(_("{fact} and daily to {last}", fact=words, last=last))
        if row.onset is None:
            return words
        day = self.policy.zone.date(row.onset)
        return self.say(_("{fact} (onset {day})", fact=words, day=day))


def _daily(rows: Iterator[Fact | Home | Stay]) -> list[list[Fact | Home | Stay]]:
    """Group facts that repeat a day apart, so that two weeks of reports are one line."""
    groups: list[list[Fact | Home | Stay]] = []
    for row in rows:
        if groups and _is_next_day(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _is_next_day(before: Fact | Home | Stay, row: Fact | Home | Stay) -> bool:
    if not isinstance(before, Fact) or not isinstance(row, Fact):
        return False
    return (row.kind, row.detail, row.end, row.start) == (
        before.kind,
        before.detail,
        before.end,
        before.start + MINUTES_A_DAY,
    )


def _rows_of(scene: Specimen, person: int) -> Iterator[Fact | Home | Stay]:
    town = scene.town
    for rows in (town.homes, town.stays, town.facts):
        yield from (row for row in rows if row.person == person)
