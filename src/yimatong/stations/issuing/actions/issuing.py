"""A pass is issued: looked at, given a number, written into the register, made good by a credential. One transaction, or nothing.

Why so: decision 72.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from yimatong.core.credential import FileKey
from yimatong.records import calendar, identity
from yimatong.records.actions import audit
from yimatong.records.models import Official, Person
from yimatong.records.refusals import Refused
from yimatong.stations.issuing import looking
from yimatong.stations.issuing.actions.leases import Drawn, draw
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake, refused
from yimatong.stations.issuing.hours import is_open
from yimatong.stations.issuing.looking import Good
from yimatong.stations.issuing.models import Entry, Paper, Point
from yimatong.stations.issuing.terms import Terms, terms
from yimatong.stations.passes.actions import papers
from yimatong.stations.passes.actions.papers import NotInForce
from yimatong.stations.passes.models import PaperCredential

NEXT_LINE = """
INSERT INTO register_days (point_id, day, lines) VALUES (%s, %s, 1)
ON CONFLICT (point_id, day) DO UPDATE SET lines = register_days.lines + 1 RETURNING lines
"""


@dataclass(frozen=True, slots=True)
class Issued:
    """A pass that was issued. `text` is that of its QR code, empty where it never was good; `again` when it had been before.

    `never` says why an offline or hand-filled pass is not good: the code of the refusal that a desk with a network had given.
    """

    paper: Paper = field(repr=False)
    number: str
    text: str = field(repr=False)
    valid_until: datetime
    again: bool = False
    never: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What is written on a pass: whose, with whose document, from where and when. `key` makes it once."""

    by: Official
    point: Point
    person: Person
    document: Person
    issued_at: datetime
    mode: Paper.Mode
    key: UUID
    replaces: Paper | None = None


@transaction.atomic
def look(*, by: Official, point: int, person: int, now: datetime, child_of: int | None = None) -> Good | Refused:
    """What `issue` would say, with the reasons to be read aloud; nothing is written."""
    found = _looked(at_desk(by, point), Person.objects.get(pk=person), child_of, now, terms(), document_seen=True)
    return found if isinstance(found, Refused) else Good(person, found.by)


def issue(
    *,
    by: Official,
    point: int,
    person: int,
    now: datetime,
    child_of: int | None = None,
    document_seen: bool = True,
    key: UUID | None = None,
) -> Issued | Refused:
    """Issue a pass to somebody who is green; the same key issues once, however often the button was pressed.

    A pass that is over, or nearly, is renewed: the old one dies with the new one.
    """
    try:
        return _issue(by, point, person, now, child_of, key, document_seen=document_seen)
    except NotInForce:
        return _issue(by, point, person, now, child_of, key, document_seen=document_seen)


@transaction.atomic
def _issue(
    by: Official, point: int, person: int, now: datetime, child_of: int | None, key: UUID | None, *, document_seen: bool
) -> Issued | Refused:
    where, agreed = at_desk(by, point), terms()
    papers.hold(person)
    if (same := issued_before(key, now)) is not None:
        return same
    whom = Person.objects.get(pk=person)
    found = _looked(where, whom, child_of, now, agreed, document_seen=document_seen)
    if isinstance(found, Refused):
        return found
    drawn = draw(by, where, now)
    if isinstance(drawn, Refused):
        return drawn
    papers.recall(serials=[one.serial for one in looking.standing(person, now)], cause="over", now=now)
    _end_what_is_over(person, now)
    form = Form(by, where, whom, found.document, now, Paper.Mode.DESK, key or uuid4())
    paper = write(form, drawn, agreed)
    return issued(paper, now)


