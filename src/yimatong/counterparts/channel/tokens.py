"""What a channel signs: id tokens (OpenID Connect) and assertions, right by default and wrong when a test asks for it."""

from __future__ import annotations

import secrets
import time

from joserfc import jwt
from joserfc.jwk import ECKey

from yimatong.counterparts.channel.people import Somebody
from yimatong.counterparts.channel.settings import AUDIENCE, CHANNELS, CLIENT_ID, Setting

FAULTS = frozenset(
    {"expired", "other-audience", "other-issuer", "other-key", "other-nonce", "no-expiry", "long", "same-jti"}
)
"""How this program can be told to misbehave, for the next token of a channel."""
LASTS = {"oidc": 300, "assertion": 60}
SAME_JTI = "said-before"


def token(setting: Setting, slug: str, somebody: Somebody, nonce: str, fault: str = "") -> str:
    """The signed word of a channel about one of its users."""
    played = CHANNELS[slug]
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": setting.issuer(slug),
        "aud": CLIENT_ID if played.kind == "oidc" else AUDIENCE,
        "sub": somebody.subject(slug),
        "iat": now,
        "exp": now + LASTS[played.kind],
        "jti": secrets.token_urlsafe(16),
        "nonce": nonce,
        "phone_number": somebody.phone,
        "phone_number_verified": True,
    }
    if played.real_name:
        claims |= {"name": somebody.name, "id_type": "resident", "id_number": somebody.id_number}
    claims |= wrong(fault, now)
    if fault == "no-expiry":
        del claims["exp"]
    key = ECKey.generate_key("P-256") if fault == "other-key" else setting.keys[slug]
    return jwt.encode({"alg": "ES256", "kid": setting.keys[slug].kid}, claims, key)


def wrong(fault: str, now: int) -> dict[str, object]:
    """The claims that a fault changes."""
    changed: dict[str, dict[str, object]] = {
        "expired": {"iat": now - 700, "exp": now - 400},
        "other-audience": {"aud": "another-city"},
        "other-issuer": {"iss": "https://elsewhere.invalid"},
        "other-nonce": {"nonce": secrets.token_urlsafe(16)},
        "long": {"exp": now + 86_400},
        "same-jti": {"jti": SAME_JTI},
    }
    return changed.get(fault, {})
