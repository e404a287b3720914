"""Declaring: whoever it is, what they say, one transaction. A correction is a declaration that replaces the one before."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from yimatong.records import calendar, identity
from yimatong.records.actions import audit, statements
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.models import Official, Person
from yimatong.stations.declarations import addresses, checks, form, queries, wording
from yimatong.stations.declarations.actions import contradicting, drafts, effects, limits, messages, recognising
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.recognising import Who
from yimatong.stations.declarations.actions.signing_in import Claims, sign_in
from yimatong.stations.declarations.checks import Answers
from yimatong.stations.declarations.errors import AnswersWrong, DeclarationError, mistake
from yimatong.stations.declarations.models import Account, Channel, Contradiction, Declaration, Statement

SAME_AGAIN = timedelta(minutes=10)
"""The same answers about the same person within this time are one declaration: a button pressed twice, two phones."""
SPARED_AT_A_DESK = frozenset({"phone"})
SHOWN = "checkpoint"
"""The channel of documents that were shown on the spot; nobody signs in to it."""
RECEIPT_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Declared:
    """What became of a declaration. `person` is None while it is held, and then `contradiction` says why; `touched` when a
    colour may change; `again` when these very answers had come already and nothing was done."""

    declaration: Declaration
    receipt: str
    person: int | None
    touched: bool
    contradiction: Contradiction | None = None
    again: bool = False


def declare(
    *,
    account: Account,
    answers: Mapping[str, Any],
    statement: str,
    now: datetime,
    at: datetime,
    relation: str | None = None,
    person: int | None = None,
    checkpoint: int | None = None,
) -> Declared:
    """Declare about oneself, or with a relation about a dependant (`person` where it is one of theirs already).

    `checkpoint` is the one whose address the phone had scanned (E4); it is kept beside the answers.
    """
    said, words = checked(answers, now), agreed(statement, now)
    key = None if said.id_number is None else identity.id_key(said.id_type, said.id_number)
    if (no := limits.spend(what="declare", source=Source(account=account.pk), at=at, target=key)) is not None:
        raise DeclarationError(no.code, no.sentence, remedy=no.remedy)
    with transaction.atomic():
        # One account at a time, and then one person at a time: a button pressed twice declares once.
        mine = Account.objects.select_for_update(of=("self",)).select_related("channel", "person").get(pk=account.pk)
        by, today = the_system(), calendar.day(now)
        if relation is None:
            who = recognising.oneself(by=by, account=mine, said=said, today=today)
        else:
            who = recognising.dependant(by=by, account=mine, said=said, today=today, person=person)
        paper = _Paper(answers, words, relation, now, at, said, checkpoint)
        return _declared(paper, who, account=mine)


def correct(
    *, account: Account, person: int, answers: Mapping[str, Any], statement: str, now: datetime, at: datetime,
    checkpoint: int | None = None,
) -> Declared:  # fmt: skip
    """Declare anew about oneself or a dependant; what is no longer said is taken back (effects.py)."""
    if account.person_id == person:
        return declare(account=account, answers=answers, statement=statement, now=now, at=at, checkpoint=checkpoint)
    relation = queries.relation_of(account, person)
    if relation is None:
        raise mistake("person-not-yours")
    return declare(
        account=account, answers=answers, statement=statement, now=now, at=at, relation=relation, person=person,
        checkpoint=checkpoint,
    )  # fmt: skip


@transaction.atomic
def declare_for(*, by: Official, answers: Mapping[str, Any], statement: str, now: datetime, at: datetime) -> Declared:
    """Declare at a desk for somebody whose document the official has in hand; a phone may be missing (D1)."""
    require(by, "record")
    said, words = checked(answers, now, spared=SPARED_AT_A_DESK), agreed(statement, now)
    who = recognising.shown_document(by=by, said=said, today=calendar.day(now))
    return _declared(_Paper(answers, words, None, now, at, said), who, official=by)


@transaction.atomic
def declare_child_for(
    *, by: Official, parent: int, answers: Mapping[str, Any], statement: str, now: datetime, at: datetime
) -> Declared:
    """Declare at a desk for a child without a document whose parent's document lies there. The child is the parent's from then on.

    The same child of the same parent is one person, however often this is said; `document-needed` where it has one.
    """
    require(by, "record")
    said, words = checked(answers, now, spared=SPARED_AT_A_DESK), agreed(statement, now)
    if said.id_number is not None:
        raise mistake("child-has-a-document", place="id_type")
    account = _account_of(Person.objects.select_for_update().get(pk=parent), at)
    who = recognising.dependant(by=by, account=account, said=said, today=calendar.day(now), person=None)
    made = _declared(_Paper(answers, words, "child", now, at, said), who, official=by)
    recognising.attach(account=account, person=who.person, relation="child", now=now)
    return made


def _account_of(parent: Person, at: datetime) -> Account:
    """An account of the parent's, the oldest; where there is none, the document that was shown, as at a checkpoint."""
    found = Account.objects.filter(person=parent).order_by("pk").first()
    if found is not None:
        return found
    if parent.id_sealed is None:
        raise mistake("guardian-needed", place="id_number")
    subject = f"{parent.id_type}:{identity.unseal(parent.id_sealed, 'id', parent.number)}"
    made = sign_in(channel=SHOWN, subject=subject, claims=Claims(), at=at)
    Account.objects.filter(pk=made.pk, person=None).update(person=parent)
    return Account.objects.select_related("channel", "person").get(pk=made.pk)


