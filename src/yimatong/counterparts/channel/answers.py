"""What the program answers with, and what it was asked: as small as HTTP lets it be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode


@dataclass(frozen=True)
class Asked:
    """One request: method, path, the first value of each name, and the body as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def form(self) -> dict[str, str]:
        """The fields of a posted form."""
        return flat(self.body.decode())

    @property
    def json(self) -> dict[str, str]:
        """The posted JSON object."""
        return dict(json.loads(self.body or b"{}"))


@dataclass(frozen=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def flat(query: str) -> dict[str, str]:
    """The first value of each name of a query."""
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def page(text: str, status: int = 200) -> Answer:
    """An HTML page."""
    return Answer(status, text.encode(), {"Content-Type": "text/html; charset=utf-8"})


def data(value: object, status: int = 200) -> Answer:
    """A JSON value that nobody may keep."""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Answer(status, json.dumps(value).encode(), headers)


def onward(address: str, **query: str) -> Answer:
    """A redirection that is followed with GET."""
    joint = "&" if "?" in address else "?"
    return Answer(303, b"", {"Location": f"{address}{joint}{urlencode(query)}"})
