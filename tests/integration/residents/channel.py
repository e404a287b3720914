"""A browser that goes to and fro between the product and the played channels; the channels are asked over real HTTP."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client
from django.urls import reverse

PRODUCT = "http://testserver"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class NoRedirection(urllib.request.HTTPRedirectHandler):
    """A browser's next step is the test's to take."""

    def redirect_request(self, *given: Any) -> None:
        return None


opener = urllib.request.build_opener(NoRedirection, urllib.request.ProxyHandler({}))


def ask(
    address: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded"
) -> tuple[int, Any, str]:
    """Status, headers and text of an answer."""
    request = urllib.request.Request(address, body, {"Content-Type": kind} if body is not None else {})
    try:
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


@dataclass
class Channels:
    """The played channels at their address."""

    base: str

    def wrong(self, channel: str, fault: str) -> None:
        """Have the next token of a channel be wrong."""
        body = json.dumps({"channel": channel, "fault": fault}).encode()
        assert ask(f"{self.base}/faults", body, "application/json")[0] == 200

    def keys(self, channel: str) -> dict[str, Any]:
        """A channel's public keys."""
        return json.loads(ask(f"{self.base}/{channel}/jwks.json")[2])

    def assertion(self, nonce: str, person: str = "lin", channel: str = "wechat") -> str:
        """What a mini-program's server would give to its front."""
        body = json.dumps({"person": person, "nonce": nonce}).encode()
        return json.loads(ask(f"{self.base}/{channel}/assertion", body, "application/json")[2])["assertion"]


@dataclass
class Visitor:
    """One browser."""

    channels: Channels
    client: Client = field(default_factory=lambda: english(Client()))

    def begin(self, slug: str) -> Any:
        """Press the channel's button."""
        return self.client.get(reverse("me:begin", args=[slug]))

    def choose(self, address: str, person: str = "lin") -> str:
        """Choose a person on a provider's page; the address it sends the browser back to, without the host."""
        status, _headers, text = ask(address)
        assert status == 200, text
        status, headers, _text = ask(
            address.split("?", maxsplit=1)[0], urlencode({**dict(HIDDEN.findall(text)), "person": person}).encode()
        )
        assert status == 303
        back = urlsplit(headers["Location"])
        assert f"{back.scheme}://{back.netloc}" == PRODUCT
        return f"{back.path}?{back.query}"

    def nonce(self, slug: str = "wechat") -> str:
        """Begin at an assertion's channel; the nonce that the product issued."""
        entrance = urlsplit(self.begin(slug)["Location"])
        return dict(pair.split("=") for pair in entrance.query.split("&"))["nonce"]

    def assertion_through_the_page(self, person: str = "lin") -> str:
        """The assertion that the mini-program's page would post, by its pages."""
        entrance = self.begin("wechat")["Location"]
        hidden = dict(HIDDEN.findall(ask(entrance)[2]))
        text = ask(entrance.split("?")[0], urlencode({**hidden, "person": person}).encode())[2]
        assert f'action="{PRODUCT}/me/sign-in/wechat/return/"' in text
        return dict(HIDDEN.findall(text))["assertion"]

    def hand_over(self, assertion: str, slug: str = "wechat") -> Any:
        """Post an assertion as the channel's site does: with no cookie of ours."""
        return english(Client(enforce_csrf_checks=True)).post(
            reverse("me:return", args=[slug]), {"assertion": assertion}
        )

    def collect(self, slug: str = "wechat") -> Any:
        """Follow the page that leads on."""
        return self.client.get(reverse("me:return", args=[slug]))

    def sign_in(self, slug: str, person: str = "lin") -> Any:
        """All of it; the last answer."""
        if slug == "wechat":
            posted = self.hand_over(self.assertion_through_the_page(person))
            return self.collect() if posted.status_code == 200 else posted
        begun = self.begin(slug)
        return self.client.get(self.choose(begun["Location"], person)) if begun.status_code == 302 else begun

    @property
    def account(self) -> int | None:
        """Whose session this is."""
        return self.client.session.get("account")


def english(client: Client) -> Client:
    """A browser that reads English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def code_of(answer: Any) -> str:
    """The code of the refusal on a page."""
    found = re.search(r'data-code="([^"]+)"', answer.content.decode())
    return found[1] if found else ""
