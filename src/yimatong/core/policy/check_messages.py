"""Checks what people are told: a text to a phone has no link, no colour and no reason, and names the staffed number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Formatter

from yimatong.core.policy.document import Document, Keys
from yimatong.core.policy.packs import Pack
from yimatong.core.policy.problems import Problem, listed
from yimatong.core.text import message as _, message_in

FILE = "messages.yaml"
TEXT = frozenset({"code", "hotline", "due"})
"""What a text may be filled in with. A phone may be shared and a number may have a new owner: nothing of the person is among it."""
CARD = TEXT | {"colour", "end", "until", "advice", "number", "sampled", "result"}
ASKED = {
    "one_time_code": frozenset({"digits", "minutes"}), "receipt": frozenset({"receipt"}), "reminder": frozenset[str](),
    "not_me": frozenset[str](),
}  # fmt: skip
"""What the texts that somebody asks for must hold."""
LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:cn|com|net|org|gov|top|xyz|io|me)\b|/[a-z0-9]", re.IGNORECASE)
COLOUR = re.compile(r"[红黄绿](?:码|色|牌)|\b(?:red|yellow|green)\b", re.IGNORECASE)


def check_messages(pack: Pack) -> Iterator[Problem]:
    """Return what is wrong with the words of a pack's messages."""
    document = pack.documents.get(FILE)
    if document is None:
        return
    for kind, body in document.data["told"].items():
        for part, allowed in (("title", frozenset()), ("card", CARD), ("say", CARD), ("text", TEXT)):
            if part in body:
                yield from _check_words(document, ("told", kind, part), body[part], allowed)
        yield from _check_text(document, ("told", kind, "text"), body["text"])
    for name, words in document.data["texts"].items():
        yield from _check_words(document, ("texts", name), words, TEXT | ASKED[name])
        yield from _check_text(document, ("texts", name), words, needs_number=name != "one_time_code")
        for needed in sorted(ASKED[name]):
            yield from _check_needed(document, ("texts", name), words, needed)


def _check_words(
    document: Document, keys: Keys, words: Mapping[str, str], allowed: frozenset[str]
) -> Iterator[Problem]:
    for language in words:
        if unknown := sorted(_placeholders(words[language]) - allowed):
            yield document.problem(
                (*keys, language),
                "unknown-placeholder",
                _("{known} cannot be filled in here.", known=listed(unknown)),
                message_in("placeholder", "Known here: {known}.", known=_shown(allowed)),
            )


def _check_needed(document: Document, keys: Keys, words: Mapping[str, str], needed: str) -> Iterator[Problem]:
    for language in words:
        if needed not in _placeholders(words[language]):
            yield document.problem(
                (*keys, language), "placeholder-missing", _("`{{{needed}}}` is missing here.", needed=needed),
                _("Put {{{needed}}} into it.", needed=needed),
            )  # fmt: skip


def _check_text(
    document: Document, keys: Keys, words: Mapping[str, str], *, needs_number: bool = True
) -> Iterator[Problem]:
    for language in words:
        yield from _check_one(document, (*keys, language), words[language], needs_number=needs_number)


def _check_one(document: Document, keys: Keys, words: str, *, needs_number: bool) -> Iterator[Problem]:
    if LINK.search(words):
        yield document.problem(
            keys, "text-has-a-link", _("A text carries no link."),
            _("Take it out; say where to look, or give the number."),
        )  # fmt: skip
    if COLOUR.search(words):
        yield document.problem(
            keys, "text-names-a-colour", _("A text names no colour."),
            _("Say that something changed, and where to look."),
        )  # fmt: skip
    if needs_number and "{hotline}" not in words:
        yield document.problem(
            keys, "text-without-number", _("The text names no staffed number."),
            _("Put {hotline} into it."),
        )  # fmt: skip


def _placeholders(words: str) -> set[str]:
    """The names in braces; a brace that is no placeholder counts as one without a name."""
    try:
        return {name for _, name, _, _ in Formatter().parse(words) if name is not None}
    except ValueError:
        return {"{"}


def _shown(names: frozenset[str]) -> str:
    return listed([f"{{{name}}}" for name in sorted(names)]) or "-"
