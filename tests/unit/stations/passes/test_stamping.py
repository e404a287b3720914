"""Strips, days and turns, without a database."""

from __future__ import annotations

import pytest

from yimatong.core.credential import FileKey, Kind, cose, windows_of
from yimatong.core.credential.claims import read
from yimatong.stations.passes import days
from yimatong.stations.passes.rules import Rules
from yimatong.stations.passes.stamping import Line, Stamp, cti_of, passes_of

DAY = 18_312
KEYS = [FileKey.made() for _ in range(4)]
LINE = Line(7, 99, 12_345, "green", 2, "王小明", "33029919900101001X", b"".join(key.point for key in KEYS))


def a_stamp(**words: object) -> Stamp:
    given = {
        "city": "330200", "day": DAY, "hours": 6, "iat": windows_of(DAY)[0].start, "bits": (24,) * 4, "slots": bytes(32),
        "ctis": b"c" * 32, "checks": b"k" * 32, "signer": FileKey.made(), **words,
    }  # fmt: skip
    return Stamp(**given)  # type: ignore[arg-type]


def claims_of(pass_: bytes) -> object:
    return read(cose.open1(pass_).payload)


def test_a_strip_has_a_pass_a_window_each_with_its_own_key_slot_and_identity():
    passes = passes_of(a_stamp().strip(LINE).passes)
    claims = [claims_of(pass_) for pass_ in passes]
    assert [one.device for one in claims] == [key.point for key in KEYS]
    assert [one.nbf for one in claims] == [window.nbf for window in windows_of(DAY)]
    for differing in ("cti", "slot", "check"):
        assert len({getattr(one, differing) for one in claims}) >= 3, differing
    assert {(one.kind, one.colour, one.name, one.tail, one.permit) for one in claims} == {
        (Kind.E_CODE, "green", "王*明", "001X", 2)
    }


def test_signed_twice_it_is_the_same_pass_but_for_its_signature_and_time():
    stamp, later = a_stamp(), a_stamp(iat=windows_of(DAY)[0].start + 60)
    once, again = (passes_of(one.strip(LINE).passes) for one in (stamp, later))
    assert [claims_of(one).cti for one in once] == [claims_of(one).cti for one in again]
    assert cti_of(b"c" * 32, 99, 1) != cti_of(b"c" * 32, 100, 1)


def test_windows_that_are_over_have_no_pass():
    strip = a_stamp(iat=windows_of(DAY)[2].start + 601).strip(LINE)
    assert [bool(pass_) for pass_ in passes_of(strip.passes)] == [False, False, True, True]


def test_a_child_without_a_document_has_a_pass_without_a_tail():
    claims = claims_of(passes_of(a_stamp().strip(LINE._replace(document="", permit=0)).passes)[0])
    assert (claims.tail, claims.permit) == ("", None)


def test_nobody_unknown_can_be_stamped():
    with pytest.raises((KeyError, ValueError)):
        a_stamp().strip(LINE._replace(colour="unknown"))


def test_a_week_of_windows_has_a_key_each_and_then_begins_again():
    numbers = [days.first_key(day) + window for day in range(DAY, DAY + 7) for window in range(days.WINDOWS)]
    assert sorted(numbers) == list(range(days.KEYS))
    assert days.first_key(DAY + 7) == days.first_key(DAY)
    assert days.day_named(days.name_of(DAY)) == DAY
    for wrong in ("2020-2-20", "20200220", "2020-02-30", "", "2020-W08-4"):
        with pytest.raises(ValueError):
            days.day_named(wrong)


def test_turns_are_spread_evenly_over_the_hours():
    in_force = Rules((), 0, 1_000_000, 3600, 1)
    turns = [in_force.turn(binding) - in_force.since for binding in range(1, 10_001)]
    assert min(turns) >= 0
    assert max(turns) < 3600
    quarters = [sum(quarter * 900 <= turn < quarter * 900 + 900 for turn in turns) for quarter in range(4)]
    assert max(quarters) - min(quarters) < 100
    binding = 77
    turn = in_force.turn(binding)
    assert in_force.is_good(binding, b"a", 999_999, turn - 1)
    assert not in_force.is_good(binding, b"a", 999_999, turn)
    assert in_force.is_good(binding, b"a", 1_000_000, turn)
    assert not Rules((b"a",), 0, 0, 0, 1).is_good(1, b"a", 5, 9)
    assert not Rules((), 6, 0, 0, 1).is_good(1, b"a", 5, 9)
