"""Sentences of issuing: what is wrong, and what to do. Codes never change."""

from __future__ import annotations

from string import Formatter

from yimatong.core.errors import Sentences
from yimatong.core.text import in_all, message as _, message_in

REFUSALS: Sentences = {
    "not-green": (
        _("By the judgement in force this person does not meet the standard of green."),
        _("Read the reasons below to the person; they can be tested as it says, or object here."),
    ),
    "wait-for-judgement": (
        _("By the latest facts the person is green; that counts with the next judgement."),
        _("It takes some minutes; try again then."),
    ),
    "not-declared": (
        _("This person has not declared yet."),
        _("Let them declare at the desk; they are judged at once."),
    ),
    "not-judged": (
        _("There is no judgement in force yet."),
        _("Wait for the first run; see yimatong runs list."),
    ),
    "has-one-already": (
        _("This person has a valid paper pass already ({number})."),
        _("If it is lost or damaged, replace it; it can be renewed in its last days."),
    ),
    "out-of-scope": (
        _("This person is outside the scope of this issuing point."),
        _("Send them to the point of the village or compound where they live."),
    ),
    "outside-hours": (
        _("This issuing point is not open now."),
        _("Come in its hours, or go to a point that is open."),
    ),
    "no-numbers": (
        _("There are no numbers left: the district's are used up, or the block is empty."),
        _("Let the control office see yimatong issuing points."),
    ),
    "stopped": (
        _("This issuing point was stopped."),
        _("Go to another issuing point."),
    ),
    "document-not-seen": (
        _("The document itself was not seen."),
        _("See the document first; for a child without one, the household register or birth record, and the parent's."),
    ),
    "document-missing": (
        _("This person has no document, and no parent is named."),
        _("Name a parent of a child; anybody else needs a document."),
    ),
    "not-a-child": (
        _("A parent's number is for a child who has no document."),
        _("Use the person's own document."),
    ),
    "not-the-guardian": (
        _("The parent who is named is not the guardian on record, or has no document."),
        _("Check the household register, and name the guardian on record."),
    ),
    "has-another": (
        _("The old pass is dead; the person has another valid one ({number}), so none is issued."),
        _("Use that one; if it is lost too, replace it."),
    ),
    "not-valid-now": (
        _("This pass is dead already and is not replaced."),
        _("Issue a new one."),
    ),
    "slot-full": (
        _("This slot is full."),
        _("Choose another one."),
    ),
    "slot-wrong": (
        _("This slot can't be booked."),
        _("Choose one in the hours, within the days that can be booked."),
    ),
    "door-word": (
        _("This is not the number that stands on the screen at the door now."),
        _(
            "Read the six digits on the screen at the door (they change every five minutes), or ask the staff "
            "for a number."
        ),
    ),
    "booked-already": (
        _("You have booked already."),
        _("Cancel the one that you have."),
    ),
}

