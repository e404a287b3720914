"""The words in which facts, levels and anchors are told to people, one place for pages and commands."""

from __future__ import annotations

from yimatong.core.facts import Derived, Kind, Level
from yimatong.core.policy.model import Policy, Text

FACTS: dict[tuple[str, str], Text] = {
    (Kind.DECLARATION, "self"): Text("本人申报", "declared by oneself"),
    (Kind.DECLARATION, "desk"): Text("窗口代为申报", "declared at a desk"),
    (Kind.DECLARATION, "police"): Text("此前在公安系统登记", "registered with the police before"),
    (Kind.DECLARATION, "platform"): Text("通过省平台申报", "declared through the province's platform"),
    (Kind.CASE, "confirmed"): Text("确诊病例", "confirmed case"),
    (Kind.CASE, "suspected"): Text("疑似病例", "suspected case"),
    (Kind.CASE, "asymptomatic"): Text("无症状感染者", "asymptomatic infection"),
    (Kind.CONTACT, "confirmed"): Text("登记的与确诊病人的接触", "recorded contact with a confirmed case"),
    (Kind.CONTACT, "symptomatic"): Text("登记的与有症状者的接触", "recorded contact with somebody who has symptoms"),
    (Kind.ORDER, "central"): Text("集中隔离医学观察", "central quarantine order"),
    (Kind.ORDER, "home"): Text("居家隔离医学观察", "home quarantine order"),
    (Kind.ORDER, "other"): Text("列为其他需要按红码管理的决定", "decision to manage the person as red"),
    (Kind.SYMPTOM, "fever"): Text("发热", "fever"),
    (Kind.SYMPTOM, "dyspnoea"): Text("气促", "shortness of breath"),
    (Kind.SYMPTOM, "respiratory"): Text("呼吸道症状", "respiratory symptoms"),
    (Kind.TEST, "negative"): Text("核酸阴性", "negative test"),
    (Kind.TEST, "positive"): Text("核酸阳性", "positive test"),
    (Kind.TEST, "invalid"): Text("核酸样本无效", "invalid sample"),
    (Kind.PERMIT, "goods_driver"): Text("货车司机特别通行证", "goods driver's special permit"),
    (Kind.PERMIT, "commuter"): Text("跨省通勤特别通行证", "commuter's special permit"),
    (Kind.PERMIT, "returning_worker"): Text("企业复工人员登记", "registration as a returning worker"),
    (Kind.PRESENCE, "in_city"): Text("在本市", "in the city"),
    (Kind.PRESENCE, "away"): Text("不在本市", "away"),
    (Kind.DISCHARGE, "hospital"): Text("出院", "discharge from hospital"),
    (Kind.DISCHARGE, "quarantine"): Text("解除隔离", "release from quarantine"),
    (Derived.VISIT, "key"): Text("去过疫情重点地区", "stay in a key area"),
    (Derived.VISIT, "specified"): Text("去过其他特定地区", "stay in a specified area"),
    (Derived.VISIT, "higher_risk"): Text("去过较高风险县（市、区）", "stay in a higher-risk county"),
    (Derived.VISIT, "control_zone"): Text("去过管控区", "stay in a control zone"),
    (Derived.TRAVEL, "other_province"): Text("其他跨省旅居", "other stay in another province"),
    (Derived.EXPOSURE, "confirmed"): Text("由行程推出的密切接触", "close contact derived from stays"),
    (Derived.NEIGHBOUR, "case"): Text("同一楼道有确诊病例", "confirmed case on the same stairwell"),
    (Derived.NEIGHBOUR, "contact"): Text("同一楼道有密切接触者", "close contact on the same stairwell"),
}
"""Every kind and detail, recorded or derived, in a few words; tests hold it complete."""

LEVELS: dict[str, Text] = {
    Level.KEY: Text("疫情重点地区", "key area"),
    Level.SPECIFIED: Text("其他特定地区", "specified area"),
    Level.HIGHER_RISK: Text("较高风险县（市、区）", "higher-risk county"),
    Level.CONTROL_ZONE: Text("管控区", "control zone"),
    Level.LOW: Text("低风险地区", "low-risk area"),
}


def level_name(policy: Policy, level: str) -> Text:
    """A level, or a group of the policy's own, in a few words."""
    return policy.area_groups.get(level) or LEVELS[level]


def fact_name(policy: Policy, kind: str, detail: str) -> Text:
    """A kind and detail, recorded or derived, in a few words; a visit also of an area of a group of the policy's own."""
    if kind == Derived.VISIT and detail in policy.area_groups:
        group = policy.area_groups[detail]
        return Text(f"去过{group.zh}", f"stay in a {group.en}")
    return FACTS[kind, detail]


SIGNS = {"circle": "●", "triangle": "▲", "square": "■", "octagon": "⬣", "diamond": "◆", "cross": "✚", "ring": "○"}
"""A character for each shape of a palette, so that a printed table can do without colour."""
