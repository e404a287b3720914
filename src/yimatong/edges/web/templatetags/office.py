"""What templates need: words in the reader's language, figures, colour marks, built files."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override, to_locale

from yimatong.core.colour import Colour
from yimatong.core.text import DEFAULT, SOURCE, Text, tag_of
from yimatong.edges.web.everybody import words
from yimatong.edges.web.everybody.policies import swatch
from yimatong.edges.web.official import references
from yimatong.edges.web.official.reasons import spoken

register = template.Library()

SHAPES = frozenset(
    {"circle", "square", "triangle", "octagon", "diamond", "hexagon", "cross", "ring", "question", "dash"}
)
"""The shapes that templates/web/parts/sprite.html draws; a policy may name any of them."""


@register.filter
def text(value: Text | None) -> str:
    """Return a policy's text in the page's language."""
    return words.in_words(value)


@register.filter
def named(row: Any) -> str:
    """Return the name of a checkpoint in the page's language."""
    return words.named(row)


@register.filter
def html_lang(code: str) -> str:
    """Return a language as HTML writes it: `zh-Hans`."""
    return to_locale(code).replace("_", "-")


@register.simple_tag
def second_language() -> str:
    """Return the language of what stands below the Chinese of a notice: the reader's, or else English."""
    return SOURCE if words.shown_language() == DEFAULT else get_language() or SOURCE


@register.simple_tag
def told_in(code: str, said: Promise | Text) -> str:
    """Return a message in another language than the page's."""
    if isinstance(said, Text):
        return said.of(tag_of(code))
    with override(code):
        return str(said)


@register.simple_tag(takes_context=True)
def reference(context: dict[str, Any], person: int) -> str:
    """Return what a button sends for a person that this page shows, for the reader's own session."""
    return references.reference(context["request"], person)


@register.filter
def colour_word(colour: Colour | str) -> str:
    """Return the policy's word for a colour."""
    return words.in_words(swatch(colour).word)


@register.filter
def instant(value: datetime | None) -> str:
    """Return `2020-02-15 08:30`."""
    return words.instant(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """Return `2020-02-15`."""
    return words.day(value)


@register.filter
def figure(value: float | None) -> str:
    """Return `12,345`."""
    return words.number(value)


@register.filter
def change(value: int | None) -> str:
    """Return `+12`."""
    return words.change(value)


@register.filter
def why(value: str) -> str:
    """Return the reason of a look in the page's language."""
    return spoken(value)


@register.filter
def short(digest: str | None) -> str:
    """Return the first 12 signs of a hash: enough to compare two lines, the page of the run has all of it."""
    return (digest or words.NOTHING)[:12]


@register.filter
def of(mapping: dict[Any, Any] | None, key: Any) -> Any:
    """Return a mapping's value, None where it has none."""
    return mapping.get(key) if mapping else None


@register.simple_tag
def share(part: float, whole: float) -> str:
    """Return `12.3%`."""
    return words.share(part, whole)


@register.simple_tag
def shape(colour: Colour | str) -> SafeString:
    """Return the policy's shape of a colour as SVG; the word must stand beside it."""
    name = swatch(colour).shape
    return format_html(
        '<svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><use href="#shape-{}"/></svg>',
        name if name in SHAPES else "square",
    )


@register.simple_tag
def mark(colour: Colour | str, word: str = "") -> SafeString:
    """Return a colour as shape and word; never as colour alone."""
    return format_html(
        '<span class="mark is-{}">{}<span>{}</span></span>',
        colour,
        shape(colour),
        word or words.in_words(swatch(colour).word),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return a sign of the sprite, to stand beside a word."""
    return format_html('<svg viewBox="0 0 24 24" aria-hidden="true"><use href="#icon-{}"/></svg>', name)


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of a built file, with its hash, so that a browser never keeps an old one."""
    return f"{static(path)}?v={_fingerprint(path)}"


@cache
def _fingerprint(path: str) -> str:
    found = finders.find(path)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if found else "missing"
