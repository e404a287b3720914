"""What a guard writes down about a person, closed so that only the server can read it: ECDH on P-256, HKDF-SHA256, AES-256-GCM."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from yimatong.core.credential.keys import FileKey

POINT_BYTES, TAG_BYTES = 33, 16
KEY_BYTES, NONCE_BYTES = 32, 12
PURPOSE = b"YMT1-sealed"


class Unsealable(ValueError):
    """Not sealed for this key with these words beside it, or changed since. Nothing of the content is told."""


def seal_to(point: bytes, plaintext: bytes, aad: bytes, *, ephemeral: FileKey | None = None) -> bytes:
    """33 bytes of a key made for this message, then the closed text with its tag of 16 bytes; ValueError for a point off the curve.

    `ephemeral` is given by vectors alone: a key that is used twice would give the text away.
    """
    once = ephemeral or FileKey.made()
    key, nonce = _key(once.shared(point), once.point, point)
    return once.point + AESGCM(key).encrypt(nonce, plaintext, aad)


def open_sealed(private: FileKey, sealed: bytes, aad: bytes) -> bytes:
    """The text; Unsealable where this key, these bytes and these words beside it do not belong together."""
    if len(sealed) < POINT_BYTES + TAG_BYTES:
        raise Unsealable("too short")
    point = sealed[:POINT_BYTES]
    try:
        key, nonce = _key(private.shared(point), point, private.point)
        return AESGCM(key).decrypt(nonce, sealed[POINT_BYTES:], aad)
    except (InvalidTag, ValueError):
        raise Unsealable("not sealed for this key and purpose") from None


def _key(shared: bytes, once: bytes, receiver: bytes) -> tuple[bytes, bytes]:
    """Key and nonce of one message: HKDF over the shared x, no salt, info of the purpose and both points."""
    bits = HKDF(SHA256(), KEY_BYTES + NONCE_BYTES, None, PURPOSE + once + receiver).derive(shared)
    return bits[:KEY_BYTES], bits[KEY_BYTES:]
