"""Base45 as RFC 9285 has it, its own examples, and nothing that it does not have."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from yimatong.core.credential.base45 import SIGNS, NotBase45, decode, encode

EXAMPLES = [("AB", "BB8"), ("Hello!!", "%69 VD92EX0"), ("base-45", "UJCLQE7W581"), ("ietf!", "QED8WEX0")]


@pytest.mark.parametrize(("plain", "text"), EXAMPLES)
def test_the_examples_of_the_rfc_come_out(plain: str, text: str) -> None:
    assert encode(plain.encode()) == text
    assert decode(text) == plain.encode()


@given(st.binary(max_size=600))
def test_bytes_come_back(data: bytes) -> None:
    assert decode(encode(data)) == data


@given(st.text(alphabet=SIGNS, max_size=30) | st.text(max_size=12))
def test_a_text_is_refused_or_is_the_one_text_of_its_bytes(text: str) -> None:
    try:
        data = decode(text)
    except NotBase45:
        return
    assert encode(data) == text


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("GGW", "base45-overflow"),
        (":::", "base45-overflow"),
        ("::", "base45-overflow"),
        ("000:::", "base45-overflow"),
        (":::000", "base45-overflow"),
        ("0", "base45-length"),
        ("0000", "base45-length"),
        ("bb8", "base45-sign"),
        ("BB\n", "base45-sign"),
        ("BB_", "base45-sign"),
        ("ＢB8", "base45-sign"),
        ("\udc80B8", "base45-sign"),
    ],
)
def test_what_is_not_base45_is_refused_and_says_why(text: str, detail: str) -> None:
    with pytest.raises(NotBase45) as refused:
        decode(text)
    assert refused.value.detail == detail


def test_the_biggest_group_and_the_biggest_pair_are_read() -> None:
    assert decode("FGW") == b"\xff\xff"
    assert decode("U5") == b"\xff"
