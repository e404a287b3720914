"""Mistakes around hand-overs, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    "hand-over-unknown": (
        _("there is no such hand-over."),
        _("open it from the list of hand-overs."),
    ),
    "hand-over-not-yours": (
        _("this hand-over is for another office or another jurisdiction."),
        _("the receiver of the jurisdiction acknowledges it; once escalated, the control office may too."),
    ),
    "hand-over-acknowledged": (
        _("this hand-over was acknowledged by somebody else."),
        _("there is nothing to do; the list shows it."),
    ),
    "hand-over-wrong": (
        _("the field {field} of this hand-over can't be right."),
        _("record the hand-over anew on the scanner."),
    ),
    "hand-over-nothing-inside": (
        _("nothing was written down about the person of this hand-over."),
        _("ask the guard at the checkpoint."),
    ),
    "hand-over-unreadable": (
        _("what was sealed cannot be opened."),
        _("let the operator check the server's key; meanwhile ask the checkpoint."),
    ),
    "note-too-long": (
        _("the note is longer than {most} characters."),
        _("please shorten it."),
    ),
}


class DispositionError(YimatongError):
    """Something about a hand-over that a person can mend."""


mistake = Mistakes(DispositionError, SENTENCES)
