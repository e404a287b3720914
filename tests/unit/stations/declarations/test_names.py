"""When nobody would take one name for the other."""

from __future__ import annotations

import pytest

from yimatong.stations.declarations.names import differ_much


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王小明", "王小明"), ("王小明", "王晓明"), ("王小明", "王小 明"), ("王小明", "王小铭"),
        ("阿卜杜拉·艾山", "阿卜杜拉艾山"), ("欧阳小明", "欧阳小名"), ("MULLER Anna", "Anna Müller"),
        ("JOHN SMITH", "Smith, John"), ("Anna Muller", "Anna Mueller"), ("张伟", "张玮"),
    ],
)  # fmt: skip
def test_one_person_written_twice(one, other):
    assert not differ_much(one, other)
    assert not differ_much(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王小明", "赵大海"),
        ("王小明", "李小明"),
        ("张伟", "张明"),
        ("John Smith", "Anna Muller"),
        ("王小明", "John Smith"),
    ],
)
def test_two_people(one, other):
    assert differ_much(one, other)
    assert differ_much(other, one)
