"""Mistakes and refusals in the reader's language."""

from __future__ import annotations

from typing import Any

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody import words
from yimatong.records.refusals import Refused


def spoken(no: YimatongError | Refused) -> dict[str, str]:
    """A mistake or a refusal in the reader's language: its sentence, its remedy, its code."""
    return {"code": no.code, "sentence": words.in_words(no.sentence), "remedy": words.in_words(no.remedy)}


def in_words(no: Refused) -> dict[str, Any]:
    """A refusal in the page's language: what is read aloud, why, and what to do."""
    return {**spoken(no), "reasons": no.reasons}