@transaction.atomic
def declare_before_a_guard(
    *, account: Account, answers: Mapping[str, Any], said: Answers, statement: str, checkpoint: int,
    now: datetime, at: datetime,
) -> Declared:  # fmt: skip
    """Declare for somebody whose document a guard has in hand; the answers were checked (applying.py)."""
    words = agreed(statement, now)
    mine = Account.objects.select_for_update(of=("self",)).select_related("channel", "person").get(pk=account.pk)
    who = recognising.shown_document(by=the_system(), said=said, today=calendar.day(now))
    return _declared(_Paper(answers, words, None, now, at, said, checkpoint), who, account=mine)


@dataclass(frozen=True, slots=True)
class _Paper:
    """What lies on the table."""

    answers: Mapping[str, Any]
    statement: Statement
    relation: str | None
    now: datetime
    at: datetime
    said: Answers
    checkpoint: int | None = None


def checked(answers: Mapping[str, Any], now: datetime, *, spared: frozenset[str] = frozenset()) -> Answers:
    """The answers, typed; AnswersWrong with everything that can't be right. What is spared may be missing."""
    today = calendar.day(now)
    found = checks.check(answers, today=today, off=settings.YIMATONG_FORM_OFF, city=settings.YIMATONG_CITY)
    found = tuple(one for one in found if not (one.code == "answer-missing" and one.field in spared))
    found = found or addresses.unknown_places(answers, today)
    if found:
        raise AnswersWrong(found)
    return checks.read({**answers, "phone": answers.get("phone") or ""})


def agreed(version: str, now: datetime) -> Statement:
    """The wording that was agreed to, which must be the one in force today."""
    words = queries.statement_in_force(calendar.day(now))
    if words.version != version:
        raise mistake("statement-not-in-force")
    return words


def _declared(paper: _Paper, who: Who, *, account: Account | None = None, official: Official | None = None) -> Declared:
    Person.objects.select_for_update().get(pk=who.person)
    content: dict[str, Any] = {"answers": dict(paper.answers), "relation": paper.relation}
    if paper.checkpoint is not None:
        content["checkpoint"] = paper.checkpoint
    sealed = json.dumps(content, ensure_ascii=False, sort_keys=True)
    fingerprint = identity.keyed("answers:", sealed)
    last = None if who.doubt else queries.declaration_of(who.person)
    if (same := _same(last, who, account, fingerprint, paper.now)) is not None:
        return same
    receipt = "".join(secrets.choice(RECEIPT_SIGNS) for _ in range(RECEIPT_LENGTH))
    declaration = Declaration.objects.create(
        person_id=None if who.doubt else who.person, account=account, official=official,
        made_by=_made_by(paper, official), source=_source(account), statement=paper.statement, agreed_at=paper.now,
        answers_sealed=identity.seal(sealed, "answers"), fingerprint=fingerprint, form=form.VERSION,
        receipt_key=receipt_key(receipt), receipt_sealed=identity.seal(receipt, "receipt"),
        phone_key=identity.phone_key(paper.said.phone) if paper.said.phone else None, declared_at=paper.now, replaces=last,
    )  # fmt: skip
    if account is not None:
        _forget_draft(account, paper.relation, who.person)
    if who.doubt:
        case = contradicting.open_case(
            person=who.person, declaration=declaration, sort=Contradiction.Sort.IDENTITY, says=who.doubt,
            evidence=[], key=who.doubt, now=paper.now,
        )  # fmt: skip
        _log(declaration, official or the_system(), {"held": 1})
        return Declared(declaration, shown_receipt(receipt), None, touched=False, contradiction=case)
    carry_out(declaration, paper.said, paper.relation, acting=official or the_system(), now=paper.now, at=paper.at)
    return Declared(declaration, shown_receipt(receipt), who.person, touched=True)


