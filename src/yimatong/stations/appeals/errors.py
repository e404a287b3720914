"""Mistakes around disputes and complaints, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    "fact-not-yours": (
        _("this fact is none that your colour rests on now."),
        _("go back to the page that says why, and object under the fact that you mean."),
    ),
    "words-missing": (
        _("please say what is wrong."),
        _("say it in a few sentences: where you were on that day, for example."),
    ),
    "words-too-long": (
        _("the words are longer than {most} characters."),
        _("please shorten them."),
    ),
    "not-your-person": (
        _("your account cannot object for this person."),
        _("let them sign in and object themselves."),
    ),
    "complaint-phone": (
        _("the mobile number can't be right."),
        _("give the eleven digits, or leave it out if you don't want to be told by text."),
    ),
    "dispute-unknown": (
        _("there is no such objection, or it is of another jurisdiction."),
        _("open it from the list of objections."),
    ),
    "dispute-settled": (
        _("this objection was settled before."),
        _("reload the page to see the outcome."),
    ),
    "own-dispute": (
        _("you wrote this objection down; another official settles it."),
        _("leave it to a colleague of the office."),
    ),
    "record-not-behind": (
        _("a chosen record is none that the disputed fact rests on, or it was struck already."),
        _("open the objection again and choose among the records listed there."),
    ),
    "nothing-corrected": (
        _("no record was struck, and the fact still counts."),
        _("choose the record that is wrong; where machine data alone say so, have their delivery withdrawn first."),
    ),
    "complaint-kind": (
        _("choose what the complaint is about."),
        _("choose one of the list; where none fits, choose other."),
    ),
    "complaint-too-long": (
        _("the words are longer than {most} characters."),
        _("please shorten them."),
    ),
    "complaint-checkpoint": (
        _("there is no such checkpoint."),
        _("check the address on the slip or the notice, or complain without naming a checkpoint."),
    ),
    "complaint-unknown": (
        _("there is no complaint of this number."),
        _("check the twelve signs of the receipt."),
    ),
    "complaint-not-yours": (
        _("this complaint is of another jurisdiction."),
        _("the control office of the checkpoint's jurisdiction sees to it."),
    ),
    "complaint-done": (
        _("this step of the complaint was done before."),
        _("reload the page to see it."),
    ),
    "answer-missing": (
        _("write the answer (at most {most} characters)."),
        _("say what was found and done; whoever has the receipt reads it."),
    ),
}


class AppealError(YimatongError):
    """Something about a dispute or a complaint that a person can mend."""


mistake = Mistakes(AppealError, SENTENCES)
