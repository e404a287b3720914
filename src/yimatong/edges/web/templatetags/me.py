"""What the residents' templates need besides: channels, rows and roles in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from yimatong.edges.web.everybody import words
from yimatong.edges.web.everybody.answers import row_in_words
from yimatong.edges.web.everybody.titles import ROLE_TITLES
from yimatong.records.models import Official
from yimatong.stations.declarations.form import Field
from yimatong.stations.declarations.models import Channel

register = template.Library()


@register.simple_tag
def title_of(channel: Channel) -> str:
    """Return a channel's title in the page's language."""
    return words.named(channel)


@register.simple_tag
def row_words(field: Field, row: Mapping[str, Any]) -> str:
    """Return one row of a question with rows in words."""
    return row_in_words(field, row)


@register.filter
def role_word(role: str) -> str:
    """Return an official's role in words: a resident is told the office, never the name."""
    return str(ROLE_TITLES.get(Official.Role(role), role))
