"""Withdrawing a delivery: everything that rests on it alone is struck, in one action; what others said too still stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from yimatong.records.actions import audit
from yimatong.records.actions.intake.staging import fetch
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Delivery, HeldRow, Official


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal did: records struck, records that stand because another delivery said them too, people touched (sorted)."""

    delivery: int
    struck: int
    standing: int
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table that deliveries fill and confirm: its name, the column of confirmations, and what a row says."""

    name: str
    confirmed_by: str
    says: str


FACTS = _Table("facts", "fact_id", "person_id, kind, detail, start, onset")
HOMES = _Table("homes", "home_id", "person_id, stairwell_id, start")

# The rows that the delivery brought, and those to which it gave an end.
DOOMED = """
    CREATE TEMP TABLE doomed ON COMMIT DROP AS
    SELECT id, person_id, delivery_id IS NOT DISTINCT FROM %(delivery)s AS brought, end_delivery_id = %(delivery)s AS ended,
        (SELECT min(other.id) FROM confirmations JOIN deliveries other ON other.id = confirmations.delivery_id
            WHERE confirmations.{confirmed_by} = {name}.id AND other.id <> %(delivery)s AND other.state = 'taken') AS heir
    FROM {name} WHERE struck_at IS NULL AND (delivery_id = %(delivery)s OR end_delivery_id = %(delivery)s)
"""
STRIKE = """
    UPDATE {name} SET struck_at = statement_timestamp(), struck_by_id = %(by)s, strike_reason = %(why)s
    FROM doomed WHERE doomed.id = {name}.id
"""
# A row stands again where somebody else brought it (only its end goes) or confirmed it: then it is theirs, with their source and their
# ground. It keeps an end from elsewhere, and says for which row it stands: permits, declarations and objections point at that one.
STAND = """
    INSERT INTO {name} ({says}, source, legal_basis, stands_for_id, delivery_id, recorded_by_id,
        "end", end_recorded_at, end_recorded_by_id, end_delivery_id)
    SELECT {old_says}, CASE WHEN doomed.brought THEN heir.source ELSE old.source END,
        CASE WHEN doomed.brought THEN heir.legal_basis ELSE old.legal_basis END,
        old.id, CASE WHEN doomed.brought THEN doomed.heir ELSE old.delivery_id END,
        CASE WHEN doomed.brought THEN NULL ELSE old.recorded_by_id END,
        CASE WHEN {keeps_end} THEN old."end" END,
        CASE WHEN {keeps_end} THEN old.end_recorded_at END,
        CASE WHEN {keeps_end} THEN old.end_recorded_by_id END,
        CASE WHEN {keeps_end} THEN old.end_delivery_id END
    FROM doomed JOIN {name} old USING (id) LEFT JOIN deliveries heir ON heir.id = doomed.heir
    WHERE NOT doomed.brought OR doomed.heir IS NOT NULL
    ORDER BY old.id
"""
KEEPS_END = """(doomed.ended IS NOT TRUE AND (NOT doomed.brought OR old.end_recorded_at IS NOT NULL
    OR EXISTS (SELECT FROM confirmations said JOIN deliveries ON deliveries.id = said.delivery_id
        WHERE said.{confirmed_by} = old.id AND said.with_end AND deliveries.state = 'taken'
            AND deliveries.id <> %(delivery)s)))"""
CONFIRM = """
    INSERT INTO confirmations (delivery_id, {confirmed_by}, with_end)
    SELECT said.delivery_id, fresh.id, said.with_end
    FROM doomed JOIN {name} old USING (id)
    JOIN confirmations said ON said.{confirmed_by} = old.id AND said.delivery_id <> %(delivery)s
    JOIN deliveries ON deliveries.id = said.delivery_id AND deliveries.state = 'taken'
    JOIN {name} fresh ON fresh.struck_at IS NULL AND fresh.delivery_id IS DISTINCT FROM said.delivery_id
        AND ({fresh_key}) = ({old_key})
