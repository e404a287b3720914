"""What several tests do: open a person through a recorded look."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

WHY = {"ground": "quality", "words": "2020-117 checked"}


def opened(client: Client, person: int) -> str:
    """Open a person; the address of the page."""
    answer = client.post(reverse("web:look"), {"person": person, **WHY})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def page(client: Client, address: str) -> str:
    """The text of a page."""
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())
