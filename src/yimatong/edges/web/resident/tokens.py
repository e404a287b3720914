"""Checking what a channel signed: the algorithm is ours to choose, every claim is demanded, nothing is guessed.

Times are real ones, in seconds; a channel's clock may differ from ours by `LEEWAY`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("ES256", "RS256", "PS256")
"""Signatures with a public key. Never `none`, never a shared secret."""
LEEWAY = 30
LONGEST = 8192


class Unverified(Exception):
    """The token cannot be believed; `why` is a word for the log and the page: no claim's value is ever in it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Demands:
    """What a token must say: who signed, for whom, and how long it may be good at most, in seconds."""

    issuer: str
    audience: str
    longest: int


def verified(token: str, keys: Mapping[str, Any], demands: Demands, *, now: int) -> dict[str, Any]:
    """The claims of a token that is signed by one of the keys and meets the demands; Unverified where not."""
    if not 0 < len(token) <= LONGEST:
        raise Unverified("token")
    claims = _signed(token, keys)
    if claims.get("iss") != demands.issuer:
        raise Unverified("iss")
    if not _is_for(claims, demands.audience):
        raise Unverified("aud")
    issued, ends = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if ends <= now - LEEWAY or issued > now + LEEWAY or ends - issued > demands.longest:
        raise Unverified("exp")
    for name in ("sub", "nonce"):
        if not isinstance(claims.get(name), str) or not 0 < len(claims[name]) <= 255:
            raise Unverified(name)
    return claims


def _signed(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(ALGORITHMS))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError, RecursionError):
        raise Unverified("signature") from None
    if not isinstance(found.claims, dict):
        raise Unverified("token")
    return found.claims


def _is_for(claims: Mapping[str, Any], audience: str) -> bool:
    """Meant for us alone; an audience of several must name us as the authorized party (OpenID Connect Core, 3.1.3.7)."""
    given = claims.get("aud")
    if isinstance(given, list):
        return audience in given and (len(given) == 1 or claims.get("azp") == audience)
    return bool(given == audience)


def _moment(value: object) -> float:
    # NaN is a number to JSON's reader, and is neither before nor after anything.
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return value
    raise Unverified("exp")
