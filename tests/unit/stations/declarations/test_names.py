"""When nobody would take one name for the other."""

from __future__ import annotations

import pytest

from yimatong.stations.declarations.names import differ_much, sound_alike


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


@pytest.mark.parametrize(("one", "other"), [("王家豪", "王家豪"), ("王家豪", "王佳豪"), ("Li Na", "LI  NA")])
def test_one_child_is_written_or_spoken_the_same(one: str, other: str) -> None:
    assert sound_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("王家豪", "王家伟"), ("王小安", "王小宁"), ("欧阳若男", "欧阳若兰"), ("Li Na", "Li Ning")]
)
def test_sisters_and_brothers_who_differ_by_one_sign_are_two(one: str, other: str) -> None:
    assert not sound_alike(one, other)
