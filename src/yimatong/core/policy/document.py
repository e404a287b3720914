"""One YAML file as data that remembers the line of every value, read so that no file can do harm.

The YAML of a policy is a plain subset: mappings, lists, text, whole numbers, true, false and nothing. Anchors, aliases,
tags and several documents in one file are refused, so a file means what it says where it says it. Dates and times stay
text until the loader reads them.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, events as ev
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from yimatong.core import given
from yimatong.core.policy.problems import Problem
from yimatong.core.text import Text, message as _

Keys = tuple[str | int, ...]
"""The way to a value: mapping keys and list positions from the top of the file."""

LARGEST = 524_288
DEEPEST = 12
MOST_VALUES = 20_000
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(slots=True, eq=False)
class Document:
    """A file's data; `lines` has the line of every value and `key_lines` that of every key; `blocks` are block scalars.

    Whoever reads the same bytes again is given the same document: nobody changes one.
    """

    name: str
    data: Any = None
    lines: dict[Keys, int] = field(default_factory=dict)
    key_lines: dict[Keys, int] = field(default_factory=dict)
    blocks: set[Keys] = field(default_factory=set)

    def place(self, *keys: str | int) -> str:
        """Return `file:line` of a key or list item, or of the nearest thing around it that exists."""
        way = keys
        while way and way not in self.lines:
            way = way[:-1]
        return f"{self.name}:{self.key_lines.get(way) or self.lines.get(way, 1)}"

    def problem(self, keys: Keys, code: str, sentence: Text, remedy: Text) -> Problem:
        """Return a problem at the place of a value."""
        return Problem(self.place(*keys), f"policy-{code}", sentence, remedy)


class Unreadable(Exception):
    """The file stops being readable here; carries the one problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def read(file: Path, name: str) -> tuple[Document | None, bytes, tuple[Problem, ...]]:
    """Return the file's document (None where it cannot be read), its bytes, and what is wrong with it."""
    try:
        raw = _bytes_of(file, name)
        return understood(raw, name)
    except Unreadable as stop:
        return None, b"", (stop.problem,)


@lru_cache(maxsize=1_024)
def understood(raw: bytes, name: str) -> tuple[Document, bytes, tuple[Problem, ...]]:
    """Return what these bytes say, as `read` does, or raise Unreadable; a policy is loaded often, and its files seldom change."""
    builder = _Builder(name, _events(_text_of(raw, name), name))
    return builder.document(), raw, tuple(builder.problems)


