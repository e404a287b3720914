"""Mistakes around the passes, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _, message_in

SENTENCES: Sentences = {
    "not-your-person": (
        _("this person is not one of yours."),
        _("sign in with the person's own account, or add them under family first."),
    ),
    "challenge-over": (
        _("the challenge is over, or was for another binding."),
        _("try once more."),
    ),
    "proof-wrong": (
        _("the phone did not prove that it holds its key."),
        _("close the page and bind again."),
    ),
    "key-wrong": (
        _("a key is not in the right form."),
        _("update the browser and try again."),
    ),
    "bound-elsewhere": (
        _("this person's e-code is on another phone."),
        _("choose to move it here; the code on the other phone is void then."),
    ),
    "bound-too-often": (
        _("there were too many bindings within an hour."),
        _("try again in an hour, or go to an issuing point."),
    ),
    "transfer-wrong": (
        _("the transfer code is wrong, used or over."),
        _("check it with the desk, or ask for a new one."),
    ),
    "binding-ended": (
        _("the binding of this phone has ended."),
        message_in("binding ended", "sign in and bind again."),
    ),
    "binding-unknown": (
        _("there is no such binding."),
        _("check the number."),
    ),
    "day-out-of-reach": (
        _("passes can be had for today and the next {days} days."),
        _("check the phone's date."),
    ),
    "epoch-full": (
        _("the lists of epoch {epoch} have too few bits for one more place."),
        _("let the operator see docs/reference/passes.md."),
    ),
    "key-unknown": (
        _("there is no key {kid}."),
        _("see yimatong keys list."),
    ),
    "key-use-unknown": (
        _("keys are for root, pass, paper, recall or training."),
        _("choose one of these."),
    ),
    "key-compromised-already": (
        _("the key {kid} was told to be compromised before."),
        _("there is nothing to do."),
    ),
    "reissue-going": (
        _("the last re-issue of everybody has not ended yet."),
        _("wait for its end; yimatong keys list shows it."),
    ),
    "minting-going": (
        _("another process is signing strips."),
        _("wait for its end and try again."),
    ),
    "permit-document-wrong": (
        _("a permit of this class does not rest on this kind of document."),
        _(
            "a goods driver's rests on a vehicle pass of police, transport or civil affairs; a commuter's on the "
            "employer's letter."
        ),
    ),
    "permit-document-missing": (
        _("the number of the document is missing (2 to 40 signs)."),
        _("copy it from the vehicle pass or the letter."),
    ),
    "permit-days-wrong": (
        _("the days must begin today or later, not end before they begin, and be at most {most}."),
        _("check both days."),
    ),
    "permit-overlaps": (
        _("this person has a special permit already ({first} to {last}); two must not overlap."),
        _("let this one begin on the day after, or end that one early first."),
    ),
    "permit-unknown": (
        _("there is no such special permit."),
        _("check the number."),
    ),
    "permit-over": (
        _("this special permit is over already."),
        _("there is nothing to do."),
    ),
    "permit-reason-missing": (
        _("say why it ends early."),
        _("such as: the vehicle pass was taken back, the employment ended."),
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
        sentence=_("the private key for {use} is gone; nothing can be signed with it.", use=use),
        remedy=_(
            "restore the file from a backup (mode 0600); if it is lost, run yimatong keys rotate {use} --now.", use=use
        ),
    )
