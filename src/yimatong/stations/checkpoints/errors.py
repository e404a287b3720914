"""Mistakes around checkpoints, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.credential.enrolment import DEVICE_MISTAKES
from yimatong.core.errors import Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    **DEVICE_MISTAKES,
    "record-changed": (
        "同一编号已有另一份记录。", "another record has this number already.",
        "原记录保留，已通知防控办。", "the first one is kept; the control office is told.",
    ),
    "record-wrong": (
        "记录内容不正确：{place}。", "the record is not in the right form: {place}.",
        "请更新扫码程序；记录保留在设备上。", "update the scanner; the record stays on it.",
    ),
    "record-unexpected": (
        "服务器没能处理这条记录。", "the server could not deal with this record.",
        "记录留在设备上，会自动重发。", "it stays on the scanner and is sent again by itself.",
    ),
    "no-policy": (
        "今天没有生效的卡点政策。", "no policy of checkpoints is in force today.",
        "请发布政策后再试。", "put a policy in force first.",
    ),
    "checkpoint-closed": (
        "这个卡点已撤销。", "this checkpoint is closed.",
        "请选择在用的卡点。", "choose one that is open.",
    ),
    "hours-wrong": (
        "时段不正确：{place}。", "the hours are not in the right form: {place}.",
        "写成 [星期, 开始分钟, 结束分钟]，例如 [127, 0, 1439]。", "write [days, from, to] in minutes, such as [127, 0, 1439].",
    ),
    "control-hours-wrong": (
        "普通区域没有管控时段。", "an ordinary area has no hours in which it is a control zone.",
        "把卡点设为管控区域，或不填管控时段。", "open the checkpoint in a control zone, or leave the hours of control out.",
    ),
    "title-taken": (
        "已有同名卡点。", "a checkpoint has this name already.",
        "换一个名称。", "choose another name.",
    ),
    "title-missing": (
        "请填写中文和英文名称（不超过 60 字）。", "a name in Chinese and English is needed, of 60 characters at most.",
        "填写名称。", "write the name.",
    ),
    "reason-missing": ("请写明理由。", "a reason is needed.", "填写理由。", "write the reason."),
    "too-many-offers": (
        "一次最多发放 {most} 个登记码。", "at most {most} enrolment codes at a time.",
        "分几次发放。", "make them in several goes.",
    ),
    "challenge-wrong": (
        "挑战码应为六位数字。", "a challenge has six digits.",
        "请向卡点核对。", "ask the guard to read it again.",
    ),
    "city-not-recognised": (
        "政策包没有认可这个城市的码：{place}。", "the policy does not recognise the codes of this city: {place}.",
        "先在 checkpoints.yaml 的 cities 写明城市、根公钥和算数的颜色。",
        "name the city, its root key and its colours in checkpoints.yaml first.",
    ),
    "trust-list-refused": (
        "这份信任名单没有采用：{place}（{reason}）。", "this trust list was not taken: {place} ({reason}).",
        "向对方要最新的、由其根密钥签的名单。", "ask that city for the newest list, signed by its root key.",
    ),
    "extract-missing": (
        "本区名册摘录尚未生成。", "the register extract of the district is not made yet.",
        "稍后再试。", "try again later.",
    ),
}  # fmt: skip


class CheckpointError(YimatongError):
    """Something about a checkpoint that a person can mend."""


mistake = Mistakes(CheckpointError, SENTENCES)
