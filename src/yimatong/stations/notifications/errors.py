"""Mistakes around telling people, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _, message_in

SENTENCES: Sentences = {
    "outreach-unknown": (
        _("there is no such task, or it is not in your jurisdiction."),
        _("open it from the list."),
    ),
    "outreach-closed": (
        _("this task was closed by somebody else."),
        message_in("register", "there is nothing to do; the list shows it."),
    ),
    "outcome-unknown": (
        _("choose how it ended."),
        _("choose one of those listed."),
    ),
    "call-first": (
        _("somebody whose sample is to be tested again is told in person or by telephone."),
        _("tell the person first, then close the task."),
    ),
    "outreach-more": (
        _("there is more to be told since the page was opened."),
        _("tell the person that too, then close the task."),
    ),
    "notification-unknown": (
        _("there is no such message."),
        _("go back to the list of messages."),
    ),
}


class NotificationError(YimatongError):
    """Something about telling people that a person can mend."""


mistake = Mistakes(NotificationError, SENTENCES)
