"""Settling contradictions: an official finds out, or the owner of a document confirms with a code to the phone on record."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimatong.records import identity
from yimatong.records.actions import audit, statements
from yimatong.records.actions.officials import the_system
from yimatong.records.actions.permission import require
from yimatong.records.actions.statements import FactStated, StayStated
from yimatong.records.models import Fact, Official, Person, Stay
from yimatong.records.refusals import Refused
from yimatong.stations.declarations import checks, queries
from yimatong.stations.declarations.actions import codes, declaring, limits
from yimatong.stations.declarations.actions.declaring import Declared
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.signing_in import refused_answer
from yimatong.stations.declarations.errors import mistake, refused
from yimatong.stations.declarations.models import Contradiction, Declaration, OneTimeCode

State, Finding, Sort = Contradiction.State, Contradiction.Finding, Contradiction.Sort
HEARD = "hearing"
CONFIRMED = "confirmed by the owner's phone"


@transaction.atomic
def settle(*, by: Official, contradiction: int, finding: str, why: str, now: datetime, at: datetime) -> Contradiction:
    """Say what was found out; the person was heard before, or the time to answer is over.

    A held declaration that was right counts from here on. What was taken back falsely is recorded again, by the official. A
    `false` case is handed over: the audit names it, and what to do about it is a decision of the department responsible; no
    colour changes but by facts. The edge has the touched judged after this.
    """
    require(by, "settle")
    if not why.strip():
        raise mistake("reason-missing")
    case = _locked(contradiction)
    if case.state == State.SETTLED:
        raise mistake("case-not-open")
    if case.state == State.OPEN and case.answer_by >= now:
        raise mistake("case-not-heard")
    if case.state == State.OPEN:
        case.state, case.heard_at = State.HEARD, now
        case.save(update_fields=["state", "heard_at"])
    _settled(case, by, Finding(finding), why.strip(), now)
    if case.sort == Sort.IDENTITY and finding == Finding.DECLARATION_RIGHT:
        _accept(case.declaration, case.person_id, acting=by, now=now, at=at)
    if case.sort == Sort.RETRACTED and finding == Finding.FALSE:
        _record_again(case, by)
    audit.record(
        by=by, action="contradiction.settle", subject=f"contradiction/{case.pk}",
        details={"finding": finding, "handed_over": finding == Finding.FALSE},
    )  # fmt: skip
    return case


def ask_owner(*, contradiction: Contradiction, source: Source, at: datetime) -> Refused | None:
    """Send a code to the phone on record of the person whose document was named."""
    target = _target(contradiction)
    if (no := limits.spend(what="ask", source=source, at=at, target=target)) is not None:
        return no
    owner = Person.objects.get(pk=contradiction.person_id)
    if owner.phone_sealed is None:
        return refused("owner-has-no-phone")
    phone = identity.unseal(owner.phone_sealed, "phone", owner.number)
    codes.issue(use=OneTimeCode.Use.IDENTITY, target=target, phone=phone, at=at)
    return None


def confirm_owner(
    *, contradiction: Contradiction, code: str, source: Source, now: datetime, at: datetime
) -> Declared | Refused:
    """With the owner's code a held declaration counts at once. A name that differs much still needs an official."""
    target = _target(contradiction)
    if (no := refused_answer(source, target, at)) is not None:
        return no
    if contradiction.says != "not-proved":
        return refused("case-not-heard")
    if codes.redeem(use=OneTimeCode.Use.IDENTITY, target=target, code=code, at=at) is None:
        limits.spend(what="wrong", source=source, at=at)
        return refused("code-wrong")
    return _confirmed(contradiction.pk, now=now, at=at)


@transaction.atomic
def _confirmed(contradiction: int, *, now: datetime, at: datetime) -> Declared:
    case = _locked(contradiction)
    if case.state == State.SETTLED:
        raise mistake("case-not-open")
    if case.state == State.OPEN:
        case.state, case.heard_at = State.HEARD, now
        case.save(update_fields=["state", "heard_at"])
    _settled(case, the_system(), Finding.DECLARATION_RIGHT, CONFIRMED, now)
    declaration = _accept(case.declaration, case.person_id, acting=the_system(), now=now, at=at)
    receipt = declaring.shown_receipt(identity.unseal(declaration.receipt_sealed, "receipt"))
    return Declared(declaration, receipt, declaration.person_id, touched=True)


def _accept(declaration: Declaration, person: int, *, acting: Official, now: datetime, at: datetime) -> Declaration:
    """Give a held declaration its person and its effect, as of now. One that was overtaken by another stays held."""
    Person.objects.select_for_update().get(pk=person)
    if declaration.person_id is not None:
        return declaration
    declaration.person_id, declaration.replaces = person, queries.declaration_of(person)
    declaration.save(update_fields=["person", "replaces"])
    content = json.loads(identity.unseal(declaration.answers_sealed, "answers"))
    said = checks.read(content["answers"])
    declaring.carry_out(declaration, said, content["relation"], acting=acting, now=now, at=at)
    return declaration


def _record_again(case: Contradiction, by: Official) -> None:
    """The contact or journey that was taken back stands again, on the official's word; the person's strike stays readable."""
    for name in case.evidence:
        table, _, number = str(name).partition("/")
        if table == "contact":
            fact = Fact.objects.get(pk=number)
            said = FactStated(fact.kind, fact.detail, fact.start, fact.end)
            statements.state_fact(by=by, person=case.person_id, said=said, source=HEARD, legal_basis=fact.legal_basis)
        else:
            stay = Stay.objects.get(pk=number)
            was = StayStated(stay.place_id, stay.division, stay.arrive, stay.leave)
            statements.state_stay(by=by, person=case.person_id, said=was, source=HEARD, legal_basis=stay.legal_basis)


def _settled(case: Contradiction, by: Official, finding: Contradiction.Finding, why: str, now: datetime) -> None:
    case.state, case.finding, case.settled_at, case.settled_by, case.settled_why = (
        State.SETTLED, finding, now, by, why,
    )  # fmt: skip
    case.save(update_fields=["state", "finding", "settled_at", "settled_by", "settled_why"])


def _locked(number: int) -> Contradiction:
    case = Contradiction.objects.select_for_update(of=("self",)).select_related(
        "declaration", "declaration__account", "declaration__account__channel", "declaration__official"
    ).filter(pk=number).first()  # fmt: skip
    if case is None:
        raise mistake("record-unknown")
    return case


def _target(contradiction: Contradiction) -> UUID:
    return identity.keyed("contradiction:", str(contradiction.pk))
