"""What no request may hold, whatever its page: numbers of an address, zero bytes, endless texts. Refused before any view sees it.

The numbers themselves: core/bounds.py; bytes of a body and how many fields it has: Django's own, in the settings.
"""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import register_converter
from django.urls.converters import StringConverter

from yimatong.core.bounds import DIGITS, LONGEST_TEXT, has_nul, is_clean, is_deep, whole
from yimatong.core.text import message
from yimatong.edges.web.everybody.words import for_programs

Answer = Callable[[HttpRequest], HttpResponse]
PROGRAMS = ("/e/", "/s/", "/d/", "/texts/")
"""Where a program asks and not a person."""
CODE = "request-wrong"
WHAT = message("The request is not in the right form. Nothing was done.")
REMEDY = message("Go back, check what you typed and send it again.")


class Number:
    """A number in an address, `<number:...>`: at most LARGEST. What is none is no address of ours (404)."""

    regex = f"[0-9]{{1,{DIGITS}}}"

    def to_python(self, value: str) -> int:
        """The number; ValueError, by which the address is not found."""
        found = whole(value)
        if found is None:
            raise ValueError("past the largest number")
        return found

    def to_url(self, value: int | str) -> str:
        """As it stands in an address."""
        return str(value)


class Word(StringConverter):
    """A text in an address, `<word:...>`: one that can be kept, of at most 200 signs."""

    regex = r"[^/\x00]{1,200}"


register_converter(Number, "number")
register_converter(Word, "word")


class Bounds:
    """Refuse a request whose query or form holds what nobody keeps; a body that a view reads itself is bounded there (`body`)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Look at everything that is text, once the language is known. Reading a form may refuse it, too: 400 by Django."""
        if request.path_info.startswith(PROGRAMS):
            return refused(request) if not _are_right([request.path_info], request.GET) else None
        return None if _are_right([request.path_info], request.GET, request.POST) else refused(request)


def _are_right(texts: list[str], *forms: object) -> bool:
    for form in forms:
        for name, values in form.lists():  # type: ignore[attr-defined]
            texts += [name, *values]
    return all(len(text) <= LONGEST_TEXT and is_clean(text) for text in texts)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- as Django calls it
    """400 in the reader's language, JSON where a program asks. Django's handler of malformed requests, too."""
    if request.path_info.startswith(PROGRAMS):
        return JsonResponse(for_programs(CODE, WHAT, REMEDY), status=400, headers={"Cache-Control": "no-store"})
    return render(request, "400.html", status=400)


def body(request: HttpRequest, most: int) -> bytes:
    """The bytes of JSON that a program sent, at most so many; BadRequest for more, for depth without end, or with a zero byte inside."""
    data = raw(request, most)
    if has_nul(data) or is_deep(data):
        raise BadRequest
    return data


def raw(request: HttpRequest, most: int) -> bytes:
    """The bytes of a body, at most so many; BadRequest for more, before they are read."""
    if (whole(str(request.META.get("CONTENT_LENGTH") or 0), most)) is None:
        raise BadRequest
    return bytes(request.body)
