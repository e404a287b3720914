"""Keys in files, trust and recall lists, slots, names and words."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from vectors.making import scene
from vectors.making.scene import NOW, RECALLER, ROOT, WINDOW, recall_list, trust
from yimatong.core.credential import (
    FileKey,
    Reason,
    RecallList,
    Refused,
    Signer,
    TrustedKey,
    TrustList,
    Use,
    apply_delta,
    bits_for,
    is_signed,
    kid_of,
    masked,
    open_snapshot,
    open_trust_list,
    place_of,
    public_key,
    rice,
    sign_delta,
    sign_snapshot,
    sign_trust_list,
    slot,
    tail_of,
    word,
    word_list,
    word_secret,
)
from yimatong.core.credential.cbor import Malformed
from yimatong.core.errors import YimatongError

KEY = b"k" * 32


def test_a_key_comes_back_from_its_file_which_its_owner_alone_may_read(tmp_path: Path) -> None:
    key, file = FileKey.made(), tmp_path / "office.pem"
    key.write(file)
    again = FileKey.read(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (again.kid, again.point) == (key.kid, key.point)
    assert is_signed(public_key(key.point), again.sign(b"x"), b"x")
    with pytest.raises(FileExistsError):
        key.write(file)


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"])
def test_a_file_without_a_key_is_told_by_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "office.pem"
    file.write_bytes(content)
    with pytest.raises(YimatongError) as told:
        FileKey.read(file)
    assert (told.value.code, told.value.place) == ("unusable-key", "office.pem")


def test_a_file_key_is_a_signer_and_its_kid_is_of_its_point() -> None:
    key = FileKey.made()
    assert isinstance(key, Signer)
    assert key.kid == kid_of(key.point)
    assert len(key.sign(b"")) == 64
    assert not is_signed(public_key(key.point), key.sign(b"a")[:63], b"a")


def test_a_repeatable_key_signs_the_same_and_another_does_not() -> None:
    repeatable, usual = FileKey.of_secret(5), FileKey.made()
    assert repeatable.sign(b"x") == repeatable.sign(b"x")
    assert usual.sign(b"x") != usual.sign(b"x")


def test_a_trust_list_comes_back() -> None:
    assert open_trust_list(sign_trust_list(trust(), ROOT), ROOT.point, now=NOW) == trust()


@given(st.binary(max_size=120))
def test_any_bytes_given_as_a_list_have_an_answer(data: bytes) -> None:
    known = recall_list()
    for said in (
        open_trust_list(data, ROOT.point, now=NOW),
        open_snapshot(data, trust=trust(), now=NOW),
        apply_delta(data, known, trust=trust(), now=NOW),
        open_snapshot(scene.sealed(data, office=RECALLER), trust=trust(), now=NOW),
        apply_delta(scene.sealed(data, office=RECALLER), known, trust=trust(), now=NOW),
        open_trust_list(scene.sealed(data, office=ROOT), ROOT.point, now=NOW),
    ):
        assert isinstance(said, Refused)
        assert said.reason is Reason.MALFORMED


def test_a_kid_stands_on_a_trust_list_once() -> None:
    key = TrustedKey.of(ROOT.point, Use.PASS, 0, 1)
    with pytest.raises(ValueError, match="twice"):
        TrustList(1, 0, 1, "330200", 0, (key, key))


@given(st.sets(st.integers(0, 2**12 - 1), max_size=200), st.integers(12, 32))
def test_slots_come_back_and_have_one_encoding(slots: set[int], bits: int) -> None:
    data = rice.encode(slots, bits)
    assert rice.decode(data, len(slots), bits) == tuple(sorted(slots))


@given(st.binary(max_size=20), st.integers(0, 40), st.integers(8, 16))
def test_bytes_of_slots_are_refused_or_are_their_one_encoding(data: bytes, count: int, bits: int) -> None:
    try:
        slots = rice.decode(data, count, bits)
    except Malformed:
        return
    assert len(slots) == count
    assert rice.encode(slots, bits) == data


def test_deltas_lead_to_the_list_of_the_snapshot() -> None:
    drawn = random.Random(3)
    known = recall_list(slots=frozenset())
    for _minute in range(30):
        added = {drawn.randrange(1 << 24) for _each in range(14)} - known.slots
        data, expected = sign_delta(known, added, issued=NOW, expires=NOW + 60, signer=RECALLER)
        after = apply_delta(data, known, trust=trust(), now=NOW)
        assert after == expected
        assert isinstance(after, RecallList)
        known = after
    assert open_snapshot(sign_snapshot(known, RECALLER), trust=trust(), now=NOW, epoch=WINDOW.epoch) == known
    with pytest.raises(ValueError, match="once"):
        sign_delta(known, known.slots, issued=NOW, expires=NOW, signer=RECALLER)


def test_a_list_of_a_city_fits_thirty_kilobytes_and_a_minute_three_hundred_bytes() -> None:
    bits = bits_for(10_000_000)
    slots = frozenset(random.Random(1).sample(range(1 << bits), 20_000))
    before = recall_list(bits=bits, slots=slots)
    added = [number for number in range(0, 14_000_000, 1_000_003) if number not in slots][:14]
    delta, _after = sign_delta(before, added, issued=NOW, expires=NOW + 60, signer=RECALLER)
    assert len(sign_snapshot(before, RECALLER)) <= 30_000
    assert len(delta) <= 300


@pytest.mark.parametrize("bits", [8, 9, 11])
def test_the_slots_of_an_epoch_are_the_places_in_another_order(bits: int) -> None:
    slots = [slot(KEY, 7, bits, place) for place in range(1 << bits)]
    assert sorted(slots) == list(range(1 << bits))
    assert [place_of(KEY, 7, bits, each) for each in slots] == list(range(1 << bits))


def test_another_epoch_or_another_key_is_another_order() -> None:
    orders = {
        tuple(slot(key, epoch, 24, place) for place in range(50))
        for key in (KEY, b"l" * 32)
        for epoch in (1, 2)
    }  # fmt: skip
    assert len(orders) == 4
    near = [slot(KEY, 1, 24, place) for place in range(1000)]
    assert min(abs(a - b) for a, b in pairwise(near)) > 1
    assert max(near) > 16_000_000


def test_a_place_outside_the_space_is_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        slot(KEY, 1, 8, 256)
    with pytest.raises(ValueError, match="bytes"):
        slot(b"short", 1, 8, 1)
    assert bits_for(10_000_000) == 24
    assert 1 << bits_for(200) > 200


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("王", "王*"),
        ("王明", "王*"),
        ("王小明", "王*明"),
        ("欧阳小明", "欧*明"),
        ("买买提·艾力", "买*力"),
        ("𬭳小𬭳", "𬭳*"),
        ("𬭳小明", "𬭳*明"),
        ("John Smith", "J* S*"),
        ("Prince", "P*"),
        ("  Anna Maria  Östberg ", "A* Ö*"),
        ("김철수", "김*"),
        ("", "*"),
        ("\u200b", "*"),
        ("\u200b \u200b", "*"),
        ("\u200b 王小明", "王*明"),
    ],
)
def test_a_name_is_masked(name: str, said: str) -> None:
    assert masked(name) == said


@given(st.text(max_size=30))
def test_any_name_is_masked_to_what_a_code_may_hold(name: str) -> None:
    said = masked(name)
    assert 1 <= len(said.encode()) <= 8
    assert said.isprintable()
    scene.e_text(scene.good(name=said))


def test_the_tail_is_the_end_of_the_number() -> None:
    assert (tail_of("33029919580213001x"), tail_of("E1234"), tail_of("A-1 2"), tail_of("")) == (
        "001X",
        "1234",
        "A12",
        "",
    )


def test_the_words_are_256_different_ones_in_both_languages_and_none_is_a_colour() -> None:
    words = word_list()
    assert len(words) == len({each.zh for each in words}) == len({each.en for each in words}) == 256
    assert all(len(each.zh) == 2 and each.en.isalpha() for each in words)
    assert not {"red", "yellow", "green", "grey"} & {each.en for each in words}


def test_a_word_holds_for_half_a_minute_and_is_the_passs_own() -> None:
    secret = word_secret(KEY, b"12345678")
    assert word(secret, 60) == word(secret, 89)
    assert len({word(secret, ts) for ts in range(0, 3000, 30)}) > 50
    assert len(secret) == 16
    assert [word(secret, ts) for ts in range(0, 300, 30)] != [
        word(word_secret(KEY, b"other678"), ts) for ts in range(0, 300, 30)
    ]
