"""What the declarations say to people, by code: what is wrong, and what to do."""

from __future__ import annotations

from yimatong.core.errors import Sentences
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    # Answers: {label} is the field's.
    "answer-missing": (_("“{label}” is not filled in."), _("please fill it in.")),
    "answer-shape": (_("“{label}” cannot be read."), _("please fill it in anew.")),
    "answer-too-long": (_("“{label}” is too long."), _("please shorten it.")),
    "answer-choice": (_("“{label}” is none of the choices."), _("please choose from the list.")),
    "id-number-shape": (
        _("“{label}” does not fit the type of document."),
        _("check the type, and copy the number from the document."),
    ),
    "id-number-date": (
        _("the birth date inside “{label}” does not exist."),
        _("copy the number from the document."),
    ),
    "id-number-check-digit": (
        _("a digit of “{label}” is wrong (the check digit does not fit)."),
        _("copy the number from the document, digit by digit."),
    ),
    "number-without-document": (
        _("“No document yet” was chosen, and yet there is a number."),
        _("choose the type of the document, or empty the number."),
    ),
    "document-needed": (
        _("from the age of 14 on a document is needed."),
        _("give the document; who has lost it can go to an issuing point for a paper pass."),
    ),
    "guardian-needed": (
        _("a child below 14 is declared by a guardian."),
        _("let a guardian sign in and declare under “family”, or go to an issuing point for a paper pass."),
    ),
    "child-has-a-document": (
        _("this is for a child who has no document."),
        _("declare with the child's own document."),
    ),
    "not-read-aloud": (
        _("the truthfulness statement was not read aloud."),
        _("read all of it aloud, and send when the person has agreed."),
    ),
    "phone-shape": (
        _("“{label}” is no valid number."),
        _("11 digits for the mainland; other numbers begin with + and the country's code."),
    ),
    "date-wrong": (_("“{label}” is no valid date."), _("choose it from the calendar.")),
    "date-ahead": (_("“{label}” lies ahead."), _("check the date.")),
    "date-too-early": (_("“{label}” is too long ago."), _("check the date.")),
    "dates-backwards": (_("“{label}” is before the first day."), _("check the two dates.")),
    "home-unknown": (
        _("“{label}” is not in the gazetteer, or not part of what was chosen before."),
        _("choose again, or tick “My community is missing”."),
    ),
    "division-unknown": (_("“{label}”: there is no such division."), _("choose again.")),
    "itinerary-empty": (
        _("“outside the city” was chosen, but no place is given."),
        _("give the places, or choose no."),
    ),
    "too-many-rows": (_("“{label}” has more than {most} rows."), _("join or remove some.")),
    # Declaring.
    "answers-wrong": (_("some answers need to be corrected."), _("correct what is marked.")),
    "statement-not-in-force": (
        _("the truthfulness wording has changed."),
        _("read it again and agree."),
    ),
    "person-not-yours": (
        _("your account cannot act for this person."),
        _("let them sign in themselves, or declare for them under “family” first."),
    ),
    "another-person": (
        _("this account has declared for somebody else as themselves."),
        _("declare for family under “family”; somebody else needs a sign-in of their own."),
    ),
    "document-not-the-channels": (
        _("the document is not the one that the channel knows you by."),
        _("give your own document; declare for family under “family”."),
    ),
    "too-many-dependants": (
        _("an account can look after {most} family members at most."),
        _("detach one first, or let them declare themselves."),
    ),
    "record-unknown": (_("there is no such record."), _("go back and try again.")),
    "case-not-open": (_("this matter is settled."), _("look again.")),
    "case-not-heard": (
        _("the person has not been heard yet; the case cannot be settled."),
        _("wait for the answer, or for the end of the time to answer."),
    ),
    "reason-missing": (_("a reason must be given."), _("say it in a sentence, without personal data.")),
    "words-missing": (_("please write your answer."), _("say in a few sentences how it is.")),
    "symptom-unknown": (_("there is no such symptom."), _("choose from the list.")),
    "not-declared": (_("nothing was declared yet."), _("please declare first.")),
    # Channels.
    "channel-unknown": (_("there is no channel {slug}."), _("see yimatong channels list.")),
    "channel-known": (_("the channel {slug} is registered already."), _("choose another name, or give it new keys with rotate.")),
    "channel-incomplete": (
        _("the channel {slug} lacks {missing}."),
        _("see docs/reference/channels.md."),
    ),
    "channel-messages-unsafe": (
        _("the address for service messages of the channel {slug} is not HTTPS."),
        _("give an https:// address; only this machine itself may have http://."),
    ),
    "channel-not-allowed": (_("the role {role} may not register channels."), _("let the control office do it.")),
    "channel-stopped": (
        _("this way to sign in is stopped for now."),
        _("use another one, or go to an issuing point for a paper pass."),
    ),
    "channel-busy": (
        _("too many people are signing in this way just now."),
        _("try again in a minute, or use another way."),
    ),
    "hand-over-unknown": (
        _("this sign-in was not begun here, or more than ten minutes ago."),
        _("begin again."),
    ),
    "hand-over-repeated": (
        _("what the channel sent was used before."),
        _("begin again."),
    ),
    "hand-over-wrong": (
        _("what the channel sent cannot be verified ({detail})."),
        _("begin again; if it stays so, use another way."),
    ),
    "hand-over-elsewhere": (
        _("the sign-in was begun in another browser."),
        _("begin again in one browser, with cookies allowed."),
    ),
    "hand-over-cancelled": (
        _("the sign-in was not completed there."),
        _("begin again, or use another way."),
    ),
    "channel-silent": (
        _("the channel does not answer just now."),
        _("try again in a while, or use another way."),
    ),
    # Codes, receipts, limits.
    "too-many-attempts": (
        _("too many attempts."),
        _("try again in {minutes} minutes, go to an issuing point, or call 12345."),
    ),
    "sign-in-waits": (
        _("too many passwords were tried for this account; the next can be tried in {minutes} minutes."),
        _("sign in on a device on which you have signed in before, which goes on; for a new one ask the "
"control office for a code."),
    ),
    "code-wrong": (
        _("the code is wrong, or its time is over."),
        _("check the message, or ask for a new code."),
    ),
    "sms-number-unknown": (
        _("this number is not registered."),
        _("send it from the phone given in the declaration, or go to an issuing point."),
    ),
    "owner-has-no-phone": (
        _("no phone is known of that person, so a message cannot confirm it."),
        _("go to an issuing point with the document."),
    ),
}  # fmt: skip
