"""Mistakes around telling people, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError

SENTENCES: Sentences = {
    "outreach-unknown": (
        "没有这项告知任务，或者不在您的辖区。",
        "there is no such task, or it is not in your jurisdiction.",
        "从告知名单中打开。",
        "open it from the list.",
    ),
    "outreach-closed": (
        "这项告知任务已由他人办结。",
        "this task was closed by somebody else.",
        "无需再办；可在名单中查看。",
        "there is nothing to do; the list shows it.",
    ),
    "outcome-unknown": (
        "请选择办理结果。",
        "choose how it ended.",
        "从列出的结果中选一项。",
        "choose one of those listed.",
    ),
    "call-first": (
        "样本需要复核的，必须告知本人。",
        "somebody whose sample is to be tested again is told in person or by telephone.",
        "当面或电话告知本人后再办结。",
        "tell the person first, then close the task.",
    ),
    "outreach-more": (
        "打开页面之后又有新的内容要告知。",
        "there is more to be told since the page was opened.",
        "请把下面的内容也告知本人，再办结。",
        "tell the person that too, then close the task.",
    ),
    "notification-unknown": (
        "没有这条消息。",
        "there is no such message.",
        "返回消息列表。",
        "go back to the list of messages.",
    ),
}


class NotificationError(YimatongError):
    """Something about telling people that a person can mend."""


mistake = Mistakes(NotificationError, SENTENCES)
