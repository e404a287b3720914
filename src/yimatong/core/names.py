"""The one table of names: what each kind of fact, each level of an area and each table of the records is called by people.

Policy pages, commands, explanations, appeals and messages all read it; nothing else names a fact. A name is a noun
phrase of a few words that says whose or from what, lower-case in English; `Text.begun` begins a line with it.
"""

from __future__ import annotations

from yimatong.core.facts import WATCHED, Derived, Kind, Level
from yimatong.core.text import Text, pair

LEVELS: dict[str, Text] = {
    Level.KEY: pair("疫情重点地区", "key area"),
    Level.SPECIFIED: pair("其他特定地区", "specified area"),
    Level.HIGHER_RISK: pair("较高风险县（市、区）", "higher-risk county"),
    Level.CONTROL_ZONE: pair("管控区", "control zone"),
    Level.LOW: pair("低风险地区", "low-risk area"),
}
RECORDS: dict[str, Text] = {
    "facts": pair("事实", "fact"),
    "homes": pair("住所", "home"),
    "stays": pair("停留", "stay"),
    "areas": pair("风险地区", "risk area"),
}
"""One row of each table that is judged by."""
KINDS: dict[str, Text] = {
    Kind.DECLARATION: pair("申报", "declaration"),
    Kind.CASE: pair("病例", "case"),
    Kind.CONTACT: pair("接触（登记）", "contact (recorded)"),
    Kind.ORDER: pair("隔离或管控决定", "quarantine or control order"),
    Kind.SYMPTOM: pair("症状", "symptom"),
    Kind.TEST: pair("核酸检测", "nucleic acid test"),
    Kind.PERMIT: pair("特别通行证或复工登记", "special permit or registration"),
    Kind.PRESENCE: pair("是否在本市", "presence in the city"),
    Kind.DISCHARGE: pair("出院或解除隔离", "discharge or release"),
    Derived.VISIT: pair("去过风险地区", "stay in a risk area"),
    Derived.TRAVEL: pair("跨省旅居", "stay in another province"),
    Derived.EXPOSURE: pair("密切接触（由行程推出）", "close contact (derived from stays)"),
    Derived.NEIGHBOUR: pair("同一楼道", "same stairwell"),
}
"""A kind alone, as a heading or where its detail is not known."""


def visit_of(area: Text) -> Text:
    """What a stay in an area is called, by what the area is called."""
    return pair(f"去过{area.zh}", f"stay in a {area.en}")


FACTS: dict[tuple[str, str], Text] = {
    (Kind.DECLARATION, "self"): pair("本人申报", "own declaration"),
    (Kind.DECLARATION, "desk"): pair("窗口代为申报", "declaration at a desk"),
    (Kind.DECLARATION, "police"): pair("此前在公安系统登记", "earlier registration with the police"),
    (Kind.DECLARATION, "platform"): pair("通过省平台申报", "declaration on the province's platform"),
    (Kind.CASE, "confirmed"): pair("确诊病例", "confirmed case"),
    (Kind.CASE, "suspected"): pair("疑似病例", "suspected case"),
    (Kind.CASE, "asymptomatic"): pair("无症状感染者", "asymptomatic infection"),
    (Kind.CONTACT, "confirmed"): pair("确诊病例的密切接触者（登记）", "close contact of a confirmed case (recorded)"),
    (Kind.CONTACT, "symptomatic"): pair("接触过有症状人员（登记）", "contact with somebody with symptoms (recorded)"),
    (Kind.ORDER, "central"): pair("集中隔离医学观察", "central quarantine order"),
    (Kind.ORDER, "home"): pair("居家隔离医学观察", "home quarantine order"),
    (Kind.ORDER, "other"): pair("其他管控决定", "other control order"),
    (Kind.SYMPTOM, "fever"): pair("发热", "fever"),
    (Kind.SYMPTOM, "dyspnoea"): pair("气促、呼吸困难", "shortness of breath"),
    (Kind.SYMPTOM, "respiratory"): pair("咳嗽等呼吸道症状", "cough or other respiratory symptoms"),
    (Kind.TEST, "negative"): pair("核酸检测阴性", "negative test"),
    (Kind.TEST, "positive"): pair("核酸检测阳性", "positive test"),
    (Kind.TEST, "invalid"): pair("核酸检测无效", "invalid test"),
    (Kind.PERMIT, "goods_driver"): pair("货车司机特别通行证", "goods driver's special permit"),
    (Kind.PERMIT, "commuter"): pair("跨省通勤特别通行证", "commuter's special permit"),
    (Kind.PERMIT, "returning_worker"): pair("企业复工人员登记", "registration as a returning worker"),
    (Kind.PRESENCE, "in_city"): pair("在本市", "in the city"),
    (Kind.PRESENCE, "away"): pair("不在本市", "not in the city"),
    (Kind.DISCHARGE, "hospital"): pair("出院", "discharge from hospital"),
    (Kind.DISCHARGE, "quarantine"): pair("解除隔离", "release from quarantine"),
    **{(Derived.VISIT, level): visit_of(LEVELS[level]) for level in WATCHED},
    (Derived.TRAVEL, "other_province"): pair("跨省旅居", "stay in another province"),
    (Derived.EXPOSURE, "confirmed"): pair(
        "确诊病例的密切接触者（由行程推出）", "close contact of a confirmed case (derived from stays)"
    ),
    (Derived.NEIGHBOUR, "case"): pair("同一楼道有确诊病例", "same stairwell as a confirmed case"),
    (Derived.NEIGHBOUR, "contact"): pair("同一楼道有密切接触者", "same stairwell as a close contact"),
}
"""Every kind and detail, recorded or derived; tests hold it complete."""


def name_of(kind: str, detail: str = "") -> Text:
    """The name of a fact: of its kind alone where it has no such detail, and what stands there where there is no such kind."""
    return FACTS.get((kind, detail)) or KINDS.get(kind) or pair(f"{kind}/{detail}", f"{kind}/{detail}")
