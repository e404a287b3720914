"""Who somebody is: recorded once, with a digest; afterwards proposed anew by one official and confirmed by another, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction

from yimatong.records import documents, identity
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.identity import Standing
from yimatong.records.models import IdentityCorrection, Official, Person

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DRAW = "SELECT nextval('people_number_seq')::integer, now()"
AGAIN, SAME = "YMT07", "YMT08"
"""What the database says of a correction that does not wait any more, and of an official who may not settle it."""
DEFAULTS: Mapping[str, object] = {"sex": Person.Sex.UNKNOWN.value, "id_key": None, "id_sealed": None, "id_tail": ""}


@dataclass(frozen=True, slots=True)
class Said:
    """An identity as an official reads it off a document. `id_number` is None for somebody who has none (`id_type` none)."""

    name: str
    sex: str
    id_type: str
    id_number: str | None


def identified(values: Mapping[str, Any], phone: str | None = None, document: str | None = None) -> dict[str, Any]:
    """The columns of somebody new: number drawn, document and phone sealed for it, and the digest.

    `values` has name and id_type, and may have any other column, `number` too; they are not checked.
    """
    with connection.cursor() as cursor:
        cursor.execute(DRAW if "number" not in values else "SELECT 0, now()")
        drawn, moment = cursor.fetchone()
    number = values.get("number", drawn)
    sealed = _document(number, values["id_type"], document) | sealed_phone(number, phone)
    made = {"number": number, "identified_at": moment, **DEFAULTS, **sealed, **values}
    return made | {"identity_mac": mac_of(made)}


def sealed_phone(person: int, phone: str | None) -> dict[str, Any]:
    """The columns of a phone of somebody; an empty one is none, and None says nothing."""
    if not phone:
        return {} if phone is None else {"phone_tail": ""}
    plain = identity.normalised(phone)
    return {
        "phone_key": identity.phone_key(plain),
        "phone_sealed": identity.seal(plain, "phone", person),
        "phone_tail": identity.tail(plain),
    }


def mac_of(row: Mapping[str, Any]) -> bytes:
    """The digest of an identity from its columns."""
    return next(identity.macs([identity.covered(*standing(row, row["number"], row["identified_at"]))]))


def standing(row: Mapping[str, Any], person: int, since: datetime) -> Standing:
    """What a digest covers, from columns."""
    key, sealed = row["id_key"], row["id_sealed"]
    return Standing(
        person, row["name"], str(row["sex"]), str(row["id_type"]), None if key is None else key.bytes,
        None if sealed is None else bytes(sealed), row["id_tail"], (since - EPOCH) // timedelta(microseconds=1),
    )  # fmt: skip


@transaction.atomic
def propose(*, by: Official, person: int, said: Said, reason: str, basis: str, today: date) -> IdentityCorrection:
    """Propose what is to succeed somebody's identity; another official confirms or refuses it.

    `document-wrong`, `document-of-another`, `correction-same`, `correction-waiting`, `reason-missing`, `record-unknown`.
    """
    require(by, "correct")
    if not reason.strip() or not basis.strip():
        raise mistake("reason-missing")
    audit.confirm(by)
    _check_document(said, today)
    whom = Person.objects.filter(pk=person).first()
    if whom is None:
        raise mistake("record-unknown", record=f"person/{person}")
    new = {
        "name": said.name.strip(),
        "sex": said.sex,
        "id_type": said.id_type,
        "id_key": None,
        "id_sealed": None,
        "id_tail": "",
    }
    new |= _document(person, said.id_type, said.id_number)
    _require_free(new, person)
    carried = carries(whom)
    if carried and all(new[name] == getattr(whom, name) for name in ("name", "sex", "id_type", "id_key")):
        raise mistake("correction-same")
    waiting = IdentityCorrection.objects.filter(person=person, state="waiting").first()
    if waiting is not None:
        raise mistake("correction-waiting", correction=waiting.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    made = IdentityCorrection(
        person=whom, **new, stood=bytes(whom.identity_mac), carried=carried, reason=reason.strip(), basis=basis.strip(),
        proposed_by=by, proposed_at=moment,
    )  # fmt: skip
    made.proposal_mac = _proposal_mac(made)
    made.save(force_insert=True)
    audit.record(by=by, action="identity.propose", subject=f"person/{person}", details={"correction": made.pk})
    return made


@transaction.atomic
def confirm(*, by: Official, correction: int) -> int:
    """Let a correction stand: the identity of before lies among the former ones, the new one begins now. The number of the person.

    `correction-by-the-same`, `correction-settled`, `correction-not-as-proposed`, `document-of-another`; all of it or nothing.
    """
    require(by, "correct")
    asked = _waiting(by, correction)
    if not is_as_proposed(asked):
        raise mistake("correction-not-as-proposed", correction=correction)
    new = {name: getattr(asked, name) for name in ("name", "sex", "id_type", "id_key", "id_sealed", "id_tail")}
    with connection.cursor() as cursor:
        # A delivery may be recording somebody with this document (intake/matching.py).
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people'))")
        _require_free(new, asked.person_id)
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    mac = next(identity.macs([identity.covered(*standing(new, asked.person_id, moment))]))
    return _settled("SELECT public.identities_succeed(%s, %s, %s)", correction, moment, mac)


@transaction.atomic
def refuse(*, by: Official, correction: int, why: str) -> int:
    """End a proposal with a reason; nothing changes about the person, whose number is returned."""
    require(by, "correct")
    if not why.strip():
        raise mistake("reason-missing")
    _waiting(by, correction)
    return _settled("SELECT public.identities_refuse(%s, %s)", correction, why.strip())


def carries(person: Person) -> bool:
    """Whether somebody's identity carries its own digest and its sealed number opens."""
    row = {name: getattr(person, name) for name in (*DEFAULTS, "number", "name", "id_type", "identified_at")}
    opens = person.id_sealed is None or identity.opened(person.id_sealed, "id", person.number) is not None
    return opens and mac_of(row) == bytes(person.identity_mac)


