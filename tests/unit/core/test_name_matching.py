"""One comparator of names: what people, keyboards and other systems do to a name, and what makes it another one."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from yimatong.core.name_matching import SIMPLIFIED, SPOKEN_ALIKE, VARIANTS, Likeness, compare, words_of

SAME = [
    ("王小明", "王小明"), ("王小明", "王小 明"), ("王小明", "王小明　"), ("王小明", "王小明\u200b"), ("王小明", "\u202a王小明\u202c"),
    ("王小明", "\ufeff王小明\n"),
    ("陈大文", "陳大文"), ("买买提·艾力", "買買提·艾力"), ("呂小明", "吕小明"), ("黃玥", "黄玥"), ("溫麗", "温丽"), ("吳昊", "吴昊"),
    ("戶明", "户明"), ("敎育", "教育"), ("羽生", "羽\uff0e生"),
    *(("阿不都·热合曼", f"阿不都{dot}热合曼") for dot in (*"・･•‧.．∙⋅˙●▪。-?？ㆍ", "&#183;", "", " ", " · ")),
    ("OUYANG MING", "Ouyang Ming"), ("SMITH JOHN", "JOHN SMITH"), ("JOHN SMITH", "Smith, John"), ("Li Na", "LI  NA"), ("LINA", "Li Na"),
    ("ＬＩ　ＮＡ", "Li Na"), ("Jean-Paul Sartre", "SARTRE JEAN PAUL"), ("Li Xiao-Ming", "XIAOMING LI"), ("O'Brien Pat", "Pat OBrien"),
    ("MULLER Anna", "Anna Müller"), ("Weiß Otto", "OTTO WEISS"),
]  # fmt: skip
SOUNDS_THE_SAME = [
    ("王家豪", "王佳豪"),
    ("李喆", "李哲"),
    ("张伟", "张玮"),
    ("王小明", "王晓明"),
    ("欧阳小明", "欧阳晓明"),
]
CLOSE = [
    ("欧阳小明", "欧阳小刚"),
    ("王小安", "王小宁"),
    ("Anna Muller", "Anna Mueller"),
    ("阿卜杜拉·艾山", "阿卜杜拉·艾三"),
]
DIFFERENT = [
    ("王小明", "赵大海"), ("王小明", "李小明"), ("张伟", "张明"), ("John Smith", "Anna Muller"), ("王小明", "John Smith"),
    ("王䶮", "王"), ("王?", "王䶮"), ("王", "王?明"), ("", "王"), ("王明", "王?明"),
]  # fmt: skip
TABLE = [
    *((one, other, Likeness.SAME) for one, other in SAME),
    *((one, other, Likeness.SOUNDS_THE_SAME) for one, other in SOUNDS_THE_SAME),
    *((one, other, Likeness.CLOSE) for one, other in CLOSE),
    *((one, other, Likeness.DIFFERENT) for one, other in DIFFERENT),
]


@pytest.mark.parametrize(("one", "other", "likeness"), TABLE)
def test_how_like_two_names_are(one, other, likeness):
    assert compare(one, other) is likeness
    assert compare(other, one) is likeness


@pytest.mark.parametrize(
    ("one", "other"), [("王家豪", "王家伟"), ("王小安", "王小宁"), ("欧阳若男", "欧阳若兰"), ("Li Na", "Li Ning")]
)
def test_sisters_and_brothers_who_differ_by_one_sign_are_two(one: str, other: str) -> None:
    assert compare(one, other) not in SPOKEN_ALIKE


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_order_of_two_names_does_not_matter_and_a_name_is_itself(one, other):
    assert compare(one, one) is Likeness.SAME
    assert compare(one, other) is compare(other, one)


def test_the_table_of_variants_leads_in_one_step_to_another_sign():
    pairs = VARIANTS.split()
    assert len(pairs) == len(SIMPLIFIED) > 100
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    assert not SIMPLIFIED.keys() & {ord(sign) for sign in SIMPLIFIED.values()}


def test_a_sign_that_unicode_does_not_know_yet_is_part_of_a_name():
    assert words_of("王\U00032000\ue000") == ["王\U00032000\ue000"]