"""
KEY = {"facts": "person_id, kind, detail, start", "homes": "person_id, stairwell_id, start"}


@transaction.atomic
def withdraw(*, by: Official, delivery: int, why: str) -> Withdrawn:
    """Undo a delivery of facts, people or homes. People stay recorded; what was held of it is dismissed.

    `delivery-not-taken` where it was withdrawn or refused before. Stays lie in the lake and risk areas follow one
    another, so each has a withdrawal of its own (intake/stays.py, risk_areas.py).
    """
    found = begin(by=by, delivery=delivery, why=why)
    struck = standing = 0
    people: set[int] = set()
    for table in (FACTS, HOMES):
        gone, stood, touched = _undo(table, found, by, why)
        struck, standing = struck + gone, standing + stood
        people |= touched
    finish(by=by, delivery=found, why=why, details={"struck": struck, "standing": standing, "people": len(people)})
    return Withdrawn(found.pk, struck, standing, tuple(sorted(people)))


def begin(*, by: Official, delivery: int, why: str) -> Delivery:
    """Lock a delivery that may be withdrawn, in the caller's transaction."""
    require(by, "withdraw")
    if not why.strip():
        raise mistake("reason-missing")
    found = Delivery.objects.select_for_update().filter(pk=delivery).first()
    if found is None:
        raise mistake("delivery-unknown", delivery=delivery)
    if found.state != Delivery.State.TAKEN:
        raise mistake("delivery-not-taken", delivery=delivery, state=found.state)
    return found


def finish(*, by: Official, delivery: Delivery, why: str, details: dict[str, int]) -> None:
    """Mark the delivery withdrawn, dismiss what was held of it, and append the audit link."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE deliveries SET state = 'withdrawn', withdrawn_at = statement_timestamp(), withdrawn_by_id = %s, "
            "withdrawal_reason = %s WHERE id = %s",
            [by.pk, why.strip(), delivery.pk],
        )
        cursor.execute(
            "UPDATE held_rows SET state = %s, settled_at = statement_timestamp(), settled_by_id = %s, settled_why = %s "
            "WHERE delivery_id = %s AND state = %s",
            [HeldRow.State.DISMISSED, by.pk, "delivery withdrawn", delivery.pk, HeldRow.State.WAITING],
        )
    audit.record(
        by=by, action="delivery.withdraw", subject=f"delivery/{delivery.pk}", details={"why": why.strip(), **details}
    )


def _undo(table: _Table, delivery: Delivery, by: Official, why: str) -> tuple[int, int, set[int]]:
    """Strike what rests on the delivery, let stand what others said too: (struck, standing, people)."""
    words: dict[str, int | str] = {
        "delivery": delivery.pk,
        "by": by.pk,
        "why": f"delivery {delivery.pk} withdrawn: {why.strip()}",
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.doomed")
        cursor.execute(_spelled(DOOMED, table), words)
        cursor.execute(_spelled(STRIKE, table), words)
        struck = cursor.rowcount
        people = {person for (person,) in fetch(cursor, "SELECT DISTINCT person_id FROM doomed")}
        return struck, _stand(cursor, table, words), people


def _stand(cursor: CursorWrapper, table: _Table, words: dict[str, int | str]) -> int:
    """Record anew what other deliveries said too; how many."""
    cursor.execute(_spelled(STAND, table), words)
    standing = cursor.rowcount
    if standing:
        cursor.execute(_spelled(CONFIRM, table), words)
    return standing


def _spelled(statement: str, table: _Table) -> str:
    return statement.format(
        name=table.name,
        confirmed_by=table.confirmed_by,
        says=table.says,
        old_says=", ".join(f"old.{column}" for column in table.says.split(", ")),
        keeps_end=KEEPS_END.format(confirmed_by=table.confirmed_by),
        fresh_key=", ".join(f"fresh.{column}" for column in KEY[table.name].split(", ")),
        old_key=", ".join(f"old.{column}" for column in KEY[table.name].split(", ")),
    )
