"""Why a code or a list is refused: a closed list of words, their sentences in reasons.json, which the browser reads too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from yimatong.core.errors import Language
from yimatong.core.text import Message


class Reason(StrEnum):
    """One word each; it never changes once published. What it means and what to do stands in reasons.json."""

    NOT_OURS = "not-ours"
    UNREADABLE = "unreadable"
    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown-key"
    KEY_NOT_FOR_THIS = "key-not-for-this"
    KEY_COMPROMISED = "key-compromised"
    KEY_NOT_YET = "key-not-yet"
    KEY_OVER = "key-over"
    WRONG_ALGORITHM = "wrong-algorithm"
    BAD_SIGNATURE = "bad-signature"
    WRONG_CITY = "wrong-city"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    COPIED = "copied"
    CLOCK = "clock"
    STALE = "stale"
    RECALLED = "recalled"
    TOO_OLD_ISSUE = "too-old-issue"
    TRAINING = "training"
    SEEN_ALREADY = "seen-already"
    ROLLED_BACK = "rolled-back"
    GAP = "gap"
    LIST_OVER = "list-over"
    WRONG_EPOCH = "wrong-epoch"
    OTHER_DEVICE = "other-device"


@dataclass(frozen=True, slots=True)
class Refused:
    """A "no" with its reason. `detail` is a word of reasons.json that says what exactly is wrong, for whoever looks into it."""

    reason: Reason
    detail: str = ""

    def sentence(self, language: Language) -> str:
        """What is wrong, in a sentence for the person at the gate."""
        return Message(table_of_reasons()["reasons"][self.reason]["sentence"]).of(language)

    def remedy(self, language: Language) -> str:
        """What to do now."""
        return Message(table_of_reasons()["reasons"][self.reason]["remedy"]).of(language)

    def told_detail(self, language: Language) -> str:
        """What exactly is wrong, or nothing."""
        return Message(table_of_reasons()["details"][self.detail]).of(language) if self.detail else ""


@cache
def table_of_reasons() -> dict[str, dict[str, Any]]:
    """reasons.json: sentences and remedies by reason, words by detail, in the English that the catalogues translate."""
    text = (resources.files("yimatong.core.credential") / "reasons.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = json.loads(text)
    return table
