"""Document numbers: which can be true, and the quick check of many against the plain check of one."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, strategies as st
from stdnum.iso7064 import mod_11_2

from yimatong.records import documents, identity

TODAY = date(2020, 2, 20)


def with_check_digit(body: str) -> str:
    return body + mod_11_2.calc_check_digit(body)


near_ids = st.builds(
    lambda area, year, month, day, tail, right: with_check_digit(f"{area:06d}{year:04d}{month:02d}{day:02d}{tail:03d}")[: 18 if right else 17]
    + ("" if right else "X"),
    st.integers(100000, 999999), st.integers(1870, 2030), st.integers(0, 13), st.integers(0, 32), st.integers(0, 999), st.booleans(),
)  # fmt: skip
numbers = st.one_of(near_ids, st.from_regex(r"[0-9A-Z]{0,20}", fullmatch=True), st.none())


def test_a_true_number_has_no_flaw() -> None:
    assert documents.flaw("resident", with_check_digit("33029919900307123"), TODAY) is None
    assert documents.flaw("resident", with_check_digit("33029919900307123").lower(), TODAY) is None


@pytest.mark.parametrize(
    ("id_type", "number", "flaw"),
    [
        ("resident", "330299199003071230", "id-number-check-digit"),
        ("resident", with_check_digit("33029919900231123"), "id-number-date"),
        ("resident", with_check_digit("33029920200221123"), "id-number-date"),
        ("resident", "330299900307123", "id-number-shape"),
        ("passport", "E12", "id-number-shape"),
        ("hk_macau", "H1234567", "id-number-shape"),
    ],
)
def test_a_flaw_is_named(id_type: str, number: str, flaw: str) -> None:
    assert documents.flaw(id_type, number, TODAY) == flaw


@pytest.mark.parametrize(
    ("id_type", "number"),
    [
        ("passport", "E12345678"),
        ("hk_macau", "H12345678"),
        ("taiwan", "12345678"),
        ("foreign_permanent", "USA110081010001"),
    ],
)
def test_other_documents_are_judged_by_their_shape(id_type: str, number: str) -> None:
    assert documents.flaw(id_type, number, TODAY) is None


@given(st.lists(st.tuples(st.sampled_from(["resident", "resident", "passport", "none"]), numbers), max_size=30))
def test_many_at_once_are_judged_like_one_by_one(rows: list[tuple[str, str | None]]) -> None:
    types = pa.array([kind for kind, _ in rows], pa.string())
    column = pa.array([number for _, number in rows], pa.string())
    together = documents.flaws(types, column, TODAY)
    alone = [
        None if number is None else "id-number-shape" if kind == "none" else documents.flaw(kind, number, TODAY)
        for kind, number in rows
    ]
    assert list(together) == alone


@given(st.text(max_size=20))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = identity.normalised(text)
    assert identity.normalised(once) == once
    assert identity.id_key("passport", text) == identity.id_key("passport", once)


def test_the_same_digits_on_two_documents_are_two_people() -> None:
    assert identity.id_key("taiwan", "12345678") != identity.id_key("passport", "12345678")


def test_a_seal_opens_only_for_its_purpose_and_never_looks_the_same() -> None:
    first, second = identity.seal("330299199003071235", "id"), identity.seal("330299199003071235", "id")
    assert first != second
    assert b"330299" not in first
    assert identity.unseal(first, "id") == identity.unseal(second, "id") == "330299199003071235"
    with pytest.raises(identity.EnvironmentProblem) as refusal:
        identity.unseal(first, "phone")
    assert refusal.value.code == "identity-key-wrong"


def test_a_look_up_key_is_hmac_sha256_cut_to_128_bits() -> None:
    import hashlib
    import hmac

    from django.conf import settings as site

    secret = site.YIMATONG_IDENTITY_KEY.encode()
    key = hashlib.sha256(b"yimatong identity look-up\n" + secret).digest()
    expected = hmac.new(key, b"id:passport:E12345678", hashlib.sha256).digest()[:16]
    assert identity.id_key("passport", "e1234-5678").bytes == expected
