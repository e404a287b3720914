"""A language that nobody speaks: every message with strange letters, so that what is left in plain ones was never translated.

`made` writes its catalogue; `leftovers` says what of a page's text is Chinese or plain letters all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from yimatong.core.text import FOLDERS

TAG = "qps"
"""A tag that is kept free for private use (ISO 639-2: qaa to qtz)."""
PLAIN, STRANGE = "abcdefghijklmnoprstuwyzABCDEFGHIKLMNOPRSTUWYZ", "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥřşŧŭẇẏẑȦƁƇḒḖƑƓĦĪĶĿḾȠǾƤŘŞŦŬẆẎẐ"
KEPT = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|&\w+;|<[^>]*>|https?://\S+")
"""Gaps, marks and addresses in a message."""
READ = ("title", "aria-label", "placeholder", "alt")
NOT_READ = ("script", "noscript", "style", "svg", "code", "samp", "pre", "template")
PLAIN_WORD = re.compile(r"[A-Za-z]{3,}|[\u3400-\u9fff]+")


def strange(words: str) -> str:
    """A message in the language: `Save` is `[Şȧvḗ]`."""
    table, out, at = str.maketrans(PLAIN, STRANGE), [], 0
    for kept in KEPT.finditer(words):
        out += [words[at : kept.start()].translate(table), kept.group()]
        at = kept.end()
    return "".join([*out, words[at:].translate(table)])


def made(folder: Path) -> Path:
    """Write the catalogue into a folder, laid out as the product's own is; return the folder."""
    with (FOLDERS[0] / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        known = read_po(file)
    new = Catalog(fuzzy=False)
    for one in known:
        if one.id:
            said = tuple(map(strange, one.id)) if isinstance(one.id, tuple) else strange(one.id)
            new.add(one.id, said, locations=one.locations, flags=one.flags, context=one.context)
    target = folder / TAG / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "django.po").open("wb") as file:
        write_po(file, new, width=0)
    with (target / "django.mo").open("wb") as file:
        write_mo(file, new)
    return folder


class _Texts(HTMLParser):
    """The texts of a page that is in one language: what is marked as another's, or is no text for people, is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        apart = tag in NOT_READ or given.get("lang", TAG) not in (TAG, "")
        hidden = apart or bool(self._open and self._open[-1][1])
        if not hidden:
            self.texts += [value for name in READ if (value := given.get(name))]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self.texts.append(given.get("value") or "")
        if tag not in {"input", "br", "img", "hr", "meta", "link", "source", "wbr", "col"}:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.texts.append(data.strip())


def texts_of(html: str) -> list[str]:
    """The texts of a page and of its labels."""
    parser = _Texts()
    parser.feed(html)
    return parser.texts


def leftovers(texts: Iterable[str], known: Iterable[str]) -> list[str]:
    """The texts in which something is left over: no message, and none of the known words (names, addresses, quoted law)."""
    words = re.compile("|".join(map(re.escape, sorted({*known} - {""}, key=len, reverse=True))))
    return [text for text in texts if PLAIN_WORD.search(words.sub(" ", text))]
