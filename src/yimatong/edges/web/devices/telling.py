"""How phones, scanners and offline desks are answered: JSON, and every mistake in one shape."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse

from yimatong.core.text import message, message_in
from yimatong.edges.web.everybody.words import for_programs

SENTENCES = {
    "not-signed-in": (401, message("sign in first."), message("sign in and try again.")),
    "token-unknown": (401, message("this phone's binding is not known."), message("sign in and bind again.")),
    "csrf": (403, message("the page is over."), message_in("csrf", "load the page again.")),
    "body-wrong": (400, message("the body is not in the right form."), message("load the page again.")),
    "too-often": (429, message("there were too many requests."), message("wait a little.")),
    "binding-moved": (410, message("the code is on another phone."), message("sign in to move it back.")),
    "binding-ended": (
        410,
        message("this phone's binding has ended."),
        message_in("binding-ended", "sign in and bind again."),
    ),
    "wrong-method": (405, message("that is not the way to ask."), message("load the page again.")),
}


class No(Exception):
    """An answer that ends a view."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def answer(body: object, status: int = 200) -> HttpResponse:
    """JSON that nobody keeps."""
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(data, content_type="application/json", status=status, headers={"Cache-Control": "no-store"})


def no(code: str, *, wait: int = 0, **more: Any) -> HttpResponse:
    """A mistake of this edge, in the one shape."""
    status, *words = SENTENCES[code]
    response = answer({**for_programs(code, *words), **more}, status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
