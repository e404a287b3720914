"""OpenID Connect: we are the relying party, the channel the provider. Code flow with PKCE (S256), state and nonce."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from yimatong.edges.web.resident import asking
from yimatong.edges.web.resident.tokens import Demands, Unverified, verified
from yimatong.stations.declarations.models import Channel

CONFIGURATION = "/.well-known/openid-configuration"
FRESH = 300.0
LONGEST = 3600
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def verifier() -> str:
    """A fresh PKCE verifier, also good as a state."""
    return secrets.token_urlsafe(32)


def challenge(of: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(of.encode()).digest()).decode().rstrip("=")


def provider(channel: Channel) -> dict[str, Any]:
    """The provider's configuration, kept for five minutes; Silent where it does not answer or says to be somebody else."""
    found = _fetched(channel.discovery or channel.issuer + CONFIGURATION)
    endpoints = [str(found.get(name, "")) for name in ENDPOINTS]
    if found.get("issuer") != channel.issuer or not all(map(asking.is_safe, endpoints)):
        raise asking.Silent("configuration")
    return found


def authorization(channel: Channel, *, returns_to: str, nonce: str, state: str, proof: str) -> str:
    """Where the browser is sent to sign in."""
    query = {
        "response_type": "code",
        "client_id": channel.client_id,
        "redirect_uri": returns_to,
        "scope": "openid profile phone",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge(proof),
        "code_challenge_method": "S256",
    }
    return f"{provider(channel)['authorization_endpoint']}?{urlencode(query)}"


def redeemed(channel: Channel, secret: str, *, code: str, returns_to: str, nonce: str, proof: str) -> dict[str, Any]:
    """The claims of the id token that a code is good for; Unverified or Silent where there are none to be believed."""
    known = provider(channel)
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": returns_to,
        "client_id": channel.client_id,
        "code_verifier": proof,
    }
    answer = asking.post(known["token_endpoint"], fields, channel.client_id, secret)
    token = str(answer.get("id_token", ""))
    claims = _believed(token, channel, known)
    if not secrets.compare_digest(claims["nonce"], nonce):
        raise Unverified("nonce")
    return claims


def _believed(token: str, channel: Channel, known: Mapping[str, Any]) -> dict[str, Any]:
    """Verify with the keys at hand; a signature that none of them made is tried once more with keys fetched anew."""
    demands = Demands(channel.issuer, channel.client_id, LONGEST)
    try:
        return verified(token, _fetched(known["jwks_uri"]), demands, now=int(time.time()))
    except Unverified as problem:
        if problem.why != "signature":
            raise
        return verified(token, _fetched(known["jwks_uri"], anew=True), demands, now=int(time.time()))


def _fetched(address: str, *, anew: bool = False) -> dict[str, Any]:
    at, found = _kept.get(address, (0.0, {}))
    if anew or not found or time.monotonic() - at > FRESH:
        found = asking.get(address)
        _kept[address] = (time.monotonic(), found)
    return found
