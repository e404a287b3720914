"""A resident's browser, signed in without a channel: channels are tried in tests/integration/residents."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from yimatong.stations.declarations.actions.signing_in import Claims, sign_in
from yimatong.stations.declarations.models import Account

STREET = 330203001


class Resident:
    """One account and its browser."""

    def __init__(self, subject: str = "17000000201", person: int | None = None, language: str = "en") -> None:
        self.account = sign_in(channel="browser", subject=subject, claims=Claims(phone=subject), at=timezone.now())
        if person is not None:
            Account.objects.filter(pk=self.account.pk).update(person=person)
            self.account.refresh_from_db()
        self.client = Client()
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        session = self.client.session
        session["account"] = self.account.pk
        session.save()
        self.client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    def see(self, name: str, *given: Any, status: int = 200, **query: str) -> str:
        """The text of a page."""
        answer = self.client.get(reverse(f"me:{name}", args=given), query)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode()

    def fill(self, key: str, about: str = "self", go: str = "next", **given: Any) -> Any:
        """Post a screen."""
        return self.client.post(reverse("me:screen", args=[about, key]), {"go": go, **given})

    def pick(self, what: str, about: str = "self") -> None:
        """Press a button of the home picker."""
        assert self.fill("address", about, f"pick:{what}", phone=self.phone).status_code == 302

    phone = "17000000201"

    def declare_everything(self, home: dict[str, int], number: str, about: str = "self", **health: Any) -> Any:
        """Fill in all screens as somebody who is well and was nowhere, and declare; the last answer."""
        person = {"name": "林晓岚", "sex": "female", "id_type": "resident", "id_number": number}
        assert self.fill("person", about, **person).status_code == 302
        for level in ("compound", "building", "stairwell"):
            self.pick(f"{level}:{home[level]}", about)
        assert self.fill("address", about, phone=self.phone).status_code == 302
        well = {"symptoms": "none", "contact_symptomatic": "no", "contact_confirmed": "no"} | health
        assert self.fill("health", about, **well).status_code == 302
        assert self.fill("itinerary", about, in_city="yes", elsewhere="no").status_code == 302
        assert self.fill("coresidents", about)["Location"] == reverse("me:review", args=[about])
        return self.client.post(reverse("me:review", args=[about]), {"agreed": "2020-02-15"})


def shown_lines(text: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