def _bytes_of(file: Path, name: str) -> bytes:
    try:
        with given.opened(file, given.ENDLESS) as stream:
            raw = stream.read(LARGEST + 1)
    except (OSError, given.GivenError):
        raise Unreadable(
            _problem(name, 1, "unreadable", _("The file cannot be opened."),
                     _("Check that the file exists and may be read."))
        ) from None  # fmt: skip
    if len(raw) > LARGEST:
        raise Unreadable(
            _problem(name, 1, "too-large", _("The file is over {value} KB.", value=LARGEST // 1024),
                     _("Split it; one file a rule."))
        )  # fmt: skip
    return raw


def _text_of(raw: bytes, name: str) -> str:
    """Decode UTF-8 (a byte order mark is allowed); GBK and UTF-16 are recognised and named."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = raw.count(b"\n", 0, bad.start) + 1
        utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        looks = "UTF-16" if utf16 else "GBK" if _is_gbk(raw) else None
        raise Unreadable(
            _problem(name, line, "not-utf-8",
                     _("The file is not UTF-8 (it looks like {looks}).", looks=looks) if looks else _("The file is not UTF-8."),
                     _("Save it as UTF-8 in your editor."))
        ) from None  # fmt: skip


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _events(text: str, name: str) -> Iterator[Any]:
    try:
        yield from YAML(typ="safe", pure=True).parse(io.StringIO(text))
    except ReaderError as bad:
        line = text.count("\n", 0, bad.position) + 1
        raise Unreadable(
            _problem(name, line, "control-character", _("The file has a control character in it."),
                     _("Delete the invisible character on this line and type it again."))
        ) from None  # fmt: skip
    except YAMLError as bad:
        mark = getattr(bad, "problem_mark", None) or getattr(bad, "context_mark", None)
        said = (bad.problem if isinstance(bad, MarkedYAMLError) else None) or "not YAML"
        raise Unreadable(
            _problem(name, mark.line + 1 if mark else 1, "broken-yaml",
                     _("This is not correct YAML ({said}).", said=said),
                     _("Check the indentation, the space after a colon, and that quotes and brackets are closed; no tabs."))
        ) from None  # fmt: skip


class _Builder:
    """Builds the document from the stream of events, counting as it goes."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self.out = Document(name)
        self.events = events
        self.problems: list[Problem] = []
        self.values = 0

    def document(self) -> Document:
        for event in self.events:
            if isinstance(event, ev.StreamStartEvent | ev.DocumentStartEvent | ev.DocumentEndEvent | ev.StreamEndEvent):
                if isinstance(event, ev.DocumentStartEvent) and () in self.out.lines:
                    self._stop(event, "several-documents", _("The file holds several documents (---)."),
                               _("Put each in a file of its own."))  # fmt: skip
                continue
            self.out.data = self._value(event, ())
        if self.out.data is None:
            raise Unreadable(
                _problem(self.out.name, 1, "empty-file", _("The file is empty."),
                         _("Fill it in, or delete the file."))
            )  # fmt: skip
        return self.out

    def _value(self, event: Any, keys: Keys) -> Any:
        self.values += 1
        self.out.lines[keys] = event.start_mark.line + 1
        self._refuse_tricks(event, keys)
        if isinstance(event, ev.MappingStartEvent):
            return self._mapping(keys)
        if isinstance(event, ev.SequenceStartEvent):
            return self._sequence(keys)
        if any(not (letter.isprintable() or letter in "\n\t\u3000") for letter in event.value):
            self._stop(event, "control-character", _("The text has a control character in it."),
                       _("Delete the invisible character or the \\ escape."))  # fmt: skip
        if event.style in ("|", ">"):
            self.out.blocks.add(keys)
            return event.value.strip()
        return event.value if event.style else _plain(event.value)

    def _mapping(self, keys: Keys) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, ev.MappingEndEvent):
                break
            if not isinstance(event, ev.ScalarEvent):
                self._stop(event, "key-not-text", _("A key must be a word."),
                           _("Write the key as one word, then a colon and a space."))  # fmt: skip
            key, way = event.value, (*keys, event.value)
            line = event.start_mark.line + 1
            if key in out:
                self.problems.append(
                    _problem(self.out.name, line, "duplicate-key",
                             _("`{key}` is written twice (first on line {way}).", key=key, way=self.out.key_lines[way]),
                             _("Keep only one."))
                )  # fmt: skip
                self._skip(next(self.events))
                continue
            self.out.key_lines[way] = line
            out[key] = self._value(next(self.events), way)
        return out

    def _skip(self, event: Any) -> None:
        """Read a value and forget it and where it stood."""
        kept, self.out = self.out, Document(self.out.name)
        self._value(event, ())
        self.out = kept

    def _sequence(self, keys: Keys) -> list[Any]:
        out: list[Any] = []
        for event in self.events:
            if isinstance(event, ev.SequenceEndEvent):
                break
            out.append(self._value(event, (*keys, len(out))))
        return out

    def _refuse_tricks(self, event: Any, keys: Keys) -> None:
        if isinstance(event, ev.AliasEvent) or event.anchor:
            self._stop(event, "alias", _("Anchors (&) and aliases (*) are not allowed in a policy."),
                       _("Write the content out; quote a * or & that is text."))  # fmt: skip
        if event.ctag and str(event.ctag) != "!" and not (isinstance(event, ev.ScalarEvent) and event.implicit[0]):
            self._stop(event, "tag", _("Tags (!) are not allowed in a policy."),
                       _("Delete the tag; put quotes around a ! that is text."))  # fmt: skip
        if len(keys) > DEEPEST or self.values > MOST_VALUES:
            self._stop(event, "too-deep", _("The content is nested too deep or has too many values."),
                       _("Write it as the format's reference shows; split it."))  # fmt: skip

    def _stop(self, event: Any, code: str, sentence: Text, remedy: Text) -> None:
        raise Unreadable(_problem(self.out.name, event.start_mark.line + 1, code, sentence, remedy))


def _plain(text: str) -> Any:
    """Return a plain scalar's value: nothing, true, false, a whole number, or else the text as it stands."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _problem(name: str, line: int, code: str, sentence: Text, remedy: Text) -> Problem:
    return Problem(f"{name}:{line}", f"policy-{code}", sentence, remedy)
