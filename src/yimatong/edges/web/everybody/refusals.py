"""Mistakes and refusals in the reader's language."""

from __future__ import annotations

from typing import Any

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.words import chinese, shown_language
from yimatong.records.refusals import Refused


def spoken(no: YimatongError | Refused) -> dict[str, str]:
    """A mistake or a refusal in the reader's language: its sentence, its remedy, its code."""
    zh = chinese()
    return {
        "code": no.code,
        "sentence": no.of(shown_language()),
        "remedy": no.remedy_zh if zh else no.remedy_en,
    }


def in_words(no: Refused) -> dict[str, Any]:
    """A refusal in the page's language: what is read aloud, why, and what to do."""
    return {**spoken(no), "reasons": no.reasons}