MISTAKES: Sentences = {
    "point-unknown": (_("there is no such issuing point."), _("check the number.")),
    "point-wrong": (
        _("the issuing point can't be opened as given ({field})."),
        _("correct it as docs/reference/issuing.md says."),
    ),
    "point-stopped": (
        _("this issuing point was stopped."),
        _("go to another issuing point."),
    ),
    "person-unknown": (
        _("nobody with this document is recorded."),
        _("check the kind and the number of the document; whoever is not recorded declares at the desk."),
    ),
    "identity-in-doubt": (
        _("the name is not the one on record: it is not certain who this is."),
        _("let them come to the point with the document; the pass in their hands is not good yet."),
    ),
    "line-not-given": (
        _("this home is not on the route that was given."),
        _("check the list; work by the document."),
    ),
    "desk-revoked": (
        _("this offline desk was revoked; what it brings home is looked at by the control office."),
        _("hand the device in; passes are entered after they were checked."),
    ),
    "sealed-wrong": (
        _("this record cannot be opened."),
        _("it stays on the device; bring that to the control office."),
    ),
    "record-wrong": (
        _("this record is not in its form ({field})."),
        _("update the desk's page; enter the pass from its stub."),
    ),
    "record-unexpected": (
        _("the server could not deal with this record; it is kept, and looked at by the control office."),
        _("nothing has to be done again; it is there once the control office has entered it."),
    ),
    "not-staff": (
        _("you are not on the staff of this issuing point."),
        _("let the control office appoint you, or work at your own point."),
    ),
    "number-wrong": (
        _("the number can't be right ({flaw})."),
        _("type it again from the pass."),
    ),
    "number-unknown": (
        _("no pass with this number was ever issued."),
        _("check it by the pass."),
    ),
    "number-used": (
        _("this number has been used."),
        _("a number is used once; take another blank, and check the register."),
    ),
    "not-in-stock": (
        _("these blanks are not in the stock of this point."),
        _("see yimatong issuing points."),
    ),
    "clock-wrong": (
        _("the time of issue can't be."),
        _("check the clock of the desk, and the time on the stub."),
    ),
    "too-many-numbers": (
        _("at most {most} numbers can be leased at once."),
        _("lease them in parts."),
    ),
    "request-differs": (
        _("this request for numbers was another desk's."),
        _("use a new request."),
    ),
    "child-unknown": (
        _("no child of this name was declared for this parent, or more than one."),
        _("declare the child at a desk, then enter the stub under Blanks."),
    ),
    "day-wrong": (
        _("a day is written like 2020-02-20."),
        _("type it again: year, month, day."),
    ),
    "nothing-to-print": (
        _("this issuing point has no pass of {day} that can be printed."),
        _(
            "check both; yimatong issuing register --point {point} --day {day} lists that day. Dead passes are "
            "not printed."
        ),
    ),
    "too-many-to-print": (
        _("there are {count} passes of this day; the page prints at most {most} at once."),
        _("have them printed into one file with yimatong issuing print --point {point} --day {day} FILE.pdf."),
    ),
    "batch-differs": (
        _("another record came under the same number."),
        _("the record stays on the tablet; give the tablet to whoever looks after the point."),
    ),
    "signed-already": (_("this line is signed already."), _("there is nothing to sign.")),
    "signature-wrong": (
        _("the signature is empty or too large."),
        _("sign or scan it again."),
    ),
    "task-unknown": (_("there is no such collection task."), _("check the number.")),
    "task-closed": (_("this task is closed."), _("there is nothing to do.")),
    "outcome-wrong": (
        _("such a task does not end this way."),
        _("choose one of the outcomes listed."),
    ),
    "case-unknown": (_("there is no such case."), _("check the number.")),
    "case-open": (
        _("there is an open case about this pass."),
        _("go on with that case."),
    ),
    "case-not-heard": (
        _("the time to answer is not over; before that nothing is decided."),
        _("wait for the deadline; until then the holder may answer at the desk or online."),
    ),
    "hearing-over": (
        _("the time to answer online is over."),
        _("until the case is settled, say it at the desk of the point that issued the pass; bring the document."),
    ),
    "words-missing": (
        _("write what you want to say (at most {most} characters)."),
        _("in your own words: how you got the pass, and who has used it."),
    ),
    "same-official": (
        _("whoever opened the case does not settle it."),
        _("let another official of the control office do it."),
    ),
    "case-settled": (_("this case is settled."), _("there is nothing to do.")),
    "line-unknown": (_("there is no such line of the roster."), _("check the number.")),
    "on-roster": (_("this person is on the roster."), _("there is nothing to add.")),
    "no-roster": (
        _("only points of companies and buildings have a roster."),
        _("let the company's own point do it."),
    ),
    "consent-is-own": (
        _("online consent is given by the person alone, on their own page."),
        _("let the person agree on their own page, or sign on paper at the company's issuing point."),
    ),
    "person-not-recorded": (
        _("nobody with this document is recorded yet."),
        _("let the person declare first, and sign then."),
    ),
    "not-on-roster": (
        _("somebody is not on the roster, or took back their consent."),
        _("check the roster."),
    ),
    "ticket-unknown": (_("there is no such ticket."), message_in("pass number", "check the number.")),
    "held-unknown": (_("there is no such held entry."), _("check the number.")),
    "reason-missing": (
        _("a reason must be given."),
        message_in("note", "say why in a sentence, without personal data."),
    ),
}

AT_SYNC: Sentences = {
    "doubled": (
        _("This person has another valid pass; this one holds too, until they were told."),
        _("Tell them, as the task says, and collect one of the two."),
    ),
    "answers-wrong": (
        _("The declaration can't be right, and was not entered."),
        _("Call them by the stub; declare anew and enter the pass at the desk."),
    ),
    "statement-not-in-force": (
        _("The statement that was read aloud is not the one in force."),
        _("Let them declare anew with the one in force."),
    ),
}
"""What became of a record that a desk brought home, beside mistakes and refusals."""
OTHERWISE = (
    _("It was not entered."), _("Bring the stub to the control office."),
)  # fmt: skip


def said_of(code: str) -> dict[str, dict[str, str]]:
    """What a code means and what to do, by language, where nothing but the code is known: what would fill a gap is left open."""
    told = (
        one.filled(**dict.fromkeys((gap for _words, gap, *_more in Formatter().parse(one.source) if gap), "…"))
        for one in {**MISTAKES, **REFUSALS, **AT_SYNC}.get(code, OTHERWISE)
    )
    return dict(zip(("sentence", "remedy"), map(in_all, told), strict=True))
