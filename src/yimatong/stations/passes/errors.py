"""Mistakes around the passes, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "not-your-person": (
        "这个人不在您的名下。",
        "this person is not one of yours.",
        "请用本人账号登录，或先在“家人”里添加。",
        "sign in with the person's own account, or add them under family first.",
    ),
    "challenge-over": (
        "绑定验证已过期，或不是给这次绑定的。",
        "the challenge is over, or was for another binding.",
        "请再试一次。",
        "try once more.",
    ),
    "proof-wrong": (
        "手机未能证明持有密钥。",
        "the phone did not prove that it holds its key.",
        "请关闭页面后重新绑定。",
        "close the page and bind again.",
    ),
    "key-wrong": (
        "密钥格式不正确。",
        "a key is not in the right form.",
        "请更新浏览器后再试。",
        "update the browser and try again.",
    ),
    "bound-elsewhere": (
        "这个人的电子码在另一部手机上。",
        "this person's e-code is on another phone.",
        "选择“移到本机”，原手机上的码随即失效。",
        "choose to move it here; the code on the other phone is void then.",
    ),
    "bound-too-often": (
        "一小时内绑定次数过多。",
        "there were too many bindings within an hour.",
        "请一小时后再试，或到发证点办理。",
        "try again in an hour, or go to an issuing point.",
    ),
    "transfer-wrong": (
        "换机码不正确、已用过或已过期。",
        "the transfer code is wrong, used or over.",
        "请向窗口核对，或重新领取。",
        "check it with the desk, or ask for a new one.",
    ),
    "binding-ended": (
        "这部手机上的绑定已结束。",
        "the binding of this phone has ended.",
        "登录后可重新绑定。",
        "sign in and bind again.",
    ),
    "binding-unknown": (
        "没有这个绑定。",
        "there is no such binding.",
        "核对编号。",
        "check the number.",
    ),
    "day-out-of-reach": (
        "只能取今天起 {days} 天内的通行码。",
        "passes can be had for today and the next {days} days.",
        "核对手机的日期。",
        "check the phone's date.",
    ),
    "epoch-full": (
        "时段 {epoch} 的名单位数不够。",
        "the lists of epoch {epoch} have too few bits for one more place.",
        "请技术人员查看 docs/reference/passes.md。",
        "let the operator see docs/reference/passes.md.",
    ),
    "key-unknown": (
        "没有密钥 {kid}。",
        "there is no key {kid}.",
        "用 yimatong keys list 查看。",
        "see yimatong keys list.",
    ),
    "key-use-unknown": (
        "密钥用途只有 root、pass、paper、recall、training。",
        "keys are for root, pass, paper, recall or training.",
        "选择其中之一。",
        "choose one of these.",
    ),
    "key-compromised-already": (
        "密钥 {kid} 此前已登记为泄露。",
        "the key {kid} was told to be compromised before.",
        "无需再办。",
        "there is nothing to do.",
    ),
    "reissue-going": (
        "上一次全员换发还没有结束。",
        "the last re-issue of everybody has not ended yet.",
        "等它结束；yimatong keys list 可查看。",
        "wait for its end; yimatong keys list shows it.",
    ),
    "minting-going": (
        "另一个进程正在签发。",
        "another process is signing strips.",
        "等它结束后再试。",
        "wait for its end and try again.",
    ),
    "permit-document-wrong": (
        "这类特别通行证不能凭这种证明办理。",
        "a permit of this class does not rest on this kind of document.",
        "货车司机凭公安、交通运输或民政部门的车辆通行证；通勤人员凭单位证明。",
        "a goods driver's rests on a vehicle pass of police, transport or civil affairs; a commuter's on the employer's letter.",
    ),
    "permit-document-missing": (
        "请填写证明的编号（2 至 40 个字符）。",
        "the number of the document is missing (2 to 40 signs).",
        "照抄车辆通行证或单位证明上的编号。",
        "copy it from the vehicle pass or the letter.",
    ),
    "permit-days-wrong": (
        "有效期须从今天或以后开始、不早于开始日结束，且不超过 {most} 天。",
        "the days must begin today or later, not end before they begin, and be at most {most}.",
        "核对起止日期。",
        "check both days.",
    ),
    "permit-overlaps": (
        "此人已有特别通行证（{first} 至 {last}），两证有效期不能重叠。",
        "this person has a special permit already ({first} to {last}); two must not overlap.",
        "从其到期次日起办理，或先提前终止原证。",
        "let this one begin on the day after, or end that one early first.",
    ),
    "permit-unknown": (
        "没有这张特别通行证。",
        "there is no such special permit.",
        "核对编号。",
        "check the number.",
    ),
    "permit-over": (
        "这张特别通行证已经结束。",
        "this special permit is over already.",
        "无需再办。",
        "there is nothing to do.",
    ),
    "permit-reason-missing": (
        "请写明提前终止的原因。",
        "say why it ends early.",
        "例如：车辆通行证被收回、已离职。",
        "such as: the vehicle pass was taken back, the employment ended.",
    ),
}


class PassesError(YimatongError):
    """Something about a pass that a person can mend."""


mistake = Mistakes(PassesError, SENTENCES)


def key_file_missing(use: str, file: str) -> EnvironmentProblem:
    """A private key that should sign is not where it belongs."""
    return EnvironmentProblem(
        "key-file-missing",
        place=file,
        zh=f"找不到用于“{use}”的私钥文件，不能签发。",
        en=f"the private key for {use} is gone; nothing can be signed with it.",
        remedy_zh=f"从备份恢复该文件（权限 0600）；不能恢复时运行 yimatong keys rotate {use} --now。",
        remedy_en=f"restore the file from a backup (mode 0600); if it is lost, run yimatong keys rotate {use} --now.",
    )
