"""The words in which actions and situations are told to people, one place for pages, scanners and the office."""

from __future__ import annotations

from yimatong.core.facts import Kind, Level
from yimatong.core.names import FACTS, LEVELS
from yimatong.core.text import Text, pair

ACTION_WORDS: dict[str, Text] = {
    "release": pair("放行", "Release"),
    "apply_now": pair("当场申报", "Apply now"),
    "turn_back": pair("劝返", "Turn back"),
    "hand_over": pair("移交", "Hand over"),
    "show_again": pair("请重新出示", "Show it again"),
    "ask": pair("还要问", "Ask first"),
}

AUTHORITY_WORDS: dict[str, Text] = {
    "health": pair("卫健部门", "health department"),
    "township": pair("乡镇（街道）", "township or street"),
}

FIELD_WORDS: dict[str, Text] = {
    "verdict": pair("验码结果", "verdict"),
    "carrier": pair("出示的是", "shown"),
    "temperature": pair("体温", "temperature"),
    "origin": pair("从哪里来", "coming from"),
    "person": pair("来人", "person"),
    "zone": pair("卡点所在", "zone"),
    "permit": pair("特别通行证", "special permit"),
    "document": pair("身份证件", "ID document"),
}

VALUE_WORDS: dict[str, dict[str, Text]] = {
    "verdict": {
        "green": pair("绿码", "green"),
        "yellow": pair("黄码", "yellow"),
        "red": pair("红码", "red"),
        "recalled": pair("已收回", "recalled"),
        "doubtful": pair("可疑", "doubtful"),
        "again": pair("要重新出示", "to be shown again"),
        "expired": pair("过期", "expired"),
        "other_city": pair("外市的码", "another city's"),
        "training": pair("演练码", "training code"),
        "nothing": pair("无码无证", "no code and no pass"),
        "stopped": pair("名单太旧，不能判断", "lists too old to decide"),
    },
    "carrier": {
        "code": pair("电子码", "e-code"),
        "paper": pair("纸质证", "paper pass"),
        "register": pair("查名册", "register look-up"),
        "none": pair("什么也没有", "nothing"),
    },
    "temperature": {
        "normal": pair("正常", "normal"),
        "fever": pair("发热", "fever"),
        "not_taken": pair("没有测", "not taken"),
    },
    "origin": {
        "key_area": LEVELS[Level.KEY],
        "elsewhere": pair("其他地方", "elsewhere"),
        "not_asked": pair("没有问", "not asked"),
    },
    "person": {
        "resident": pair("住在本市", "resident"),
        "visitor": pair("外来", "visitor"),
        "not_asked": pair("没有问", "not asked"),
    },
    "zone": {
        "ordinary": pair("一般区域", "ordinary"),
        "control": LEVELS[Level.CONTROL_ZONE],
    },
    "permit": {
        "none": pair("没有", "none"),
        "goods": FACTS[Kind.PERMIT, "goods_driver"],
        "commuter": FACTS[Kind.PERMIT, "commuter"],
    },
    "document": {
        "matched": pair("相符", "matches"),
        "different": pair("不是本人", "somebody else's"),
        "not_shown": pair("没有出示", "not shown"),
        "minor_without": pair("未成年人，没有证件", "minor without one"),
        "unattended": pair("无人值守，没有人核对", "unattended gate, nobody compares"),
    },
}
"""Every value of every field; tests hold it complete."""
