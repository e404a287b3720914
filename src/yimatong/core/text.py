"""A text that people read, in whichever language they chose: a message of the product, or words that a policy or an office gave.

    from yimatong.core.text import message as _

    COUNTED = _("{count} people", count=3)
    COUNTED.of("zh"), COUNTED.of("en")

A message is written in English where it is used, and translated by the catalogues of `yimatong/locale` (gettext; see
docs/reference/languages.md). Languages are tags of BCP 47 (`zh`, `en`, `bo`); `zh` is simplified Chinese. What a language lacks is
told in Chinese, as the law is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

SOURCE = "en"
"""The language that messages are written in."""
DEFAULT = "zh"
"""The language for what another lacks."""
ALIASES = {"zh-hans": "zh"}
FOLDERS = [Path(__file__).parent.parent / "locale"]
"""Where catalogues lie, a folder a language; what a later folder has goes before."""


def sentence(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def tag_of(language: str) -> str:
    """A language as the catalogues are called: `zh_Hans`, `zh-CN` and `zh` are `zh`, `en-GB` is `en`; an unknown one is itself."""
    asked = language.replace("_", "-").lower()
    return next((one for one in _wider(asked) if one in (SOURCE, *_catalogues())), asked)


def languages() -> tuple[str, ...]:
    """The tags of what the product speaks: Chinese, English, then what else has a catalogue."""
    return (DEFAULT, SOURCE, *sorted({*_catalogues()} - {DEFAULT, SOURCE}))


def add_catalogues(folder: Path) -> None:
    """Speak the languages of a folder as well, laid out as `locale` is."""
    if folder not in FOLDERS:
        FOLDERS.append(folder)
        _catalogues.cache_clear()


class Text(ABC):
    """What a person reads. Texts are values: equal ones say the same in every language."""

    __slots__ = ()

    @abstractmethod
    def of(self, language: str) -> str:
        """The words in a language, given by its tag."""

    def __str__(self) -> str:
        return self.of(SOURCE)

    @property
    def begun(self) -> Text:
        """The text at the beginning of a line, with a capital where the language has them."""
        return _Begun(self)


@dataclass(frozen=True, slots=True)
class Given(Text):
    """Words given in some languages, by whoever wrote a policy or named a checkpoint."""

    words: tuple[tuple[str, str], ...]

    def of(self, language: str) -> str:
        """The words in the language, or else in Chinese, in English, in what there is."""
        words = {tag.lower(): said for tag, said in self.words}
        for tag in (*_wider(language.replace("_", "-").lower()), DEFAULT, SOURCE):
            if tag in words:
                return words[tag]
        return next(iter(words.values()), "")


@dataclass(frozen=True, slots=True)
class Message(Text):
    """A message of the product: its English, its context where one English has two meanings, and what fills its gaps."""

    source: str
    context: str = ""
    gaps: tuple[tuple[str, object], ...] | None = None

    def of(self, language: str) -> str:
        """The translation, its gaps filled; texts in gaps are told in the same language. A translation that asks for others is English."""
        words = translated(self.source, language, self.context)
        if self.gaps is None:
            return words
        given = {name: value.of(language) if isinstance(value, Text) else value for name, value in self.gaps}
        try:
            return words.format(**given)
        except (KeyError, IndexError, ValueError):
            return self.source.format(**given)

    def filled(self, **gaps: object) -> Message:
        """The message with its gaps filled: numbers, codes, texts; KeyError when told where one is missing."""
        return Message(self.source, self.context, tuple(gaps.items()))


@dataclass(frozen=True, slots=True)
class _Begun(Text):
    text: Text

    def of(self, language: str) -> str:
        return sentence(self.text.of(language))


@dataclass(frozen=True, slots=True)
class Joined(Text):
    """Texts one after another, with `between` between them."""

    texts: tuple[Text, ...]
    between: Text

    def of(self, language: str) -> str:
        """The joined words."""
        return self.between.of(language).join(text.of(language) for text in self.texts)


def given(words: Mapping[str, str]) -> Given:
    """Words by language."""
    return Given(tuple(words.items()))


def same(words: str) -> Given:
    """What is written alike in every language: a number, an address, somebody's name."""
    return Given((("", words),))


NOTHING = same("")


def message(source: str, /, **gaps: object) -> Message:
    """A message by its English; with gaps in braces where words are given for them."""
    return Message(source, "", tuple(gaps.items()) if gaps else None)


def message_in(context: str, source: str, /, **gaps: object) -> Message:
    """The same where one English has several meanings: the context tells them apart."""
    return Message(source, context, tuple(gaps.items()) if gaps else None)


LIST, COMMA = message_in("list", ", "), message_in("clause", ", ")
"""Between the parts of a list, and of a sentence: not every language has one sign for both."""
SEMICOLON, COLON = message_in("separator", "; "), message_in("separator", ": ")


def joined(texts: Iterable[Text], between: Text) -> Text:
    """Texts one after another."""
    return Joined(tuple(texts), between)


def listed(words: Iterable[str]) -> Text:
    """Names, codes or figures one after another, as a language writes a list."""
    return joined(map(same, words), LIST)


def in_all(text: Text) -> dict[str, str]:
    """The words by language, for what is sent to a page or signed: each language that the product speaks, and those given beside."""
    return {tag: text.of(tag) for tag in dict.fromkeys((*languages(), *tags_of(text)))}


def tags_of(text: Text) -> tuple[str, ...]:
    """The languages that a text is written in, Chinese first; what is no policy's and no office's is in all that the product speaks."""
    written = [tag for tag, _ in text.words if tag] if isinstance(text, Given) else []
    return tuple(sorted(written, key=lambda tag: tag != DEFAULT)) or languages()


def translated(source: str, language: str, context: str = "") -> str:
    """An English message in a language; where its catalogue lacks it, in Chinese; where that lacks it too, in English."""
    if (tag := tag_of(language)) == SOURCE:
        return source
    for one in (tag, DEFAULT):
        for catalogue in _catalogues().get(one, ()):
            said = catalogue.pgettext(context, source) if context else catalogue.gettext(source)
            if said != source:
                return said
    return source


@cache
def _catalogues() -> dict[str, tuple[GNUTranslations, ...]]:
    """The compiled catalogues by tag; those of the last folder first."""
    found: dict[str, tuple[GNUTranslations, ...]] = {}
    for folder in FOLDERS:
        for path in sorted(folder.glob("*/LC_MESSAGES/django.mo")):
            tag = path.parent.parent.name.replace("_", "-").lower()
            with path.open("rb") as file:
                catalogue = GNUTranslations(file)
            found[ALIASES.get(tag, tag)] = (catalogue, *found.get(ALIASES.get(tag, tag), ()))
    return found


def _wider(tag: str) -> Iterator[str]:
    """A tag and what it lies in: `zh-hant-hk`, `zh-hant`, `zh`; by their aliases."""
    parts = tag.split("-")
    for count in range(len(parts), 0, -1):
        one = "-".join(parts[:count])
        yield ALIASES.get(one, one)
