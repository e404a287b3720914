"""Names for people who do not exist: common surnames and given characters, put together by chance."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from yimatong.city.dice import part, roll

SURNAMES = tuple(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石"
    "熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚励乐竺应"
)
"""By how common they are; the last ones are at home around Ningbo."""
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛")
GIVEN_WOMEN = tuple(
    "丽敏静娟艳芳娜秀英玲慧萍红霞燕琴云洁莉雪琳晶欣怡颖佳婷雯倩悦梦琪瑶璐菲彤涵蕾薇岚兰梅珍珠翠莲荷素凤仙香月"
)
GIVEN_MEN = tuple(
    "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林海峰山松柏建国志文武德成光荣昌盛达康祥瑞庆根土水法"
)
GIVEN_ANY = tuple("子一梓思嘉雨晨欣若天安宁睿泽诗亦书乐可心辰阳")
LATIN_FIRST = ("Anna", "Daniel", "Elena", "Ivan", "Joao", "Kenji", "Laura", "Maria", "Nadia", "Omar", "Paul", "Sofia")
LATIN_LAST = ("Alvarez", "Brown", "Costa", "Dubois", "Fischer", "Haddad", "Kim", "Larsen", "Novak", "Rossi", "Tanaka")

_PURPOSE = 3100


def names(seed: int, who: NDArray[np.integer], woman: NDArray[np.bool_], born_year: NDArray[np.integer]) -> pa.Array:
    """Chinese names of two or three characters, seldom four; the children of a household are not made to share one."""
    bits = roll(seed, _PURPOSE, who)
    common = part(bits, 0, 16).astype(np.int64) ** 2 // 65536 * len(SURNAMES) // 65536
    compound = part(bits, 16, 8) == 0
    surname = _choose(SURNAMES + COMPOUND_SURNAMES, np.where(compound, len(SURNAMES) + part(bits, 24, 2), common))
    of_sex = np.where(
        woman, part(bits, 26, 16) % len(GIVEN_WOMEN), len(GIVEN_WOMEN) + part(bits, 26, 16) % len(GIVEN_MEN)
    )
    first = _choose(GIVEN_WOMEN + GIVEN_MEN, of_sex)
    young = born_year >= 2000
    second_index = np.where(
        young,
        len(GIVEN_WOMEN) + len(GIVEN_MEN) + part(bits, 42, 12) % len(GIVEN_ANY),
        np.where(woman, part(bits, 42, 12) % len(GIVEN_WOMEN), len(GIVEN_WOMEN) + part(bits, 42, 12) % len(GIVEN_MEN)),
    )
    single = part(bits, 54, 3) == 0
    everything = (*GIVEN_WOMEN, *GIVEN_MEN, *GIVEN_ANY, "")
    second = _choose(everything, np.where(single, len(everything) - 1, second_index))
    return pc.binary_join_element_wise(surname, second, first, "")


def latin_names(seed: int, who: NDArray[np.integer]) -> pa.Array:
    """Names in Latin letters, for passports."""
    bits = roll(seed, _PURPOSE + 1, who)
    last = _choose(LATIN_LAST, part(bits, 0, 16) % len(LATIN_LAST))
    return pc.binary_join_element_wise(_choose(LATIN_FIRST, part(bits, 16, 16) % len(LATIN_FIRST)), last, " ")


def _choose(words: tuple[str, ...], index: NDArray[np.integer]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(index.astype(np.int64)))