def carry_out(
    declaration: Declaration, said: Answers, relation: str | None, *, acting: Official, now: datetime, at: datetime
) -> None:
    """Give a declaration whose person is certain its effect: links, contacts, facts, contradictions, the audit link last.

    What it says is recorded by the official who took it down; `acting` is who gives it its effect now.
    """
    person = declaration.person_id
    assert person is not None
    by = declaration.official or the_system()
    account = declaration.account
    if account is not None:
        _link(account, person, relation, now)
    _reach(declaration, said, by)
    pen = effects.Pen(by, person, declaration, declaration.source, calendar.minute(now), at)
    guarded = account is not None and account.channel.kind == Channel.Kind.CHECKPOINT
    effects.take(pen, said, detail="desk" if declaration.official_id or guarded else "self")
    contradicting.look(declaration, said, taken_back=pen.taken_back, now=now)
    if account is not None and account.phone_sealed is not None:
        phone = identity.unseal(account.phone_sealed, "phone")
        receipt = shown_receipt(identity.unseal(declaration.receipt_sealed, "receipt"))
        messages.post(kind="receipt", phone=phone, text=wording.text("receipt", receipt=receipt), at=at)
    _log(declaration, acting, {"person": person, "taken_back": len(pen.taken_back)})


def _link(account: Account, person: int, relation: str | None, now: datetime) -> None:
    if relation is not None:
        recognising.attach(account=account, person=person, relation=relation, now=now)
    elif account.person_id is None:
        Account.objects.filter(pk=account.pk).update(person=person)


def _reach(declaration: Declaration, said: Answers, by: Official) -> None:
    """A phone on record is replaced by one that the account has proved, by a channel that knows the person, or at a desk."""
    account, person = declaration.account, declaration.person_id
    assert person is not None
    known = Person.objects.only("phone_key", "id_key").get(pk=person)
    trusted = account is None or account.phone_key == declaration.phone_key or known.phone_key is None
    trusted = trusted or (
        account is not None and account.document_key is not None and account.document_key == known.id_key
    )
    statements.move(
        by=by, person=known.pk,
        phone=said.phone if said.phone and trusted and known.phone_key != declaration.phone_key else None,
        division=said.division,
    )  # fmt: skip


def _same(
    last: Declaration | None, who: Who, account: Account | None, fingerprint: UUID, now: datetime
) -> Declared | None:
    """The declaration that these very answers have made a moment ago."""
    if who.doubt and account is not None:
        last = Declaration.objects.filter(account=account, person=None, fingerprint=fingerprint).order_by("-id").first()
    if last is None or last.fingerprint != fingerprint or abs(now - last.declared_at) > SAME_AGAIN:
        return None
    case = last.contradictions.filter(sort=Contradiction.Sort.IDENTITY).first() if who.doubt else None
    receipt = shown_receipt(identity.unseal(last.receipt_sealed, "receipt"))
    return Declared(last, receipt, last.person_id, touched=False, contradiction=case, again=True)


def _forget_draft(account: Account, relation: str | None, person: int) -> None:
    if relation is None:
        drafts.drop_draft(account=account)
    else:
        for about in ("new", f"d{person}"):
            drafts.drop_draft(account=account, about=about)


def _made_by(paper: _Paper, official: Official | None) -> str:
    if official is not None:
        return Declaration.By.OFFICIAL
    return Declaration.By.SELF if paper.relation is None else Declaration.By.GUARDIAN


def _source(account: Account | None) -> str:
    return f"declaration:{account.channel.slug}" if account is not None else "declaration:desk"


def _log(declaration: Declaration, acting: Official, details: dict[str, int]) -> None:
    subject = f"declaration/{declaration.pk}"
    audit.record(by=acting, action="declaration.take", subject=subject, details=details)


def receipt_key(receipt: str) -> UUID:
    """The look-up key of a receipt, however it was typed."""
    plain = identity.normalised(receipt).replace("O", "0").replace("I", "1").replace("L", "1")
    return identity.keyed("receipt:", plain)


def shown_receipt(receipt: str) -> str:
    """The receipt as people copy it: in fours."""
    return "-".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
