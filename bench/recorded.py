"""People as they are recorded, for benches that fill the table past the intake."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

TABLE = "people (number, name, sex, id_type, id_key, id_sealed, id_tail, phone_tail, division, recorded_at, identified_at, identity_mac)"
TYPES = (
    "int4", "text", "text", "text", "uuid", "bytea", "text", "text", "int4", "timestamptz", "timestamptz", "bytea",
)  # fmt: skip


def fill(cursor: Any, people: Iterable[tuple[int, str, str, UUID | None, str | None, int]], at: datetime) -> None:
    """COPY people of person, name, kind and key and number of their document (None: they have none), and division."""
    with cursor.copy(f"COPY {TABLE} FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(TYPES)
        for one in people:
            copy.write_row(_row(*one, at))


def _row(
    person: int, name: str, kind: str, key: UUID | None, number: str | None, division: int, at: datetime
) -> tuple[Any, ...]:
    from yimatong.records.actions.identities import mac_of
    from yimatong.records.identity import seal

    sealed = seal(number, "id", person) if number else None
    made = {
        "number": person, "name": name, "sex": "unknown", "id_type": kind, "id_key": key, "id_sealed": sealed,
        "id_tail": (number or "")[-4:], "identified_at": at,
    }  # fmt: skip
    return (*(made[column] for column in list(made)[:7]), "", division, at, at, mac_of(made))
