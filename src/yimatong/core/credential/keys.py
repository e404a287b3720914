"""Keys: what signs, and what checks a signature. ES256 now; another suite is another Signer and another `alg`."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Protocol, runtime_checkable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from yimatong.core.errors import YimatongError
from yimatong.core.text import message as _

ES256 = -7
"""The number of ECDSA with P-256 and SHA-256 in COSE (RFC 9053)."""
KID_BYTES = 4
SIGNATURE_BYTES = 64
CURVE = ec.SECP256R1()
ECDSA = ec.ECDSA(hashes.SHA256())
REPEATABLE = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
PublicKey = ec.EllipticCurvePublicKey
_HEADS = (b"\x02\x20", b"\x02\x21\x00")
"""DER before a number of 32 bytes: a zero stands before it when its first bit is one."""
_STARTS = (b"\x30\x44", b"\x30\x45", b"\x30\x46")


@runtime_checkable
class Signer(Protocol):
    """Whatever signs: a file, a machine for keys, a phone. `sign` returns r and s, 32 bytes each, as COSE has them."""

    @property
    def kid(self) -> bytes: ...
    @property
    def alg(self) -> int: ...
    def sign(self, message: bytes) -> bytes: ...


class FileKey:
    """A P-256 key that lives in a file as PKCS 8 in PEM, readable by its owner alone.

    `repeatable` signs by RFC 6979, so that the same message has the same signature: for vectors and tests.
    """

    alg = ES256

    def __init__(self, private: ec.EllipticCurvePrivateKey, *, repeatable: bool = False) -> None:
        self._private = private
        self._suite = REPEATABLE if repeatable else ECDSA
        self.point = private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        self.kid = kid_of(self.point)

    @classmethod
    def made(cls) -> FileKey:
        """A new key."""
        return cls(ec.generate_private_key(CURVE))

    @classmethod
    def of_secret(cls, secret: int, *, repeatable: bool = True) -> FileKey:
        """The key of a known secret number: a test key."""
        return cls(ec.derive_private_key(secret, CURVE), repeatable=repeatable)

    @classmethod
    def read(cls, file: Path) -> FileKey:
        """The key of a file; a mistake is told with the file's name, never with its content."""
        try:
            private = load_pem_private_key(file.read_bytes(), None)
        except (OSError, ValueError, TypeError) as reason:
            raise unusable_key(file) from reason
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != CURVE.name:
            raise unusable_key(file)
        return cls(private)

    def write(self, file: Path) -> None:
        """Write the key to a new file with mode 0600; FileExistsError where a file stands already."""
        pem = self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(pem)

    def sign(self, message: bytes) -> bytes:
        """r and s, 32 bytes each."""
        r, s = decode_dss_signature(self._private.sign(message, self._suite))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def shared(self, point: bytes) -> bytes:
        """What this key and another's point (SEC 1) have in common by ECDH: x, 32 bytes; ValueError for a point off the curve."""
        return self._private.exchange(ec.ECDH(), public_key(point))


def kid_of(point: bytes) -> bytes:
    """The name of a public key: the first four bytes of SHA-256 over its compressed point."""
    return sha256(point).digest()[:KID_BYTES]


def public_key(point: bytes) -> PublicKey:
    """The public key of a point, compressed or not (SEC 1); ValueError when it is not on the curve."""
    return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)


def compressed(key: PublicKey) -> bytes:
    """The 33 bytes of a public key."""
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def is_signed(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether r and s (64 bytes) are this key's signature of the message."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        key.verify(_der(signature), message, ECDSA)
    except InvalidSignature:
        return False
    return True


def _der(signature: bytes) -> bytes:
    """The signature as `cryptography` wants it; written by hand where both numbers have all their 32 bytes, as nearly always."""
    if not signature[0] or not signature[32]:
        return encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    r, s = _HEADS[signature[0] >> 7], _HEADS[signature[32] >> 7]
    start = _STARTS[(signature[0] >> 7) + (signature[32] >> 7)]
    return b"".join((start, r, signature[:32], s, signature[32:]))


def unusable_key(file: Path) -> YimatongError:
    return YimatongError(
        "unusable-key",
        _("Cannot be read as a private key of P-256."),
        place=file.name,
        remedy=_("See that the file is PKCS 8 in PEM and that this user may read it."),
    )
