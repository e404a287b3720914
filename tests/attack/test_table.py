"""The table of tries and the threat model name each other, and a line without its guard is no line."""

from __future__ import annotations

import re

import pytest

from tests.attack.page import in_figures
from tests.attack.promises import not_claimed, promises, unread
from tests.attack.tries import Attack, Found, Neither, NoDoor, everything
from tests.mutants.copies import ROOT, place_of

pytestmark = pytest.mark.attack
TABLE = everything()
KNOWN = {one.id: one for one in promises()}


def test_every_row_of_the_threat_model_has_its_id_and_its_word() -> None:
    assert unread() == []
    assert len(KNOWN) == len(promises()) > 55
    words = ("Held", "Found", "Bounded", "Made visible", "Not ")
    assert [one.id for one in KNOWN.values() if not one.says.startswith(words)] == []
    assert len(not_claimed()) == 3


def test_every_promise_is_tried_and_every_try_names_a_row() -> None:
    tried = {promise for one in TABLE for promise in one.promises if not isinstance(one.answer, Neither)}
    assert sorted({one.id for one in KNOWN.values() if one.is_one} - tried) == []
    assert sorted(tried - set(KNOWN)) == []


def test_every_promise_has_a_try_that_succeeds_without_its_guard() -> None:
    bare = {promise for one in TABLE for promise in one.promises if has_guard(one)}
    assert sorted({one.id for one in KNOWN.values() if one.is_one} - bare) == []


def has_guard(one: Attack) -> bool:
    """Whether the guard of a line is taken away; triggers are, one by one."""
    return bool(one.off or one.planted or one.do is None)


def test_a_guard_is_missing_only_where_there_is_none() -> None:
    assert [one.id for one in TABLE if not has_guard(one) and not isinstance(one.answer, NoDoor | Neither)] == []


def test_every_role_tries() -> None:
    who = {one.who for one in TABLE}
    assert who >= {
        "stranger on the network", "resident", "clerk", "health", "control office", "auditor", "gate device", "desk device", "channel",
        "guardian", "text provider", "a source", "yimatong_app", "yimatong_judge", "the database's owner", "operator", "thief of a disk",
    }  # fmt: skip


def test_what_is_taken_out_of_a_copy_stands_there_once_and_its_test_exists() -> None:
    planted = [one.planted for one in TABLE if one.planted]
    assert len(planted) > 15
    found = {(one.file, one.old): place_of(one.file).read_text("utf-8").count(one.old) for one in planted}
    assert {place: count for place, count in found.items() if count != 1} == {}
    for one in planted:
        file, _colons, test = one.test.partition("::")
        assert not test or re.search(rf"^def {test}\b", (ROOT / file).read_text("utf-8"), re.MULTILINE), one.test


def test_what_is_found_says_within_how_long() -> None:
    assert all(one.answer.within for one in TABLE if isinstance(one.answer, Found))


def test_the_figures_count_every_line_once() -> None:
    counted = in_figures(TABLE)
    assert counted["tries"] == len(TABLE) == sum(counted[name] for name in ("refused", "found", "neither"))
