"""Checks what people are told: a text to a phone has no link, no colour and no reason, and names the staffed number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from yimatong.core.policy.document import Keys
from yimatong.core.policy.packs import Pack
from yimatong.core.policy.problems import Problem, listed

FILE = "messages.yaml"
TEXT = frozenset({"code", "hotline", "due"})
"""What a text may be filled in with. A phone may be shared and a number may have a new owner: nothing of the person is among it."""
CARD = TEXT | {"colour", "end", "until", "advice", "number", "sampled", "result"}
LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:cn|com|net|org|gov|top|xyz|io|me)\b|/[a-z0-9]", re.IGNORECASE)
COLOUR = re.compile(r"[红黄绿](?:码|色|牌)|\b(?:red|yellow|green)\b", re.IGNORECASE)


def check_messages(pack: Pack) -> Iterator[Problem]:
    """Return what is wrong with the words of a pack's messages."""
    document = pack.documents.get(FILE)
    if document is None:
        return
    for kind, body in document.data["told"].items():
        for language in ("zh", "en"):
            for part, allowed in (("title", frozenset()), ("card", CARD), ("say", CARD), ("text", TEXT)):
                if part not in body:
                    continue
                words, keys = body[part][language], ("told", kind, part, language)
                unknown = _placeholders(words) - allowed
                if unknown:
                    yield document.problem(
                        keys, "unknown-placeholder", f"这里不能写 {listed(sorted(unknown))}。",
                        f"{listed(sorted(unknown))} cannot be filled in here.",
                        f"可以写：{_shown(allowed)}。", f"Known here: {_shown(allowed)}.",
                    )  # fmt: skip
            yield from _check_text(pack, ("told", kind, "text", language), body["text"][language])


def _check_text(pack: Pack, keys: Keys, words: str) -> Iterator[Problem]:
    document = pack.documents[FILE]
    if LINK.search(words):
        yield document.problem(
            keys, "text-has-a-link", "短信里不能有网址。", "A text carries no link.",
            "去掉网址；写明到哪里查看，或写电话。", "Take it out; say where to look, or give the number.",
        )  # fmt: skip
    if COLOUR.search(words):
        yield document.problem(
            keys, "text-names-a-colour", "短信里不能写颜色。", "A text names no colour.",
            "只写有变化、到哪里查看。", "Say that something changed, and where to look.",
        )  # fmt: skip
    if "{hotline}" not in words:
        yield document.problem(
            keys, "text-without-number", "短信里没有值守电话。", "The text names no staffed number.",
            "写上 {hotline}。", "Put {hotline} into it.",
        )  # fmt: skip


def _placeholders(words: str) -> set[str]:
    """The names in braces; a brace that is no placeholder counts as one without a name."""
    try:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    except ValueError:
        return {"{"}


def _shown(names: frozenset[str]) -> str:
    return listed([f"{{{name}}}" for name in sorted(names)]) or "-"
