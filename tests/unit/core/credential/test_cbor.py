"""One value, one encoding: what is read is what would be written, and other people's CBOR says the same of it."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from hypothesis import given, strategies as st

from yimatong.core.credential.cbor import Malformed, Tagged, decode, encode

numbers = st.integers(min_value=-(2**64), max_value=2**64 - 1)
leaves = numbers | st.binary(max_size=40) | st.text(max_size=20) | st.booleans()
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(numbers | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def is_shallow(value: Any, left: int = 6) -> bool:
    inner = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return left > 0 and all(is_shallow(each, left - 1) for each in inner)


@given(values.filter(is_shallow))
def test_what_is_written_is_read_again(value: Any) -> None:
    assert decode(encode(value), longest=10_000) == value


@given(values.filter(is_shallow))
def test_other_peoples_cbor_reads_ours(value: Any) -> None:
    assert cbor2.loads(encode(value)) == value


@given(st.binary(max_size=60))
def test_bytes_are_refused_or_are_the_one_encoding_of_what_they_say(data: bytes) -> None:
    try:
        value = decode(data)
    except Malformed:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        ("", "truncated"),
        ("0000", "trailing-bytes"),
        ("1800", "not-shortest"),
        ("1817", "not-shortest"),
        ("190017", "not-shortest"),
        ("1a0000ffff", "not-shortest"),
        ("1b00000000ffffffff", "not-shortest"),
        ("5800", "not-shortest"),
        ("1c", "reserved"),
        ("9f00ff", "indefinite-length"),
        ("5f4100ff", "indefinite-length"),
        ("bf0000ff", "indefinite-length"),
        ("ff", "indefinite-length"),
        ("f6", "simple-value"),
        ("f7", "simple-value"),
        ("f818", "simple-value"),
        ("e0", "simple-value"),
        ("f90000", "float"),
        ("fa00000000", "float"),
        ("fb0000000000000000", "float"),
        ("c000", "tag"),
        ("d81800", "tag"),
        ("a201000100", "duplicate-key"),
        ("a202000100", "key-order"),
        ("a2200001" + "00", "key-order"),
        ("a1f500", "key-type"),
        ("a14000", "key-type"),
        ("a1" * 7 + "00", "too-deep"),
        ("61ff", "not-utf8"),
        ("62eda0", "not-utf8"),
        ("9affffffff", "truncated"),
        ("bb7fffffffffffffff", "truncated"),
        ("5affffffff", "truncated"),
        ("19", "truncated"),
    ],
)
def test_another_encoding_is_refused_and_says_why(data: str, detail: str) -> None:
    with pytest.raises(Malformed) as refused:
        decode(bytes.fromhex(data))
    assert refused.value.detail == detail


def test_more_than_a_kilobyte_is_refused_before_it_is_read() -> None:
    with pytest.raises(Malformed, match="too-long"):
        decode(b"\x5a" + b"\0" * 1024)


def test_a_kind_that_is_not_known_is_not_written() -> None:
    with pytest.raises(TypeError):
        encode(1.5)
    assert decode(encode(Tagged([1, b"x"]))) == Tagged([1, b"x"])
