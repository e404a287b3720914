"""The words in which actions and situations are told to people, one place for pages, scanners and the office."""

from __future__ import annotations

from yimatong.core.facts import Kind, Level
from yimatong.core.names import FACTS, LEVELS
from yimatong.core.text import Text

ACTION_WORDS: dict[str, Text] = {
    "release": Text("放行", "Release"),
    "apply_now": Text("当场申报", "Apply now"),
    "turn_back": Text("劝返", "Turn back"),
    "hand_over": Text("移交", "Hand over"),
    "show_again": Text("请重新出示", "Show it again"),
    "ask": Text("还要问", "Ask first"),
}

AUTHORITY_WORDS: dict[str, Text] = {
    "health": Text("卫健部门", "health department"),
    "township": Text("乡镇（街道）", "township or street"),
}

FIELD_WORDS: dict[str, Text] = {
    "verdict": Text("验码结果", "verdict"),
    "carrier": Text("出示的是", "shown"),
    "temperature": Text("体温", "temperature"),
    "origin": Text("从哪里来", "coming from"),
    "person": Text("来人", "person"),
    "zone": Text("卡点所在", "zone"),
    "permit": Text("特别通行证", "special permit"),
    "document": Text("身份证件", "ID document"),
}

VALUE_WORDS: dict[str, dict[str, Text]] = {
    "verdict": {
        "green": Text("绿码", "green"),
        "yellow": Text("黄码", "yellow"),
        "red": Text("红码", "red"),
        "recalled": Text("已收回", "recalled"),
        "doubtful": Text("可疑", "doubtful"),
        "again": Text("要重新出示", "to be shown again"),
        "expired": Text("过期", "expired"),
        "other_city": Text("外市的码", "another city's"),
        "training": Text("演练码", "training code"),
        "nothing": Text("无码无证", "no code and no pass"),
        "stopped": Text("名单太旧，不能判断", "lists too old to decide"),
    },
    "carrier": {
        "code": Text("电子码", "e-code"),
        "paper": Text("纸质证", "paper pass"),
        "register": Text("查名册", "register look-up"),
        "none": Text("什么也没有", "nothing"),
    },
    "temperature": {
        "normal": Text("正常", "normal"),
        "fever": Text("发热", "fever"),
        "not_taken": Text("没有测", "not taken"),
    },
    "origin": {
        "key_area": LEVELS[Level.KEY],
        "elsewhere": Text("其他地方", "elsewhere"),
        "not_asked": Text("没有问", "not asked"),
    },
    "person": {
        "resident": Text("住在本市", "resident"),
        "visitor": Text("外来", "visitor"),
        "not_asked": Text("没有问", "not asked"),
    },
    "zone": {
        "ordinary": Text("一般区域", "ordinary"),
        "control": LEVELS[Level.CONTROL_ZONE],
    },
    "permit": {
        "none": Text("没有", "none"),
        "goods": FACTS[Kind.PERMIT, "goods_driver"],
        "commuter": FACTS[Kind.PERMIT, "commuter"],
    },
    "document": {
        "matched": Text("相符", "matches"),
        "different": Text("不是本人", "somebody else's"),
        "not_shown": Text("没有出示", "not shown"),
        "minor_without": Text("未成年人，没有证件", "minor without one"),
        "unattended": Text("无人值守，没有人核对", "unattended gate, nobody compares"),
    },
}
"""Every value of every field; tests hold it complete."""
