"""What a user would otherwise take for signed codes: PyJWT, cwt, pycose; each signs and verifies the same claims with one P-256 key."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt import COSEKey, decode as cwt_decode, encode as cwt_encode
from pycose.algorithms import Es256
from pycose.headers import KID, Algorithm
from pycose.keys import EC2Key
from pycose.keys.curves import P256
from pycose.messages import CoseMessage, Sign1Message

from yimatong.core.credential.cbor import encode
from yimatong.core.credential.claims import PRIVATE, Claims


@dataclass(frozen=True)
class TokenPeer:
    """A library: `mint` makes a token of claims, `verify` says whether it is good, or raises."""

    name: str
    mint: Callable[[Claims], Any]
    verify: Callable[[Any], Any]
    note: str


def token_peers(private: ec.EllipticCurvePrivateKey, kid: bytes) -> list[TokenPeer]:
    """The three, with their keys loaded once."""
    return [_pyjwt(private, kid), _cwt(private, kid), _pycose(private, kid)]


def said(claims: Claims) -> dict[int, Any]:
    """The claims as CWT numbers them, the device key as RFC 8747 has it."""
    inner = {
        1: int(claims.kind),
        2: 1,
        3: claims.name,
        4: claims.tail,
        5: claims.check,
        6: claims.slot,
        9: claims.epoch,
        7: claims.number,
    }
    return {1: claims.city, 4: claims.exp, 5: claims.nbf, 6: claims.iat, 7: claims.cti, PRIVATE: inner}


def _pyjwt(private: ec.EllipticCurvePrivateKey, kid: bytes) -> TokenPeer:
    public = private.public_key()
    headers = {"kid": base64.urlsafe_b64encode(kid).decode()}

    def mint(claims: Claims) -> str:
        held = said(claims)
        named = {
            "iss": held[1],
            "exp": held[4],
            "nbf": held[5],
            "iat": held[6],
            "jti": held[7].hex(),
            "p": held[PRIVATE],
        }
        return jwt.encode(named, private, algorithm="ES256", headers=headers)

    def verify(token: str) -> Any:
        return jwt.decode(token, public, algorithms=["ES256"], issuer="330200", options={"require": ["exp", "nbf"]})

    return TokenPeer("PyJWT", mint, verify, "JSON and base64url: the same claims take half as many signs again")


def _cwt(private: ec.EllipticCurvePrivateKey, kid: bytes) -> TokenPeer:
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signer, verifier = COSEKey.from_pem(pem, kid=kid), COSEKey.from_pem(public_pem, kid=kid)
    return TokenPeer(
        "cwt",
        lambda claims: cwt_encode(said(claims), signer),
        lambda token: cwt_decode(token, verifier),
        "takes trailing bytes, a key that stands twice, and tokens without exp",
    )


def _pycose(private: ec.EllipticCurvePrivateKey, kid: bytes) -> TokenPeer:
    numbers = private.private_numbers()
    x, y = numbers.public_numbers.x.to_bytes(32, "big"), numbers.public_numbers.y.to_bytes(32, "big")
    key = EC2Key(crv=P256, x=x, y=y, d=numbers.private_value.to_bytes(32, "big"))

    def mint(claims: Claims) -> bytes:
        message = Sign1Message(phdr={Algorithm: Es256, KID: kid}, payload=encode_said(claims))
        message.key = key
        return message.encode()

    def verify(token: bytes) -> bool:
        message = CoseMessage.decode(token)
        message.key = key
        return message.verify_signature()

    return TokenPeer("pycose", mint, verify, "COSE alone: it reads no claims and knows no time")


def encode_said(claims: Claims) -> bytes:
    """The claims in CBOR, without those that are not there."""
    held = said(claims)
    held[PRIVATE] = {number: value for number, value in held[PRIVATE].items() if value is not None}
    return encode(held)
