"""What can be wrong with a policy, told with file, line, remedy and a code that never changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yimatong.core.errors import REMEDY, Language, YimatongError
from yimatong.core.text import Text, message as _

CODES = frozenset(
    f"policy-{code}"
    for code in (
        "alias",
        "area-of-no-level",
        "area-over",
        "asks-in-vain",
        "backwards",
        "broken-yaml",
        "cell-not-shown",
        "city-makes-rules",
        "colour-and-id",
        "complaint-missing",
        "control-character",
        "dead-line",
        "duplicate-key",
        "empty-file",
        "engines-differ",
        "extends-a-city",
        "file-name",
        "folder-name",
        "gap",
        "group-is-a-level",
        "key-not-text",
        "ladder-order",
        "lift-out-of-reach",
        "may-not-vary",
        "missing",
        "missing-key",
        "no-rules",
        "no-section",
        "not-a-day",
        "not-a-division",
        "not-in-list",
        "not-shown",
        "not-utf-8",
        "out-of-range",
        "outside-bounds",
        "outside-policy",
        "placeholder-missing",
        "overlap",
        "palette-alike",
        "promise-broken",
        "prose-not-in-block",
        "repeated",
        "same-order",
        "several-documents",
        "slip-not-given",
        "specimen-differs",
        "tag",
        "text-has-a-link",
        "text-names-a-colour",
        "text-without-number",
        "too-deep",
        "too-few",
        "too-large",
        "too-many",
        "too-many-files",
        "traveller-differs",
        "twice",
        "undecided",
        "unexpected-file",
        "unknown-area-group",
        "unknown-clause",
        "unknown-detail",
        "unknown-disposition",
        "unknown-fact",
        "unknown-instrument",
        "unknown-key",
        "unknown-permit",
        "unknown-person",
        "unknown-placeholder",
        "unknown-rule",
        "unknown-slip",
        "unknown-zone",
        "unreadable",
        "unreadable-line",
        "value-not-shown",
        "without-last-day",
        "wrong-form",
        "wrong-type",
        "zone-changes",
    )
)
"""Everything that can be said of a policy. A code never changes once published; tests show each with a bad example."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place (`pack/file.yaml:line`), with what to do about it."""

    place: str
    code: str
    sentence: Text
    remedy: Text

    def __post_init__(self) -> None:
        assert self.code in CODES, self.code

    def tell(self, language: Language) -> str:
        """Return two lines: what is wrong and where, and what to do."""
        remedy = f"{REMEDY.of(language)}{self.remedy.of(language)}"
        return f"{self.place}: {self.sentence.of(language)} [{self.code}]\n    {remedy}"


class PolicyError(YimatongError):
    """A policy that cannot be used: every problem found, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = in_order(problems)
        count = len(self.problems)
        super().__init__(
            "policy-has-problems",
            _("The policy cannot be used: 1 problem.")
            if count == 1
            else _("The policy cannot be used: {count} problems.", count=count),
            place=self.problems[0].place.split("/", 1)[0] if self.problems else "",
        )

    def tell(self, language: Language) -> str:
        """Return one heading and then every problem with its place and remedy."""
        return "\n".join([super().tell(language), *(problem.tell(language) for problem in self.problems)])


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by file, then by line as a number, each once."""
    return tuple(sorted(set(problems), key=_reading_order))


def listed(words: Sequence[object]) -> str:
    """Return words for a message, at most twelve of them."""
    shown = ", ".join(str(word) for word in words[:12])
    return f"{shown}, ..." if len(words) > 12 else shown


def chosen(near: Sequence[str], known: Sequence[object]) -> Text:
    """What to do about a word that is none of those known; `near` is what was meant, perhaps."""
    if near:
        return _("Did you mean `{near}`? Choose one of: {known}.", near=near[0], known=listed(known))
    return _("Choose one of: {known}.", known=listed(known))


def _reading_order(problem: Problem) -> tuple[str, int, str, str]:
    file, _, line = problem.place.rpartition(":")
    return (
        (file, int(line), problem.code, problem.sentence.of("en"))
        if line.isdigit()
        else (problem.place, 0, problem.code, "")
    )