def is_as_proposed(correction: IdentityCorrection) -> bool:
    """Whether a correction says what was proposed, under the key that the database does not have."""
    return _proposal_mac(correction) == bytes(correction.proposal_mac)


def _proposal_mac(asked: IdentityCorrection) -> bytes:
    row = {name: getattr(asked, name) for name in (*DEFAULTS, "name", "id_type")}
    stood = f"{asked.person_id} {bytes(asked.stood).hex()} {asked.carried} {asked.proposed_by_id}"
    text = identity.covered(stood, *standing(row, asked.person_id, asked.proposed_at)[1:])
    return next(identity.macs([text], "correction"))


def _waiting(by: Official, correction: int) -> IdentityCorrection:
    asked = IdentityCorrection.objects.filter(pk=correction).first()
    if asked is None:
        raise mistake("record-unknown", record=f"correction/{correction}")
    if asked.state != IdentityCorrection.State.WAITING:
        raise mistake("correction-settled")
    if asked.proposed_by_id == by.pk:
        raise mistake("correction-by-the-same")
    audit.confirm(by)
    return asked


def _settled(statement: str, correction: int, *words: str | bytes | datetime) -> int:
    """Run one of the database's functions; what it refuses is said as a mistake."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [correction, *words])
            return int(cursor.fetchone()[0])
    except IntegrityError as refusal:
        raise mistake("correction-settled") from refusal
    except DatabaseError as refusal:
        state = getattr(refusal.__cause__, "sqlstate", "")
        if state == AGAIN:
            raise mistake("correction-settled") from refusal
        if state == SAME:
            raise mistake("official-not-active") from refusal
        raise


def _check_document(said: Said, today: date) -> None:
    if (said.id_number is None) != (said.id_type == Person.IdType.NONE):
        raise mistake("document-wrong", flaw="id-number-shape")
    if said.id_number is not None and (flaw := documents.flaw(said.id_type, said.id_number, today)) is not None:
        raise mistake("document-wrong", flaw=flaw)


def _require_free(new: Mapping[str, Any], person: int) -> None:
    """`document-of-another` where another person in force has the document."""
    if new["id_key"] is None:
        return
    other = Person.objects.filter(id_key=new["id_key"]).exclude(pk=person).first()
    if other is not None:
        raise mistake("document-of-another", person=other.number)


def _document(person: int, id_type: str, number: str | None) -> dict[str, Any]:
    if number is None:
        return {}
    plain = identity.normalised(number)
    return {
        "id_key": identity.id_key(id_type, plain),
        "id_sealed": identity.seal(plain, "id", person),
        "id_tail": identity.tail(plain),
    }
