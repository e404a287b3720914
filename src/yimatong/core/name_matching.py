"""Whether two names are one person's: asked by feeds, declarations, desks and checkpoints, and answered here alone.

compare(one, other) -> Likeness

A name is compared as it is spelled: what a keyboard, a form or another system does to it does not count (`words_of`). A name that only
sounds the same is never the same by that, and one with a sign written otherwise neither: each is an answer of its own, with which
whoever asks does what their other evidence allows. No answer is about people: two with one name are two.
"""

from __future__ import annotations

import html
import re
import unicodedata
from difflib import SequenceMatcher
from enum import Enum

from pypinyin import lazy_pinyin

VARIANTS = """
    陳陈 買买 賣卖 呂吕 黃黄 溫温 麗丽 吳吴 戶户 敎教 張张 劉刘 楊杨 趙赵 孫孙 馬马 鄭郑 謝谢 許许 鄧邓 馮冯 蕭萧 蔣蒋 鍾钟 葉叶
    蘇苏 閻阎 鄒邹 陸陆 賈贾 韋韦 顏颜 錢钱 湯汤 賴赖 龍龙 萬万 龔龚 嚴严 齊齐 麥麦 顧顾 諸诸 歐欧 陽阳 盧卢 羅罗 喬乔 兒儿 東东
    關关 聶聂 華华 國国 軍军 強强 偉伟 傑杰 鳳凤 蘭兰 貞贞 紅红 鴻鸿 樹树 鵬鹏 飛飞 寶宝 貴贵 榮荣 學学 業业 義义 愛爱 婭娅 瑪玛
    爾尔 達达 熱热 蓮莲 慶庆 賢贤 興兴 齡龄 靜静 穎颖 筍笋 藝艺 靈灵 潔洁 嬋婵 嬌娇 嫻娴 雲云 際际 曉晓 輝辉 煒炜 燁烨 煥焕 燦灿
    銘铭 鋒锋 鋼钢 鐵铁 錦锦 錫锡 鎮镇 長长 雙双 單单 澤泽 濤涛 瀾澜 灣湾 潤润 漢汉 涼凉 淨净 涇泾 淵渊 濟济 邁迈 遠远 韓韩 順顺
    頌颂 頤颐 風风 衛卫 聖圣 艷艳 莊庄 豐丰 財财 賀贺 賓宾 賦赋 車车 軒轩 農农 郟郏 鄖郧 鄔邬 鳥鸟 鳴鸣 鴉鸦 鵑鹃 鶴鹤 黨党 齋斋
"""
"""Traditional signs and variants of names, each before the simplified sign that stands for it. What is not here makes names differ: then
somebody looks, and nobody is taken for another. A sign of which both forms are names of their own does not belong here."""
SIMPLIFIED = {ord(pair[0]): pair[1] for pair in VARIANTS.split()}
DOTS = "\u318d\u119e"
"""Dots that Unicode counts as letters; all others are punctuation or symbols, and go with them."""
LOST = re.compile("[?？]")
"""What stands where a system could not write a dot, or a sign."""
CLOSE = 0.8


class Likeness(Enum):
    """How like two names are, the likest first."""

    SAME = "same"
    """Spelled the same: of one person, as far as names tell."""
    SOUNDS_THE_SAME = "sounds-the-same"
    """Other signs that are spoken the same: ask, unless something else tells."""
    CLOSE = "close"
    """One sign of the given name, or a letter or two, written otherwise: as good as the evidence beside it."""
    DIFFERENT = "different"
    """Nobody would take one for the other."""


SPOKEN_ALIKE = frozenset({Likeness.SAME, Likeness.SOUNDS_THE_SAME})
"""Of children of one parent, who often differ by a single sign: what a clerk would take for one child's name."""


def compare(one: str, other: str) -> Likeness:
    """How like two names are; the order of the two does not matter."""
    one, other = sorted((one, other))
    if _same(one, other):
        return Likeness.SAME
    first, second = _joined(one), _joined(other)
    if not first.isascii() and lazy_pinyin(first) == lazy_pinyin(second):
        return Likeness.SOUNDS_THE_SAME
    return Likeness.CLOSE if _close(one, other, first, second) else Likeness.DIFFERENT


def words_of(name: str) -> list[str]:
    """The words of a name as it is spelled: one width, one case, the simplified sign, no marks over Latin letters; nothing else of it.

    Blanks, dots, hyphens, apostrophes and every other sign that is no letter and no digit part words; signs that nobody sees are gone. A
    question mark stays: it stands for a sign that was lost.
    """
    plain = unicodedata.normalize("NFKD", html.unescape(name)).casefold().translate(SIMPLIFIED)
    signs: list[str] = []
    for sign in plain:
        kind = unicodedata.category(sign)
        if kind == "Mn" and signs and signs[-1].isascii():
            continue
        if kind == "Cf":
            continue
        parts = sign != "?" and (kind[0] in "ZPS" or kind == "Cc" or sign in DOTS)
        signs.append(" " if parts else sign)
    return "".join(signs).split()


def _joined(name: str) -> str:
    return "".join(words_of(name))


def _same(one: str, other: str) -> bool:
    if bool(LOST.search(one)) != bool(LOST.search(other)):
        return _with_dots(one) == _with_dots(other)
    words, others = words_of(one), words_of(other)
    if not words or not others:
        return one == other
    if "".join(words) == "".join(others):
        return True
    if not ("".join(words) + "".join(others)).isascii():
        return False
    # The family name stands first or last, and the given name has one word or several.
    return sorted(words) == sorted(others) or bool(_turned(words) & _turned(others))


def _with_dots(name: str) -> list[str]:
    """The words of a name, where a lost sign is a dot: it is one only where the other name has one in this very place."""
    return words_of(LOST.sub("·", name))


def _turned(words: list[str]) -> set[str]:
    return {"".join(words[at:] + words[:at]) for at in range(len(words))}


def _close(one: str, other: str, first: str, second: str) -> bool:
    if first.isascii() and second.isascii():
        ours, theirs = (" ".join(sorted(words_of(name))) for name in (one, other))
        return SequenceMatcher(None, ours, theirs).ratio() >= CLOSE
    if min(len(first), len(second)) < 3:
        return False
    # One sign of a long name may be written otherwise; the family name stays.
    same = sum(block.size for block in SequenceMatcher(None, first, second).get_matching_blocks())
    return first[0] == second[0] and same >= max(len(first), len(second)) - 1