def write(form: Form, drawn: Drawn, agreed: Terms, *, never: str = "", doubled: bool = False) -> Paper:
    """Write a pass and its line of the register, in the caller's transaction, which holds the person; audited last.

    With `never` it has no credential: somebody holds it, and it is not good.
    """
    until = agreed.until(form.issued_at)
    credential = None
    if not never:
        credential = papers.grant(
            person=form.person.pk, issued_at=form.issued_at, until=until, longest=agreed.valid_days, doubled=doubled
        )
    paper = Paper.objects.create(
        number=drawn.number, district=drawn.district, serial=drawn.serial, person=form.person,
        child_of=form.document if form.document.pk != form.person.pk else None, credential=credential, never=never,
        name=form.person.name, document_sealed=_document_of(form.document), document_tail=form.document.id_tail,
        point=form.point, lease_id=drawn.lease, by=form.by, mode=form.mode, key=form.key,
        issued_at=form.issued_at, valid_until=until, replaces=form.replaces,
    )  # fmt: skip
    day = calendar.day_number(form.issued_at)
    with connection.cursor() as cursor:
        cursor.execute(NEXT_LINE, [form.point.pk, day])
        line = int(cursor.fetchone()[0])
    Entry.objects.create(point=form.point, day=day, line=line, paper=paper)
    audit.record(
        by=form.by, action="paper.issue", subject=f"paper/{paper.number}",
        details={"point": form.point.pk, "mode": form.mode, "never": never},
    )  # fmt: skip
    return paper


def _document_of(shown: Person) -> bytes | None:
    """The document that stands on a pass, sealed for the pass; its holder's may be another one later."""
    return None if shown.id_sealed is None else identity.resealed(shown.id_sealed, "id", shown.number)


def issued(paper: Paper, now: datetime, *, again: bool = False) -> Issued:
    """What the desk is told of a pass; its code is signed now."""
    return Issued(paper, paper.number, text_of(paper, now), paper.valid_until, again, paper.never)


def issued_before(key: UUID | None, now: datetime) -> Issued | None:
    """What this key has issued already."""
    same = None if key is None else Paper.objects.filter(key=key).select_related("credential").first()
    return None if same is None else issued(same, now, again=True)


def text_of(paper: Paper, now: datetime, key: FileKey | None = None) -> str:
    """The text of a pass's QR code, signed now (with `papers.signer`'s key, where many are); empty where the pass never was good."""
    if paper.credential is None:
        return ""
    document = identity.normalised(identity.unseal(paper.document_sealed, "id")) if paper.document_sealed else ""
    return papers.signed_text(
        credential=paper.credential, number=paper.number, name=paper.name, document=document, now=now, key=key
    )


def paper_of(number: str) -> Paper:
    """The pass with this number as it stands on it, or `number-unknown`."""
    from yimatong.core.paper import NumberFlaw, read_number

    read = read_number(number)
    if isinstance(read, NumberFlaw):
        raise mistake("number-wrong", flaw=read.code)
    found = Paper.objects.filter(number=str(read)).select_related("credential", "point", "person").first()
    if found is None:
        raise mistake("number-unknown")
    return found


@dataclass(frozen=True, slots=True)
class _Looked:
    document: Person
    by: str


def _looked(
    point: Point, person: Person, child_of: int | None, now: datetime, agreed: Terms, *, document_seen: bool
) -> _Looked | Refused:
    if point.stopped_at is not None:
        return refused("stopped")
    if not is_open(point, now):
        return refused("outside-hours")
    if not document_seen:
        return refused("document-not-seen")
    if not looking.is_in_scope(point, person):
        return refused("out-of-scope")
    parent = None if child_of is None else Person.objects.get(pk=child_of)
    document = looking.printed_document(person, parent, agreed, now)
    if isinstance(document, Refused):
        return document
    for one in looking.standing(person.pk, now):
        if not agreed.can_renew(one.until, now):
            return refused("has-one-already", number=one.number)
    said = looking.judged(person.pk, now)
    return said if isinstance(said, Refused) else _Looked(document, said.by)


def _end_what_is_over(person: int, now: datetime) -> None:
    """Passes whose time is over are recalled too: somebody has one live credential, whatever the clock says."""
    over = PaperCredential.objects.filter(person_id=person, recalled_at=None, until__lt=now)
    papers.recall(serials=list(over.values_list("serial", flat=True)), cause="over", now=now)
