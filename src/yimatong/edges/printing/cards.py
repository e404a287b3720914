"""Passes in their five forms: one, a few, or as many as there are, into one PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain, islice
from typing import Any, BinaryIO, NamedTuple

from yimatong.core.errors import YimatongError
from yimatong.core.text import Text, languages as spoken, listed, message
from yimatong.edges.printing import typesetting
from yimatong.edges.printing.document import BOTH, FORMS, Form, Languages, PrintedPass
from yimatong.edges.printing.glyphs import shown
from yimatong.edges.printing.joining import Joined
from yimatong.edges.printing.symbol import symbol
from yimatong.edges.printing.words import in_one, words, written

CHUNK = 50
"""Passes that are set at once, a whole number of sheets: more are hardly faster and take more memory (docs/figures.md)."""
_ZONES_ON_A_CARD, _ZONES_ON_A_PAGE = 34, 96
"""Signs of zones' names."""
Progress = Callable[[int, int | None], None]


class Written(NamedTuple):
    """What a print job came to: passes, pages, and bytes of the file."""

    passes: int
    pages: int
    size: int


def card(passes: Iterable[PrintedPass], *, form: Form = "card", languages: Languages = BOTH) -> bytes:
    """The passes as one PDF, held in memory; YimatongError where there is none, or one that cannot be printed."""
    out = BytesIO()
    write_many(passes, out, form=form, languages=languages)
    return out.getvalue()


def pictures(
    passes: Iterable[PrintedPass], *, form: Form = "card", languages: Languages = BOTH, dpi: float = 300
) -> list[bytes]:
    """The same pages as PNG, for a screen."""
    return typesetting.pictures("pass.typ", _data(_some(passes), form, languages), dpi)


def write_many(
    passes: Iterable[PrintedPass],
    out: BinaryIO,
    *,
    form: Form = "card",
    languages: Languages = BOTH,
    total: int | None = None,
    progress: Progress | None = None,
) -> Written:
    """Any number of passes as one PDF, written as they are set: memory is that of one chunk, however many there are.

    On sheets, whoever asked for large print comes after everybody else. `progress(done, total)` is called after each chunk.
    """
    joined, done = Joined(out), 0
    for done in _set(passes, joined, form, languages):
        if progress is not None:
            progress(done, total)
    size = joined.close()
    return Written(done, joined.pages, size)


def streamed(passes: Iterable[PrintedPass], *, form: Form = "card", languages: Languages = BOTH) -> Iterator[bytes]:
    """The bytes of the same file, piece by piece as they are set, for whoever asks for them (an answer of the web)."""
    out = BytesIO()
    joined = Joined(out)
    for _ in _set(passes, joined, form, languages):
        yield _taken(out)
    joined.close()
    yield _taken(out)


def _set(passes: Iterable[PrintedPass], joined: Joined, form: Form, languages: Languages) -> Iterator[int]:
    """Set chunk after chunk, and tell after each how many passes are done."""
    done = 0
    for chunk in _chunks(passes, form):
        joined.add(typesetting.pdf("pass.typ", _data(chunk, form, languages)))
        done += len(chunk)
        yield done
    if not done:
        raise _nothing()


def _taken(out: BytesIO) -> bytes:
    written = out.getvalue()
    out.seek(0)
    out.truncate()
    return written


def _chunks(passes: Iterable[PrintedPass], form: Form) -> Iterator[list[PrintedPass]]:
    """Chunks in order; on sheets those with large print are kept back, so that only the last sheet has empty places."""
    later: list[PrintedPass] = []

    def usual() -> Iterator[PrintedPass]:
        for each in passes:
            if form == "sheet" and each.large:
                later.append(each)
            else:
                yield each

    for stream in (usual(), later):
        rest = iter(stream)
        while chunk := list(islice(rest, CHUNK)):
            yield chunk


def _some(passes: Iterable[PrintedPass]) -> Iterator[PrintedPass]:
    rest = iter(passes)
    for first in rest:
        return chain((first,), rest)
    raise _nothing()


def _nothing() -> YimatongError:
    return YimatongError(
        "paper-empty",
        message("there is no pass to print."),
        remedy=message("choose the passes that are to be printed."),
    )


def _data(passes: Iterable[PrintedPass], form: Form, languages: Languages) -> dict[str, Any]:
    check_choice(form, languages)
    faces = [_face(each, languages) for each in passes]
    return {"form": form, "languages": list(languages), "words": words(languages), "passes": faces}


def check_choice(form: str, languages: Languages) -> None:
    """YimatongError `paper-form` or `paper-language` for what is not printed here."""
    if form not in FORMS:
        raise YimatongError(
            "paper-form",
            message("passes are not printed in this form."),
            place=form,
            remedy=message("choose one of {forms}.", forms=listed(FORMS)),
        )
    if not languages or not set(languages) <= set(spoken()):
        raise YimatongError(
            "paper-language",
            message("passes are printed in the languages of the product, in one or in several."),
            remedy=message("choose from {languages}.", languages=listed(spoken())),
        )


def _face(each: PrintedPass, languages: Languages) -> dict[str, Any]:
    code = symbol(each.qr_text, place=each.number)
    return {
        "number": shown(each.number),
        "name": shown(each.name),
        "document": shown(each.document_shown),
        "child": each.child_of,
        "large": each.large,
        "point": shown(each.issuing_point),
        "issued": in_one(written(each.issued_on), languages),
        "until": in_one(written(each.valid_until), languages),
        "zones": in_one(_few(each.not_valid_zones, _ZONES_ON_A_CARD), languages),
        "page_zones": in_one(_few(each.not_valid_zones, _ZONES_ON_A_PAGE), languages),
        "all_zones": in_one(listed(map(shown, each.not_valid_zones)), languages),
        "code": {"side": code.side, "svg": code.svg},
    }


def _few(zones: tuple[str, ...], most: int) -> Text:
    """As many names of zones as there is a place for, and how many there are in all."""
    kept: list[str] = []
    for name in map(shown, zones):
        if kept and sum(map(len, kept)) + len(kept) + len(name) > most:
            return message("{zones} and others, {count} in all", zones=listed(kept), count=len(zones))
        kept.append(name)
    return listed(kept)
