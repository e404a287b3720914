"""Newcomers in the order in which they are entered."""

from __future__ import annotations

from uuid import UUID

import pyarrow as pa

from yimatong.records.actions.intake import matching


def rows(count: int) -> pa.Table:
    """People with keys that fall from the first to the last, every seventh without a document."""
    keys = [None if number % 7 == 0 else UUID(int=(count - number) << 64).bytes for number in range(count)]
    return pa.table({"row": pa.array(range(count), pa.int32()), "id_key": pa.array(keys, matching.KEY)})


def test_a_few_stay_as_the_file_has_them():
    few = rows(matching.SEALED_AT_ONCE)
    assert matching.in_order(few) is few


def test_many_are_entered_by_their_keys_and_nobody_is_lost():
    many = rows(matching.SEALED_AT_ONCE + 2)
    entered = matching.in_order(many)
    keys = [key for key in entered["id_key"].to_pylist() if key]
    assert keys == sorted(keys)
    assert sorted(entered["row"].to_pylist()) == list(range(many.num_rows))
    assert matching.in_order(many.slice(3)).num_rows == many.num_rows - 3
    sliced = [key for key in matching.in_order(many.slice(1))["id_key"].to_pylist() if key]
    assert sliced == sorted(sliced)
