"""A signed assertion: what a channel gives that is no OpenID Connect provider, as mini-program platforms are not.

A JWT in one of the public keys registered with the channel: iss, aud, sub, nonce, jti, iat, exp at most 60 seconds after iat.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from yimatong.edges.web.resident.tokens import Demands, Unverified, verified
from yimatong.stations.declarations.models import Channel

AUDIENCE = "yimatong"
LONGEST = 60


def entrance(channel: Channel, *, returns_to: str, nonce: str) -> str:
    """Where the channel's own page begins (its `discovery`), with the nonce that its assertion must carry back, and to where."""
    joint = "&" if "?" in channel.discovery else "?"
    return f"{channel.discovery}{joint}{urlencode({'nonce': nonce, 'returns_to': returns_to})}"


def claims_of(channel: Channel, assertion: str) -> dict[str, Any]:
    """The claims of an assertion; Unverified where it cannot be believed. Whether it comes again is for the database to say."""
    claims = verified(
        assertion, channel.jwks or {"keys": []}, Demands(channel.issuer, AUDIENCE, LONGEST), now=int(time.time())
    )
    if not isinstance(claims.get("jti"), str) or not 0 < len(claims["jti"]) <= 255:
        raise Unverified("jti")
    return claims
