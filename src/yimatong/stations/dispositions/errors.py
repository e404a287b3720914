"""Mistakes around hand-overs, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "hand-over-unknown": (
        "没有这条移交记录。",
        "there is no such hand-over.",
        "从移交列表中打开。",
        "open it from the list of hand-overs.",
    ),
    "hand-over-not-yours": (
        "这条移交不归您所在的部门或辖区办理。",
        "this hand-over is for another office or another jurisdiction.",
        "由接收部门在其辖区内确认；上报后上级防控办也可确认。",
        "the receiver of the jurisdiction acknowledges it; once escalated, the control office may too.",
    ),
    "hand-over-acknowledged": (
        "这条移交已由他人确认。",
        "this hand-over was acknowledged by somebody else.",
        "无需再办；可在列表中查看。",
        "there is nothing to do; the list shows it.",
    ),
    "hand-over-wrong": (
        "移交记录的“{field}”不正确。",
        "the field {field} of this hand-over can't be right.",
        "在设备上重新登记移交。",
        "record the hand-over anew on the scanner.",
    ),
    "hand-over-nothing-inside": (
        "这条移交没有登记个人信息。",
        "nothing was written down about the person of this hand-over.",
        "向卡点值守人员询问。",
        "ask the guard at the checkpoint.",
    ),
    "hand-over-unreadable": (
        "加密信息无法打开。",
        "what was sealed cannot be opened.",
        "请技术人员检查服务器密钥；同时向卡点询问。",
        "let the operator check the server's key; meanwhile ask the checkpoint.",
    ),
    "note-too-long": (
        "说明超过 {most} 字。",
        "the note is longer than {most} characters.",
        "请缩短。",
        "please shorten it.",
    ),
}


class DispositionError(YimatongError):
    """Something about a hand-over that a person can mend."""


mistake = Mistakes(DispositionError, SENTENCES)
