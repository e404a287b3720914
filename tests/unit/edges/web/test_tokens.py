"""What a channel signed is believed when every claim is as it must be, and in no other case."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from yimatong.edges.web.resident.tokens import Demands, Unverified, verified

NOW = 1_582_000_000
KEY = ECKey.generate_key("P-256", {"use": "sig"}, auto_kid=True)
KEYS = dict(KeySet([KEY]).as_dict(private=False))
DEMANDS = Demands("https://channel.example", "yimatong", 60)
RIGHT: dict[str, Any] = {
    "iss": "https://channel.example", "aud": "yimatong", "sub": "u1", "nonce": "n1", "iat": NOW, "exp": NOW + 60,
}  # fmt: skip


def signed(**changed: Any) -> str:
    claims = {name: value for name, value in (RIGHT | changed).items() if value is not ...}
    return jwt.encode({"alg": "ES256", "kid": KEY.kid}, claims, KEY)


def refusal(token: str, *, now: int = NOW) -> str:
    with pytest.raises(Unverified) as told:
        verified(token, KEYS, DEMANDS, now=now)
    return told.value.why


def test_a_token_that_meets_every_demand_is_believed():
    assert verified(signed(), KEYS, DEMANDS, now=NOW)["sub"] == "u1"
    assert verified(signed(aud=["yimatong"]), KEYS, DEMANDS, now=NOW + 89)["nonce"] == "n1"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://channel.example/"}, "iss"),
        ({"iss": ...}, "iss"),
        ({"aud": "yimatong2"}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": ["yimatong", "other"]}, "aud"),
        ({"aud": ["other"], "azp": "yimatong"}, "aud"),
        ({"exp": NOW + 61}, "exp"),
        ({"exp": ...}, "exp"),
        ({"exp": "soon"}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"iat": float("nan")}, "exp"),
        ({"iat": ...}, "exp"),
        ({"iat": NOW + 31, "exp": NOW + 60}, "exp"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "u" * 256}, "sub"),
        ({"nonce": ...}, "nonce"),
    ],
)
def test_one_claim_that_is_not_as_it_must_be_is_enough(changed, why):
    assert refusal(signed(**changed)) == why


def test_a_token_is_over_thirty_seconds_after_its_end():
    assert refusal(signed(), now=NOW + 90) == "exp"


def test_several_audiences_are_taken_where_we_are_the_authorized_party():
    token = signed(aud=["yimatong", "other"], azp="yimatong")
    assert verified(token, KEYS, DEMANDS, now=NOW)["sub"] == "u1"


def test_a_shared_secret_and_no_signature_are_never_taken():
    public = str(KEYS["keys"][0]["x"])
    confused = jwt.encode({"alg": "HS256", "kid": KEY.kid}, RIGHT, OctKey.import_key(public))
    assert refusal(confused) == "signature"
    head, body, signature = signed().split(".")
    assert refusal(f"eyJhbGciOiJub25lIn0.{body}.") == "signature"
    other = jwt.encode({"alg": "ES256", "kid": KEY.kid}, RIGHT, ECKey.generate_key("P-256"))
    assert refusal(other) == "signature"
    edited = signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB")
    assert refusal(f"{head}.{body}.{edited}") == "signature"
