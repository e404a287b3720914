"""Mistakes around checkpoints, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.credential.enrolment import DEVICE_MISTAKES
from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    **DEVICE_MISTAKES,
    "record-changed": (
        _("another record has this number already."),
        _("the first one is kept; the control office is told."),
    ),
    "record-wrong": (
        _("the record is not in the right form: {place}."),
        _("update the scanner; the record stays on it."),
    ),
    "record-unexpected": (
        _("the server could not deal with this record."),
        _("it stays on the scanner and is sent again by itself."),
    ),
    "no-policy": (
        _("no policy of checkpoints is in force today."),
        _("put a policy in force first."),
    ),
    "checkpoint-closed": (
        _("this checkpoint is closed."),
        _("choose one that is open."),
    ),
    "hours-wrong": (
        _("the hours are not in the right form: {place}."),
        _("write [days, from, to] in minutes, such as [127, 0, 1439]."),
    ),
    "control-hours-wrong": (
        _("an ordinary area has no hours in which it is a control zone."),
        _("open the checkpoint in a control zone, or leave the hours of control out."),
    ),
    "title-taken": (
        _("a checkpoint has this name already."),
        _("choose another name."),
    ),
    "title-missing": (
        _("a name in Chinese and English is needed, of 60 characters at most."),
        _("write the name."),
    ),
    "reason-missing": (_("a reason is needed."), _("write the reason.")),
    "too-many-offers": (
        _("at most {most} enrolment codes at a time."),
        _("make them in several goes."),
    ),
    "challenge-wrong": (
        _("a challenge has six digits."),
        _("ask the guard to read it again."),
    ),
    "city-not-recognised": (
        _("the policy does not recognise the codes of this city: {place}."),
        _("name the city, its root key and its colours in checkpoints.yaml first."),
    ),
    "trust-list-refused": (
        _("this trust list was not taken: {place} ({reason})."),
        _("ask that city for the newest list, signed by its root key."),
    ),
    "extract-missing": (
        _("the register extract of the district is not made yet."),
        _("try again later."),
    ),
}  # fmt: skip


class CheckpointError(YimatongError):
    """Something about a checkpoint that a person can mend."""


mistake = Mistakes(CheckpointError, SENTENCES)
