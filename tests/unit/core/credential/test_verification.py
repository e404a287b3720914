"""Whatever is done to a good code it is refused, and whatever is given to a scanner it answers."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cbor2
import pytest
from hypothesis import given, strategies as st

from vectors.making import scene
from vectors.making.scene import CITY, NOW, OFFICE, PHONE, WINDOW, e_text, good, paper, paper_of, text_of, trust
from yimatong.core.colour import Colour
from yimatong.core.credential import (
    Accepted,
    Claims,
    Kind,
    Reason,
    Refused,
    Seen,
    base45,
    claims as claims_module,
    document_check,
    mint,
    read,
    shown_message,
    shown_text,
    verify,
)
from yimatong.core.credential.cbor import encode
from yimatong.core.credential.cose import _read, open1
from yimatong.core.credential.epochs import epoch_of, window, window_at, windows_of
from yimatong.core.credential.refusals import table_of_reasons

TRUST = trust()
TEXTS = (e_text(good(permit=2)), paper_of(paper()))
BYTES = tuple(base45.decode(text.removeprefix("YMT1:")) for text in TEXTS)


def answer(text: str) -> Accepted | Refused:
    return verify(text, now=NOW, trust=TRUST, recall=None, city=CITY)


def test_both_codes_are_good_before_anything_is_done_to_them() -> None:
    assert all(isinstance(answer(text), Accepted) for text in TEXTS)


@pytest.mark.parametrize("data", BYTES, ids=["e-code", "paper"])
def test_every_flipped_bit_is_refused(data: bytes) -> None:
    for at in range(len(data)):
        for bit in range(8):
            changed = data[:at] + bytes((data[at] ^ 1 << bit,)) + data[at + 1 :]
            assert isinstance(answer(text_of(changed)), Refused), f"byte {at}, bit {bit}"


@given(st.sampled_from(BYTES), st.data())
def test_bytes_put_in_taken_out_or_changed_are_refused(data: bytes, drawn: st.DataObject) -> None:
    start = drawn.draw(st.integers(0, len(data)))
    end = drawn.draw(st.integers(start, min(len(data), start + 4)))
    changed = data[:start] + drawn.draw(st.binary(max_size=4)) + data[end:]
    assert changed == data or isinstance(answer(text_of(changed)), Refused)


@given(st.text(max_size=80) | st.binary(max_size=80).map(text_of) | st.text(alphabet=base45.SIGNS).map("YMT1:".__add__))
def test_any_text_has_an_answer(text: str) -> None:
    said = answer(text)
    assert isinstance(said, Refused)
    assert said.sentence("zh")
    assert said.remedy("en")


@given(st.binary(max_size=200))
def test_any_payload_that_the_office_signed_has_an_answer(payload: bytes) -> None:
    said = answer(scene.shown(scene.sealed(payload)))
    assert isinstance(said, Refused)
    assert said.reason is Reason.MALFORMED


names = st.text(min_size=1, max_size=8).filter(
    lambda name: len(name.encode(errors="replace")) <= 8 and name.isprintable()
)
plain = st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=4)


@st.composite
def some_claims(draw: st.DrawFn) -> Claims:
    """Claims that may be signed, of every kind."""
    is_paper = draw(st.booleans())
    life = window(draw(st.integers(30, 1_000_000)), draw(st.sampled_from([1, 6, 24])))
    common: dict[str, Any] = {
        "colour": draw(st.sampled_from([Colour.GREEN, Colour.YELLOW, Colour.RED])),
        "cti": draw(st.binary(min_size=8, max_size=8)),
        "name": draw(names),
        "tail": draw(plain),
        "check": draw(st.integers(0, 65535)),
        "slot": draw(st.integers(0, 2**32 - 1)),
        "permit": draw(st.none() | st.integers(1, 23)),
    }
    if is_paper:
        nbf = draw(st.integers(2**16, 2**31))
        kind = draw(st.sampled_from([Kind.PAPER, Kind.TRAINING]))
        return paper(
            kind=kind, nbf=nbf, exp=nbf + draw(st.integers(0, 2**30)), iat=nbf, epoch=draw(st.integers(0, 2**32 - 1)),
            number=draw(plain.filter(len)), **common,
        )  # fmt: skip
    device = draw(st.sampled_from([b"\2", b"\3"])) + draw(st.binary(min_size=32, max_size=32))
    return good(epoch=life.epoch, nbf=life.nbf, exp=life.exp, iat=2**16, device=device, **common)


@given(some_claims())
def test_claims_come_back_by_the_quick_way_and_by_the_parser(claims: Claims) -> None:
    payload = claims_module.write(claims)
    assert claims_module._usual(payload) == claims
    assert claims_module._parsed(payload) == claims
    assert claims_module.read(payload) == claims


@given(some_claims())
def test_a_pass_is_taken_apart_the_same_way_by_both(claims: Claims) -> None:
    pass_ = mint(claims, OFFICE)
    assert open1(pass_) == _read(pass_, 1024)


@given(some_claims())
def test_claims_are_deterministic_cbor(claims: Claims) -> None:
    payload = claims_module.write(claims)
    assert encode(cbor2.loads(payload)) == payload


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"city": "3302"}, "claim-iss"),
        ({"name": "王小小明"}, "claim-name"),
        ({"tail": "12345"}, "claim-tail"),
        ({"check": 65536}, "claim-number"),
        ({"slot": -1}, "claim-number"),
        ({"permit": 24}, "claim-permit"),
        ({"colour": Colour.UNKNOWN}, "claim-colour"),
        ({"device": None}, "cnf-missing"),
        ({"kind": Kind.PAPER}, "cnf-on-paper"),
        ({"number": "A"}, "paper-number"),
        ({"epoch": 5}, "claim-epoch"),
        ({"exp": WINDOW.exp + 86400}, "claim-life"),
        ({"exp": WINDOW.nbf - 1}, "claim-times"),
        ({"cti": b"1"}, "claim-cti"),
        ({"device": b"\4" * 33}, "claim-cnf"),
    ],
)
def test_claims_that_would_be_refused_are_not_minted(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        mint(good(**changes), OFFICE)


def test_a_code_of_five_minutes_ago_is_a_clock_problem_and_one_of_eleven_is_an_old_code() -> None:
    said = {behind: answer(e_text(good(), ts=NOW - behind)) for behind in (300, 660, -300)}
    assert [each.reason for each in said.values() if isinstance(each, Refused)] == ["clock", "stale", "clock"]


def test_the_memory_forgets_and_knows_a_code_by_its_cti_and_second() -> None:
    seen = Seen(replay_grace=15)
    assert not seen.again(b"a", 1, 100)
    assert not seen.again(b"a", 1, 115)
    assert seen.again(b"a", 1, 116)
    assert not seen.again(b"a", 2, 116)
    for number in range(2000):
        seen.again(b"b", number, 1000)
    assert (b"a", 1) not in seen.first


def test_reading_proves_nothing_and_tells_the_same_claims() -> None:
    forged = shown_text(mint(good(), scene.STRANGER), NOW, PHONE)
    found = read(forged)
    assert not isinstance(found, Refused)
    assert found.claims == good()
    assert answer(forged) == Refused(Reason.UNKNOWN_KEY)


def test_the_phone_signs_deterministic_cbor_of_three_parts() -> None:
    pass_ = mint(good(), OFFICE)
    assert shown_message(pass_, NOW) == encode(["YMT1-shown", pass_, NOW])


def test_the_document_check_is_another_one_on_every_pass() -> None:
    checks = {document_check(b"k" * 32, bytes((number,)) * 8, "330299195802130014") for number in range(50)}
    assert len(checks) > 45
    assert document_check(b"k" * 32, b"\1" * 8, "1") != document_check(b"k" * 32, b"\1" * 8, "2")


def test_windows_cover_the_day_of_the_city_without_a_gap() -> None:
    day = windows_of(18310)
    assert [each.epoch for each in day] == [439440, 439446, 439452, 439458]
    assert all(before.end == after.start for before, after in pairwise(day))
    assert window_at(day[1].start) == day[1]
    assert window_at(day[1].start - 1) == day[0]
    assert [epoch_of(each.nbf) for each in day] == [each.epoch for each in day]
    with pytest.raises(ValueError, match="divide"):
        windows_of(18310, 5)


def test_every_reason_has_its_sentences_and_no_other_has() -> None:
    table = table_of_reasons()
    assert set(table["reasons"]) == {reason.value for reason in Reason}
    for said in table["reasons"].values():
        assert set(said) == {"sentence", "remedy"}
        assert all(said.values())
    assert all(table["details"].values())
