"""Why one row is held back, by code: what is wrong and what to do, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from yimatong.core.text import Text, pair


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the report says about a problem."""

    wrong: Text
    remedy: Text


def _sentence(zh: str, en: str, remedy_zh: str, remedy_en: str) -> Sentence:
    return Sentence(pair(zh, en), pair(remedy_zh, remedy_en))


PROBLEMS: dict[str, Sentence] = {
    "cells-missing": _sentence(
        "这一行的格数与表头不同", "this row has another number of cells than the header",
        "补齐或删去多余的格；文件是否被截断？", "add or remove cells; was the file cut off?",
    ),
    "required-empty": _sentence("必填项为空", "this must not be empty", "填写此格", "fill it in"),
    "too-long": _sentence("内容过长", "this is too long", "缩短内容", "shorten it"),
    "word-unknown": _sentence(
        "不在可选词之列", "this is none of the words of the closed list",
        "改用 docs/reference/feeds.md 所列的词", "use one that docs/reference/feeds.md lists",
    ),
    "number-wrong": _sentence("不是编号", "this is no number", "填写正整数", "write a positive whole number"),
    "number-lost-digits": _sentence(
        "以数字存放，Excel 已丢失末几位", "kept as a number, and Excel has lost its last digits",
        "把该列设为文本格式后重新填写", "make the column text, and fill it in anew",
    ),
    "cell-formula": _sentence(
        "这一格是公式，不是填写的内容", "this is a formula, and nothing that somebody wrote",
        "在 Excel 中复制该列，选择性粘贴为数值，核对后重新交付", "copy the column in Excel, paste it as values, check them and deliver again",
    ),
    "instant-wrong": _sentence(
        "不是日期或时间", "this is no date or time", "写成 2020-02-15 08:30 或 2020-02-15", "write 2020-02-15 08:30 or 2020-02-15",
    ),
    "instant-ahead": _sentence("时间在将来", "this lies in the future", "核对年月日", "check the date"),
    "instant-too-early": _sentence("时间过早", "this is too long ago", "核对年月日", "check the date"),
    "end-before-start": _sentence("结束早于开始", "this ends before it starts", "核对两个时间", "check the two instants"),
    "division-wrong": _sentence(
        "不是 9 位或 12 位乡镇街道代码", "this is no street code of 9 or 12 digits",
        "查 docs/reference/risk-areas.md 所述的区划代码", "look the code up among the divisions",
    ),
    "region-wrong": _sentence(
        "不是 6、9 或 12 位行政区划代码", "this is no division code of 6, 9 or 12 digits",
        "查 docs/reference/risk-areas.md 所述的区划代码", "look the code up among the divisions",
    ),
    "journey-incomplete": _sentence(
        "行程缺地区、起或止", "the journey lacks its region, first or last day",
        "补齐行程各列，或全部留空", "fill in the whole journey, or leave all of it empty",
    ),
    "home-incomplete": _sentence(
        "住所缺街道代码、楼栋或入住时间", "the home lacks its street code, building or first day",
        "补齐住所各列，或全部留空", "fill in the whole home, or leave all of it empty",
    ),
    "id-number-shape": _sentence(
        "证件号码的位数或字符不对", "the document number has the wrong length or signs",
        "对照证件原件改正", "correct it by the document itself",
    ),
    "id-number-date": _sentence(
        "证件号码中的出生日期不存在", "the birth date inside the document number does not exist",
        "对照证件原件改正", "correct it by the document itself",
    ),
    "id-number-check-digit": _sentence(
        "证件号码的校验码不对", "the check digit of the document number is wrong",
        "对照证件原件改正", "correct it by the document itself",
    ),
    "document-and-type-differ": _sentence(
        "证件类型为“无证件”却有证件号码，或相反", "no document, and yet a number; or a document without one",
        "改正证件类型或号码", "correct the type or the number",
    ),
    "person-missing": _sentence(
        "没有写明是谁", "nothing says who this is about", "填写证件号码", "give the document number",
    ),
    "person-not-certain": _sentence(
        "只有姓名或电话，不能确认是谁", "a name or phone alone does not tell who this is",
        "填写证件号码后重新交付，或由工作人员核实后确认", "give the document number and deliver again, or let an official confirm the person",
    ),
    "person-unknown": _sentence(
        "此人未登记", "this person is not recorded", "先交付该人员，或在此行写明姓名", "deliver the person first, or give the name in this row",
    ),
    "not-on-the-roster": _sentence(
        "此人不在该企业名单上，或已撤回同意", "this person is not on the company's roster, or took back their consent",
        "由企业先登记、本人同意；或通过“核酸检测”数据交付", "let the company ask and the person agree first; or deliver it by the feed of tests",
    ),
    "person-and-document-differ": _sentence(
        "人员编号与证件号码不是同一个人", "the person number and the document are of two people",
        "核对两者，只填一项", "check both and give one of them",
    ),
    "name-differs": _sentence(
        "姓名与该证件的登记姓名不同", "the name is not the one recorded with this document",
        "核对证件号码是否抄错；确实改名的，先更正登记", "check the document number; if the name has changed, correct the record first",
    ),
    "said-twice-differently": _sentence(
        "文件中同一事实出现两次且内容不同", "the file says the same thing twice, and differently",
        "只保留正确的一行", "keep the row that is right",
    ),
    "place-province-unknown": _sentence(
        "没有这个省级区划", "there is no such province", "核对名单", "check the list",
    ),
    "place-county-unknown": _sentence(
        "没有这个县级区划，或是跨县的功能区，文中也没有可确认的乡镇街道", "no such county, or a zone across several, and the text names no street that is certain",
        "查明所在县（市、区）后单独登记该风险地区", "find out the county and record the area by itself",
    ),
    "place-street-unknown": _sentence(
        "指整个乡镇街道，但名称对应不上", "a whole street is meant, and its name is not known",
        "查明区划代码后单独登记该风险地区", "find out the code and record the area by itself",
    ),
    "differs-from-record": _sentence(
        "与已登记的同一事实内容不同", "the same thing is recorded with other contents",
        "若登记有误，先撤销原记录或撤回原交付", "if the record is wrong, strike it or withdraw its delivery first",
    ),
}  # fmt: skip
"""docs/reference/feeds.md lists all of them."""
