"""What each address does: OpenID Connect for Alipay and the police app, a signed assertion for WeChat, service messages of all three, and
two gateways of texts."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from yimatong.counterparts.channel import pages
from yimatong.counterparts.channel.answers import Answer, Asked, data, onward, page
from yimatong.counterparts.channel.messages import GATEWAYS, Inbox, is_signed
from yimatong.counterparts.channel.people import PEOPLE, Somebody
from yimatong.counterparts.channel.settings import CHANNELS, CLIENT_ID, CLIENT_SECRET, Setting
from yimatong.counterparts.channel.tokens import FAULTS, token

CODE_LASTS = 60
KEPT = ("redirect_uri", "state", "nonce", "code_challenge")


@dataclass(frozen=True)
class Code:
    """What an authorization code stands for until it is redeemed, once."""

    slug: str
    person: str
    redirect_uri: str
    nonce: str
    challenge: str
    until: float


@dataclass
class Playing:
    """The program's memory and its addresses. Everything is forgotten when it ends, but for the keys."""

    setting: Setting
    codes: dict[str, Code] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    inbox: Inbox = field(default_factory=Inbox)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Answer:
        """Answer one request."""
        whole = {
            ("GET", "/"): lambda: page(pages.first()),
            ("GET", "/messages"): lambda: page(pages.inbox(self.inbox.shown)),
            **{("POST", path): lambda: self.receive(asked) for path in GATEWAYS},
            ("POST", "/faults"): lambda: self.misbehave(asked),
        }
        if (found := whole.get((asked.method, asked.path))) is not None:
            return found()
        slug, _slash, rest = asked.path.strip("/").partition("/")
        if slug not in CHANNELS:
            return page(pages.refusal("404", "没有这个页面 · There is no such page"), 404)
        return self.of_channel(asked, slug, rest)

    def of_channel(self, asked: Asked, slug: str, rest: str) -> Answer:
        """Answer one request to a channel."""
        kind = CHANNELS[slug].kind
        parts = {
            ("GET", "jwks.json"): lambda: data(self.setting.public_keys(slug)),
            ("GET", ".well-known/openid-configuration"): lambda: data(self.discovery(slug)),
            ("POST", "service-messages"): lambda: self.receive_for_user(asked, slug),
        }
        parts |= (
            {
                ("GET", "authorize"): lambda: self.authorize(asked, slug),
                ("POST", "authorize"): lambda: self.chosen(asked, slug),
                ("POST", "token"): lambda: self.redeem(asked, slug),
            }
            if kind == "oidc"
            else {
                ("GET", "mini-program"): lambda: self.mini_program(asked, slug),
                ("POST", "mini-program"): lambda: self.assert_through_the_browser(asked, slug),
                ("POST", "assertion"): lambda: self.assertion(asked, slug),
            }
        )
        found = parts.get((asked.method, rest))
        return found() if found else page(pages.refusal("404", "没有这个页面 · There is no such page"), 404)

    def discovery(self, slug: str) -> dict[str, object]:
        """OpenID Connect Discovery 1.0."""
        issuer = self.setting.issuer(slug)
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks.json",
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "scopes_supported": ["openid", "profile", "phone"],
        }

    def authorize(self, asked: Asked, slug: str) -> Answer:
        """Let the user choose who they are, when the client asks as it must."""
        query = asked.query
        if query.get("client_id") != CLIENT_ID or query.get("redirect_uri") not in self.setting.returns_to(slug):
            return page(pages.refusal("400", "未登记的应用 · This client is not registered here"), 400)
        whole = query.get("response_type") == "code" and "openid" in query.get("scope", "").split()
        if not whole or query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            return onward(query["redirect_uri"], error="invalid_request", state=query.get("state", ""))
        hidden = {name: query.get(name, "") for name in KEPT}
        return page(pages.choosing(CHANNELS[slug], f"/{slug}/authorize", hidden))

    def chosen(self, asked: Asked, slug: str) -> Answer:
        """Send the user back with a code."""
        form = asked.form
        if form.get("person") not in PEOPLE or form.get("redirect_uri") not in self.setting.returns_to(slug):
            return page(pages.refusal("400", "请重新开始 · Begin again"), 400)
        code = secrets.token_urlsafe(24)
        challenge = form.get("code_challenge", "")
        with self.lock:
            self.codes[code] = Code(
                slug, form["person"], form["redirect_uri"], form.get("nonce", ""), challenge, time.time() + CODE_LASTS
            )
        return onward(form["redirect_uri"], code=code, state=form.get("state", ""), iss=self.setting.issuer(slug))

    def redeem(self, asked: Asked, slug: str) -> Answer:
        """Give the id token for a code: once, to the client, with the verifier of the challenge."""
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if not secrets.compare_digest(asked.headers.get("authorization", ""), f"Basic {basic}"):
            return data({"error": "invalid_client"}, 401)
        form = asked.form
        with self.lock:
            code = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        right = (
            code is not None
            and code.slug == slug
            and code.until > time.time()
            and code.redirect_uri == form.get("redirect_uri")
            and secrets.compare_digest(code.challenge, challenge)
        )
        if code is None or not right:
            return data({"error": "invalid_grant"}, 400)
        said = self.signed(slug, PEOPLE[code.person], code.nonce)
        return data({"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "id_token": said})

    def mini_program(self, asked: Asked, slug: str) -> Answer:
        """The mini-program's own page, opened with the nonce that the product issued."""
        returns_to = asked.query.get("returns_to", self.setting.returns_to(slug)[0])
        if returns_to not in self.setting.returns_to(slug):
            return page(pages.refusal("400", "未登记的应用 · This client is not registered here"), 400)
        hidden = {"nonce": asked.query.get("nonce", ""), "returns_to": returns_to}
        return page(pages.choosing(CHANNELS[slug], f"/{slug}/mini-program", hidden))

    def assert_through_the_browser(self, asked: Asked, slug: str) -> Answer:
        """The page that posts the assertion to the product's hand-over address."""
        somebody = PEOPLE.get(asked.form.get("person", ""))
        to = asked.form.get("returns_to", "")
        if somebody is None or to not in self.setting.returns_to(slug):
            return page(pages.refusal("400", "请重新开始 · Begin again"), 400)
        said = self.signed(slug, somebody, asked.form.get("nonce", ""))
        return page(pages.handing_over(CHANNELS[slug], somebody, to, {"assertion": said}))

    def assertion(self, asked: Asked, slug: str) -> Answer:
        """The assertion alone, as the mini-program's server would give it to its front: {person, nonce} -> {assertion}."""
        somebody = PEOPLE.get(asked.json.get("person", ""))
        if somebody is None:
            return data({"error": "unknown_person"}, 400)
        return data({"assertion": self.signed(slug, somebody, asked.json.get("nonce", ""))})

    def signed(self, slug: str, somebody: Somebody, nonce: str) -> str:
        """A token, wrong in the way that was asked for."""
        return token(self.setting, slug, somebody, nonce, self.faults.pop(slug, ""))

    def misbehave(self, asked: Asked) -> Answer:
        """Make the next token of a channel wrong: {channel, fault}."""
        channel, fault = asked.json.get("channel", ""), asked.json.get("fault", "")
        if channel not in CHANNELS or fault not in FAULTS:
            return data({"error": "unknown_fault", "faults": sorted(FAULTS)}, 400)
        self.faults[channel] = fault
        return data({"channel": channel, "fault": fault})

    def receive(self, asked: Asked) -> Answer:
        """Take a text for one of the demo's phones: {id, to, text}."""
        status = self.inbox.text(asked.path, asked.json)
        return data({"taken": status == HTTPStatus.OK}, status)

    def receive_for_user(self, asked: Asked, slug: str) -> Answer:
        """Take a service message for a user of a channel: {id, to, kind, text, at}, signed."""
        status = (
            self.inbox.service_message(slug, asked.json)
            if is_signed(asked.headers, asked.body)
            else HTTPStatus.FORBIDDEN
        )
        return data({"taken": status == HTTPStatus.OK}, status)
