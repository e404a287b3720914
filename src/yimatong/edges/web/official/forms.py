"""What forms of officials share: the key of a press, a number that was sent, a mistake put into the form."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest

from yimatong.core.bounds import whole
from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.words import in_words


def put_into(form: forms.Form, mistake: YimatongError) -> None:
    """Tell a mistake at the field that it is about, else above the form."""
    place = mistake.place if mistake.place in form.fields else None
    form.add_error(place, f"{in_words(mistake.sentence)} {in_words(mistake.remedy)}")


def key_of(request: HttpRequest) -> UUID:
    """The key of the form, which makes a press count once; a new one where it is none."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def number_of(request: HttpRequest, field: str) -> int:
    """A number of the form; 0, which nothing has, where it is none."""
    given = request.POST.get(field, "")
    return whole(given) or 0
