"""A text that people read, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


def sentence(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads, in both languages."""

    zh: str
    en: str

    @property
    def begun(self) -> Text:
        """The text at the beginning of a line, with a capital where the language has them."""
        return Text(self.zh, sentence(self.en))
