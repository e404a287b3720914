"""A text that people read, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What a person reads, in both languages."""

    zh: str
    en: str
