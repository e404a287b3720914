"""The declaration's form as data: steps after the groups of GB/T 38962, each field with why it is asked.

Answers are a dict of JSON values by field name. Dates are ISO days of the city, divisions 9-digit numbers, places and
stairwells numbers of the gazetteer. checks.py reads them. docs/reference/declarations.md is written from here.

    name sex nationality id_type id_number birth_date | phone home_division home_compound home_building home_stairwell
    home_missing home_text home_since | symptoms symptoms_since contact_symptomatic contact_symptomatic_on
    contact_confirmed contact_confirmed_on | in_city arrived_on elsewhere itinerary: [{division, place, from, to}]
    coresidents: [{name, id_type, id_number}] | reachable_by (the paper alternative is named on every page)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from yimatong.core.names import name_of
from yimatong.core.text import Text, pair

VERSION = "2020-02-15"
Kind = Literal[
    "text", "choice", "document", "date", "phone", "yes_no", "several", "division", "compound", "building", "stairwell",
    "rows",
]  # fmt: skip

LAW = pair(
    "《中华人民共和国传染病防治法》第十二条", "Law on the Prevention and Control of Infectious Diseases, article 12"
)
GUARDIAN = pair(
    "《信息安全技术 个人信息安全规范》(GB/T 35273) 5.4：不满14周岁须经监护人同意",
    "GB/T 35273, 5.4: below the age of 14 a guardian agrees",
)
UNTIL_THE_END = pair("疫情结束后删除", "deleted at the end of the epidemic")
THIRTY_DAYS = pair("30天后删除", "deleted after 30 days")


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `needed` is always to be answered; `switchable` can be switched off by the city."""

    name: str
    kind: Kind
    label: Text
    why: Text
    basis: Text = LAW
    retention: Text = UNTIL_THE_END
    needed: bool = False
    switchable: bool = False
    words: Mapping[str, Text] = field(default_factory=dict)
    inside: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One screen: one task. `group` is the group of GB/T 38962."""

    name: str
    title: Text
    group: Text
    fields: tuple[Field, ...]


ID_TYPES = {
    "resident": pair(
        "居民身份证（含港澳台居民居住证）",
        "Resident identity card (also residence permits of Hong Kong, Macau, Taiwan)",
    ),
    "hk_macau": pair("港澳居民来往内地通行证", "Mainland travel permit for Hong Kong and Macau residents"),
    "taiwan": pair("台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents"),
    "foreign_permanent": pair("外国人永久居留身份证", "Foreign permanent resident ID card"),
    "passport": pair("护照", "Passport"),
    "none": pair("尚无证件（儿童）", "No document yet (a child)"),
}
SEXES = {"female": pair("女", "Female"), "male": pair("男", "Male"), "unknown": pair("不说明", "Not said")}
FEVER = name_of("symptom", "fever").begun
SYMPTOMS = {
    "fever": pair(f"{FEVER.zh}（37.3℃及以上）", f"{FEVER.en} (37.3 °C or more)"),
    **{detail: name_of("symptom", detail).begun for detail in ("dyspnoea", "respiratory")},
}
NATIONALITY = pair("国籍（地区）", "Nationality (region)")

PERSON = Step(
    "person", pair("您是谁", "Who you are"), pair("个人基本信息", "Basic personal information"),
    (
        Field("name", "text", pair("姓名", "Name"), pair("与证件一致，卡点凭此核对本人", "as on the document; checkpoints compare it"), needed=True),
        Field("sex", "choice", pair("性别", "Sex"), pair("与证件核对", "compared with the document"), switchable=True, words=SEXES),
        Field("nationality", "text", NATIONALITY, pair("用于选择证件与服务语言", "tells which document and which language"), switchable=True),
        Field("id_type", "choice", pair("证件类型", "Type of document"), pair("一人一码，凭证件区分", "one code a person, told apart by the document"), needed=True, words=ID_TYPES),
        Field("id_number", "document", pair("证件号码", "Document number"), pair("一人一码，凭证件区分；加密保存", "one code a person; kept sealed"), needed=True),
        Field("birth_date", "date", pair("出生日期", "Date of birth"), pair("不满14周岁由监护人申报；居民身份证无需填写", "below 14 a guardian declares; not needed with a resident's card"), GUARDIAN),
    ),
)  # fmt: skip
ADDRESS = Step(
    "address", pair("怎样联系您，您住在哪里", "How to reach you, where you live"), pair("个人基本信息", "Basic personal information"),
    (
        Field("phone", "phone", pair("手机号", "Mobile phone"), pair("通知、查询验证码；加密保存", "for notices and one-time codes; kept sealed"), needed=True),
        Field("home_division", "division", pair("住所所在乡镇街道", "Street or township of your home"), pair("风险地区按行政区划划定", "risk areas are set by division"), needed=True),
        Field("home_compound", "compound", pair("小区或村", "Compound or village"), pair("用于判断同楼道", "for the stairwell rule")),
        Field("home_building", "building", pair("楼栋", "Building"), pair("用于判断同楼道", "for the stairwell rule")),
        Field("home_stairwell", "stairwell", pair("单元（楼道）", "Stairwell"), pair("同一楼道有病例时须居家观察", "a case on one's stairwell means observation at home")),
        Field("home_missing", "yes_no", pair("名单里没有我的小区", "My community is missing"), pair("照常受理，由工作人员补入地名库", "accepted all the same; a clerk adds it to the gazetteer")),
        Field("home_text", "text", pair("详细住址（到楼道）", "Address, down to the stairwell"), pair("小区缺失时由工作人员据此补入", "for the clerk who adds a missing community")),
        Field("home_since", "date", pair("何时开始住在这里", "Living here since"), pair("住进来以前的病例与您无关", "cases before you moved in do not concern you"), switchable=True),
    ),
)  # fmt: skip
HEALTH = Step(
    "health", pair("您身体如何", "How you are"), pair("个人健康信息", "Health information"),
    (
        Field("symptoms", "several", pair("是否有以下症状", "Do you have any of these"), pair("发热、呼吸道症状者黄码，居家观察", "fever and respiratory symptoms mean yellow, observation at home"), needed=True, words=SYMPTOMS),
        Field("symptoms_since", "date", pair("何时开始", "Since when"), pair("观察期从此日算起", "observation counts from this day")),
        Field("contact_symptomatic", "yes_no", pair("14天内是否接触过发热或有呼吸道症状的人", "In 14 days, in contact with somebody with fever or respiratory symptoms?"), pair("接触者黄码", "a contact means yellow"), needed=True),
        Field("contact_symptomatic_on", "date", pair("最后接触日期", "Last contact on"), pair("观察期从此日算起", "observation counts from this day")),
        Field("contact_confirmed", "yes_no", pair("14天内是否接触过确诊病人", "In 14 days, in contact with a confirmed case?"), pair("密切接触者红码，由疾控联系", "a close contact means red; the health department calls"), needed=True, switchable=True),
        Field("contact_confirmed_on", "date", pair("最后接触日期", "Last contact on"), pair("隔离期从此日算起", "quarantine counts from this day")),
    ),
)  # fmt: skip
ITINERARY = Step(
    "itinerary", pair("14天内您去过哪里", "Where you have been in 14 days"), pair("个人行程信息", "Itinerary"),
    (
        Field("in_city", "yes_no", pair("现在是否在本市", "Are you in the city now?"), pair("未到本市者不作安排", "nothing is arranged for those who have not come"), needed=True),
        Field("arrived_on", "date", pair("何时到达（或计划何时到达）本市", "Arrived, or coming, on"), pair("14天内从外地来的人填写", "for those who came within 14 days"), switchable=True),
        Field("elsewhere", "yes_no", pair("14天内是否到过本市以外的地方", "Have you been outside the city within 14 days?"), pair("到过重点地区等须管控", "key and other areas have consequences"), needed=True),
        Field("itinerary", "rows", pair("去过的地方", "Places"), pair("按地区与日期判断", "judged by area and day"), inside=(
            Field("division", "division", pair("省、市、县（乡镇街道可不填）", "Province, city, county (street if known)"), pair("与风险地区对照", "compared with the risk areas"), needed=True),
            Field("place", "text", pair("地点（可不填）", "Place (may be left out)"), pair("只认名单上的地点", "listed places only"), switchable=True),
            Field("from", "date", pair("从", "From"), pair("与风险日期对照", "compared with the dates"), needed=True),
            Field("to", "date", pair("到", "To"), pair("与风险日期对照", "compared with the dates"), needed=True),
        )),
    ),
)  # fmt: skip
CORESIDENTS = Step(
    "coresidents", pair("谁与您同住", "Who lives with you"), pair("个人基本信息", "Basic personal information"),
    (
        Field("coresidents", "rows", pair("同住的人", "People who live with you"), pair("同住者互相影响；可不填", "what concerns one concerns all; may be left out"), switchable=True, inside=(
            Field("name", "text", pair("姓名", "Name"), pair("只用于对应", "to match only"), needed=True),
            Field("id_type", "choice", pair("证件类型", "Type of document"), pair("只用于对应", "to match only"), words=ID_TYPES),
            Field("id_number", "document", pair("证件号码（可不填）", "Document number (may be left out)"), pair("只用于对应", "to match only")),
        )),
    ),
)  # fmt: skip
STEPS: tuple[Step, ...] = (PERSON, ADDRESS, HEALTH, ITINERARY, CORESIDENTS)
FIELDS: dict[str, Field] = {one.name: one for step in STEPS for one in step.fields}


def shown(step: Step, off: frozenset[str]) -> tuple[Field, ...]:
    """The fields of a step that the city has not switched off."""
    return tuple(one for one in step.fields if not (one.switchable and one.name in off))
