"""What several tests do: open a person through a recorded look."""

from __future__ import annotations

import re

from django.core import signing
from django.test import Client
from django.urls import reverse

from yimatong.edges.web.everybody.officials import COOKIE

WHY = {"ground": "quality", "words": "2020-117 checked"}


def opened(client: Client, person: int) -> str:
    """Open a person; the address of the page."""
    answer = client.post(reverse("web:look"), {"person": reference(client, person), **WHY})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def page(client: Client, address: str) -> str:
    """The text of a page."""
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def reference(client: Client, person: int) -> str:
    """What a page of this browser's session sends for somebody whom it has shown."""
    return signing.dumps(person, salt=_salt(client))


def buttons(client: Client, html: str) -> list[int]:
    """The people of a page's buttons."""
    return [signing.loads(one, salt=_salt(client)) for one in re.findall(r'name="person" value="([^"]+)"', html)]


def _salt(client: Client) -> str:
    return f"web.person:{client.cookies[COOKIE].value}"
