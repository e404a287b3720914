"""The key's hash that is begun once gives what HMAC gives."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from yimatong.core.macs import begun, mac


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_it_is_hmac_sha256(key: bytes, message: bytes):
    assert mac(key, message) == hmac.digest(key, message, sha256)


@pytest.mark.parametrize("size", [0, 63, 64, 65])
def test_a_key_of_about_a_block_and_texts_that_begin_alike(size: int):
    key = bytes(range(size))
    inner, outer = begun(key, b"id:resident:")
    for text in (b"", b"1", b"33029919900101001X"):
        inside, outside = inner(), outer()
        inside.update(text)
        outside.update(inside.digest())
        assert outside.digest() == hmac.digest(key, b"id:resident:" + text, sha256)
