"""Mistakes around the records, each with a code that never changes."""

from __future__ import annotations

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences, YimatongError
from yimatong.core.text import message as _

SENTENCES: Sentences = {
    "not-allowed": (
        _("the role {role} may not do {action}."),
        _("let somebody do it who may: {allowed}."),
    ),
    "official-not-active": (
        _("this official is not active any more."),
        _("use the account of an official who is active."),
    ),
    "acting-for-another": (
        _("this can only be done in one's own name."),
        _("let the official sign in and do it."),
    ),
    "official-unknown": (
        _("there is no official called {username}."),
        _("check the user name, or appoint the official first."),
    ),
    "record-unknown": (
        _("there is no such record: {record}."),
        _("check the number."),
    ),
    "record-struck": (
        _("{record} was struck before and stays as it is."),
        _("if it is so after all, record it anew."),
    ),
    "record-ended": (
        _("{record} has an end already and can't be ended twice."),
        _("if that end is wrong, strike the record and record it anew."),
    ),
    "record-repeats": (
        _("the same fact about the same person is recorded already as {record}."),
        _("there is nothing to record; if it is wrong, strike it first."),
    ),
    "interval-backwards": (
        _("{record} would end before it starts."),
        _("check the two instants."),
    ),
    "kind-unknown": (
        _("there is no such kind of fact: {kind}/{detail}."),
        _("use one of those listed in docs/reference/feeds.md."),
    ),
    "reason-missing": (
        _("a reason must be given."),
        _("say why in a sentence, without personal data."),
    ),
    "delivery-unknown": (
        _("there is no delivery {delivery}."),
        _("see yimatong feeds list."),
    ),
    "delivery-not-taken": (
        _("delivery {delivery} is {state} and can't be withdrawn."),
        _("only a delivery that was taken can be withdrawn."),
    ),
    "snapshot-not-last": (
        _("a later list was taken after this one (delivery {later}); withdraw that first."),
        _("withdraw from the latest back."),
    ),
    "held-row-settled": (
        _("this held row was settled before."),
        _("look again."),
    ),
    "held-row-not-a-match": (
        _("this row was not held because of its person, and can't be released this way."),
        _("correct the file as the report says and deliver it again."),
    ),
    "document-wrong": (
        _("the document number can't be true ({flaw})."),
        _("correct it by the document itself."),
    ),
    "person-known": (
        _("the person with this document is recorded already, number {person}."),
        _("use the number that is there."),
    ),
    "identity-not-theirs": (
        _("the sealed number beside person {person} is not that person's and does not open."),
        _("the identity may have been tampered with: let two officials look at the document and correct it."),
    ),
    "document-of-another": (
        _("this document is on record for person {person}."),
        _("look at the document; where that person's is the mistaken one, correct it first."),
    ),
    "correction-same": (
        _("the correction says what is on record already."),
        _("check what is to be corrected."),
    ),
    "correction-waiting": (
        _("a correction of this person waits for another official already (number {correction})."),
        _("settle that one first."),
    ),
    "correction-settled": (
        _("this correction was settled before, or the identity has changed since it was proposed."),
        _("look again, and propose it anew where it is still needed."),
    ),
    "correction-by-the-same": (
        _("whoever proposed a correction can't settle it."),
        _("let another official look at the document and settle it."),
    ),
    "correction-not-as-proposed": (
        _("correction {correction} does not say what was proposed."),
        _("do not confirm it: refuse it, propose it anew and tell the administrator."),
    ),
    "place-number-taken": (
        _("a place number is taken already or out of range."),
        _("let the system number it, or use a free number."),
    ),
    "policy-none-in-force": (
        _("no policy is in force yet."),
        _("put a pack into force: yimatong policy enforce FOLDER --by USERNAME."),
    ),
    "policy-not-enforced": (
        _("the policy in the folder {folder} ({digest}) is not in force; {in_force} is."),
        _(
            "run yimatong policy enforce FOLDER --by USERNAME first; a trial that publishes nothing is yimatong "
            "runs as-of --policy."
        ),
    ),
    "policy-enforced-meanwhile": (
        _("another policy came into force meanwhile."),
        _("run it again, and look at the difference to the one in force."),
    ),
    "policy-changed-while-kept": (
        _("the policy {digest} kept in the database does not have that digest."),
        _("the database may have been changed by hand; compare it with a backup."),
    ),
    "enforcement-edited": (
        _("enforcement {number} of a policy was not written by this system, or was edited since."),
        _(
            "the database may have been changed by hand: nobody is judged until the row is put back, verdicts "
            "stay; compare it with a backup."
        ),
    ),
}


class RecordsError(YimatongError):
    """Something about the records that a person can mend."""


mistake = Mistakes(RecordsError, SENTENCES)


HARM = {
    "identity-key": _("the same person would be recorded twice"),
    "secret-key": _("whoever signed in at another server would be signed out"),
    "pass-secret": _("what was recalled would be valid again"),
    "audit-key": _("everything that was published would count as edited by hand"),
}
"""What would come of working with another key than the city's."""


def another_key(name: str) -> EnvironmentProblem:
    """This server's key is not the one that the city's records are kept under."""
    return EnvironmentProblem(
        f"another-{name}",
        place=name,
        sentence=_("this server's {name} is not the one of this database: {harm}.", name=name, harm=HARM[name]),
        remedy=_(
            "copy {name} from the home folder of the server that has it (or set its variable) and start again; never make another.",
            name=name,
        ),
    )


def no_key(name: str) -> EnvironmentProblem:
    """This server has no key of that name, while the database has people who are kept under one."""
    return EnvironmentProblem(
        f"no-{name}",
        place=name,
        sentence=_(
            "this server has no {name}, and people are recorded in this database; no key is made where people are.",
            name=name,
        ),
        remedy=_("copy {name} from a backup or from another server's home folder, or set its variable.", name=name),
    )


def another_zone(policy: str, named: str, ours: str) -> EnvironmentProblem:
    """A policy counts its days in another zone than this installation."""
    return EnvironmentProblem(
        "policy-zone-differs",
        place=policy,
        sentence=_("the policy counts its days in {named}, and this installation in {ours}.", named=named, ours=ours),
        remedy=_(
            "let both name the same: set YIMATONG_TIME_ZONE={named} and start again, or put a policy of {ours} "
            "into force (yimatong policy enforce).",
            named=named,
            ours=ours,
        ),
    )


def roles_not_allowed(user: str) -> EnvironmentProblem:
    """The database user may not create the two roles that keep verdicts from being painted."""
    once = f'CREATE ROLE yimatong_app; CREATE ROLE yimatong_judge; GRANT yimatong_app, yimatong_judge TO "{user}";'
    other = f'ALTER ROLE "{user}" CREATEROLE'
    return EnvironmentProblem(
        "database-roles-not-allowed",
        place="PostgreSQL",
        sentence=_(
            "the database user {user} may not create or use the roles yimatong_app and yimatong_judge.", user=user
        ),
        remedy=_(
            "let the administrator of the database run once: {once} (or {other}), then run this again.",
            once=once,
            other=other,
        ),
    )
