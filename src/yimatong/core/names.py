"""The one table of names: what each kind of fact, each level of an area and each table of the records is called by people.

Policy pages, commands, explanations, appeals and messages all read it; nothing else names a fact. A name is a noun
phrase of a few words that says whose or from what, lower-case in English; `Text.begun` begins a line with it.
"""

from __future__ import annotations

from yimatong.core.facts import WATCHED, Derived, Kind, Level
from yimatong.core.text import Text

LEVELS: dict[str, Text] = {
    Level.KEY: Text("疫情重点地区", "key area"),
    Level.SPECIFIED: Text("其他特定地区", "specified area"),
    Level.HIGHER_RISK: Text("较高风险县（市、区）", "higher-risk county"),
    Level.CONTROL_ZONE: Text("管控区", "control zone"),
    Level.LOW: Text("低风险地区", "low-risk area"),
}
RECORDS: dict[str, Text] = {
    "facts": Text("事实", "fact"),
    "homes": Text("住所", "home"),
    "stays": Text("停留", "stay"),
    "areas": Text("风险地区", "risk area"),
}
"""One row of each table that is judged by."""
KINDS: dict[str, Text] = {
    Kind.DECLARATION: Text("申报", "declaration"),
    Kind.CASE: Text("病例", "case"),
    Kind.CONTACT: Text("接触（登记）", "contact (recorded)"),
    Kind.ORDER: Text("隔离或管控决定", "quarantine or control order"),
    Kind.SYMPTOM: Text("症状", "symptom"),
    Kind.TEST: Text("核酸检测", "nucleic acid test"),
    Kind.PERMIT: Text("特别通行证或复工登记", "special permit or registration"),
    Kind.PRESENCE: Text("是否在本市", "presence in the city"),
    Kind.DISCHARGE: Text("出院或解除隔离", "discharge or release"),
    Derived.VISIT: Text("去过风险地区", "stay in a risk area"),
    Derived.TRAVEL: Text("跨省旅居", "stay in another province"),
    Derived.EXPOSURE: Text("密切接触（由行程推出）", "close contact (derived from stays)"),
    Derived.NEIGHBOUR: Text("同一楼道", "same stairwell"),
}
"""A kind alone, as a heading or where its detail is not known."""


def visit_of(area: Text) -> Text:
    """What a stay in an area is called, by what the area is called."""
    return Text(f"去过{area.zh}", f"stay in a {area.en}")


FACTS: dict[tuple[str, str], Text] = {
    (Kind.DECLARATION, "self"): Text("本人申报", "own declaration"),
    (Kind.DECLARATION, "desk"): Text("窗口代为申报", "declaration at a desk"),
    (Kind.DECLARATION, "police"): Text("此前在公安系统登记", "earlier registration with the police"),
    (Kind.DECLARATION, "platform"): Text("通过省平台申报", "declaration on the province's platform"),
    (Kind.CASE, "confirmed"): Text("确诊病例", "confirmed case"),
    (Kind.CASE, "suspected"): Text("疑似病例", "suspected case"),
    (Kind.CASE, "asymptomatic"): Text("无症状感染者", "asymptomatic infection"),
    (Kind.CONTACT, "confirmed"): Text("确诊病例的密切接触者（登记）", "close contact of a confirmed case (recorded)"),
    (Kind.CONTACT, "symptomatic"): Text("接触过有症状人员（登记）", "contact with somebody with symptoms (recorded)"),
    (Kind.ORDER, "central"): Text("集中隔离医学观察", "central quarantine order"),
    (Kind.ORDER, "home"): Text("居家隔离医学观察", "home quarantine order"),
    (Kind.ORDER, "other"): Text("其他管控决定", "other control order"),
    (Kind.SYMPTOM, "fever"): Text("发热", "fever"),
    (Kind.SYMPTOM, "dyspnoea"): Text("气促、呼吸困难", "shortness of breath"),
    (Kind.SYMPTOM, "respiratory"): Text("咳嗽等呼吸道症状", "cough or other respiratory symptoms"),
    (Kind.TEST, "negative"): Text("核酸检测阴性", "negative test"),
    (Kind.TEST, "positive"): Text("核酸检测阳性", "positive test"),
    (Kind.TEST, "invalid"): Text("核酸检测无效", "invalid test"),
    (Kind.PERMIT, "goods_driver"): Text("货车司机特别通行证", "goods driver's special permit"),
    (Kind.PERMIT, "commuter"): Text("跨省通勤特别通行证", "commuter's special permit"),
    (Kind.PERMIT, "returning_worker"): Text("企业复工人员登记", "registration as a returning worker"),
    (Kind.PRESENCE, "in_city"): Text("在本市", "in the city"),
    (Kind.PRESENCE, "away"): Text("不在本市", "not in the city"),
    (Kind.DISCHARGE, "hospital"): Text("出院", "discharge from hospital"),
    (Kind.DISCHARGE, "quarantine"): Text("解除隔离", "release from quarantine"),
    **{(Derived.VISIT, level): visit_of(LEVELS[level]) for level in WATCHED},
    (Derived.TRAVEL, "other_province"): Text("跨省旅居", "stay in another province"),
    (Derived.EXPOSURE, "confirmed"): Text(
        "确诊病例的密切接触者（由行程推出）", "close contact of a confirmed case (derived from stays)"
    ),
    (Derived.NEIGHBOUR, "case"): Text("同一楼道有确诊病例", "same stairwell as a confirmed case"),
    (Derived.NEIGHBOUR, "contact"): Text("同一楼道有密切接触者", "same stairwell as a close contact"),
}
"""Every kind and detail, recorded or derived; tests hold it complete."""


def name_of(kind: str, detail: str = "") -> Text:
    """The name of a fact: of its kind alone where it has no such detail, and what stands there where there is no such kind."""
    return FACTS.get((kind, detail)) or KINDS.get(kind) or Text(f"{kind}/{detail}", f"{kind}/{detail}")
