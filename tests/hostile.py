"""What a stranger may send: hostile values for a field, a form, a body, and what a route reads, found in its own source.

The walks: tests/integration/web/test_hostile_pages.py (people's pages), tests/integration/checkpoints/test_hostile_programs.py.
"""

from __future__ import annotations

import copy
import inspect
import json
import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

from django.forms import BaseForm, ChoiceField, DateField, Field, FileField, IntegerField, MultipleChoiceField
from django.urls import URLPattern, URLResolver, get_resolver

DIGITS = "9" * 5000
VALUES = (
    DIGITS, "-1", str(2**31), str(2**63), "NaN", "1e309", "\u202e\u2066²１２", "0000-00-00", "9999-12-31T23:59", "<{{x}}>'\"%s",
    "pick:compound:" + DIGITS, "長" * 3000,
)  # fmt: skip
"""One field at a time; each is something that a page may only refuse, or keep as it is."""
WORST = (DIGITS, str(2**63), "\u202e²")
"""Alone in a field, beside honest ones."""
EVERYWHERE = ("a\0b", "x" * 1_000_000)
"""In all fields at once."""
READS = re.compile(
    r"""(?:GET|POST|FILES)(?:\.get|\.getlist)?[(\[]\s*"(?P<name>[^"]+)"|"(?P<in>[a-z_]+)" in request\.(?:GET|POST)"""
)
NUMBERS = (
    2**31,
    2**63,
    -1,
    10**400,
    1.5,
    True,
    None,
    "x",
    "a\0b",
    [],
    {},
    [[[]]],
    "9" * 5000,
    "\u202e" * 600,
    "x" * 300_000,
)
"""In the place of each value of a JSON body."""


def turned(names: list[str], turns: Iterable[int] = range(len(VALUES))) -> Iterator[dict[str, str]]:
    """A form a turn: in each, every field has another value, so that after all turns each field has had each."""
    for first in turns:
        yield {name: VALUES[(first + place) % len(VALUES)] for place, name in enumerate(names)}


def routes(patterns: Any = None, before: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every route of the product: its address as written, its name with its namespace, and the pattern."""
    for entry in patterns or get_resolver().url_patterns:
        written = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, written, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield written, f"{space}{entry.name}", entry


def module_of(view: Any) -> ModuleType:
    """The module in which a view is written, whatever decorates it."""
    return sys.modules[inspect.unwrap(getattr(view, "view_class", view)).__module__]


def read_by(module: ModuleType) -> set[str]:
    """The names of query and form that a module reads by itself."""
    return {found["name"] or found["in"] for found in READS.finditer(inspect.getsource(module))}


def forms_of(module: ModuleType) -> dict[str, Field]:
    """The fields of all forms that a module knows."""
    fields: dict[str, Field] = {}
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, BaseForm):
            fields |= getattr(value, "base_fields", {})
    return fields


def plausible(name: str, field: Field | None) -> str:
    """What an honest person would put into a field."""
    if isinstance(field, MultipleChoiceField | ChoiceField):
        choices = [str(key) for key, _ in field.choices if key]
        return choices[0] if choices else ""
    if isinstance(field, DateField):
        return "2020-02-20"
    if isinstance(field, IntegerField):
        return str(field.min_value or 1)
    if isinstance(field, FileField):
        return ""
    return {"words": "2020-117 checked", "why": "2020-117 checked", "ground": "quality", "day": "2020-02-20"}.get(
        name, "1"
    )


class Forms(HTMLParser):
    """The forms of a page: where each goes, and what it sends when nothing is changed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or one of its fields."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("method", "get").lower(), given.get("action", ""), {}))
        if not self.forms:
            return
        fields = self.forms[-1][2]
        name = given.get("name", "")
        if tag in ("input", "textarea", "button") and name and name != "csrfmiddlewaretoken":
            fields.setdefault(name, given.get("value", ""))
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and (self._select not in fields or "selected" in given):
            fields[self._select] = given.get("value", "")


def changed(body: Any, value: Any) -> Iterator[Any]:
    """A JSON body with this value in the place of each of its own, one at a time, and beside them all."""
    for path in _paths(body):
        other = copy.deepcopy(body)
        inside = other
        for step in path[:-1]:
            inside = inside[step]
        inside[path[-1]] = value
        yield other
    if isinstance(body, dict):
        yield body | {"beside": value}


def _paths(body: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    found = body.items() if isinstance(body, dict) else enumerate(body[:2]) if isinstance(body, list) else ()
    for step, inside in found:
        yield (*before, step)
        yield from _paths(inside, (*before, step))


def bodies(body: Any) -> Iterator[bytes]:
    """A body changed in every way, and bodies that are none."""
    for value in NUMBERS:
        for other in changed(body, value):
            yield json.dumps(other).encode()
    right = json.dumps(body)
    first = next(iter(body), "n") if isinstance(body, dict) else "n"
    yield from (
        b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe\x00", b"\0", b"9" * 5000, b"[" * 100_000, b'{"a":' * 50_000, b"NaN",
        b'{"' + first.encode() + b'": NaN}', b'{"' + first.encode() + b'": Infinity}', b'{"' + first.encode() + b'": "\\ud800"}',
        b'{"' + first.encode() + b'": ' + b"9" * 5000 + b"}", b'{"' + first.encode() + b'": 1e999999}',
        json.dumps({f"k{at}": at for at in range(10_000)}).encode(), right.replace("{", '{"a": 1, "a": 2, ', 1).encode(),
        right.encode("utf-16"), b"x" * (3 << 20), json.dumps([body] * 3).encode(),
    )  # fmt: skip
