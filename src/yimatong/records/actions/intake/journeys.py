"""Stays that deliveries bring row by row: the journeys of earlier declarations. Machine-made stays go into the lake (stays.py)."""

from __future__ import annotations

import pyarrow as pa
from django.db import connection

from yimatong.records.actions.intake.facts import MOMENT
from yimatong.records.actions.intake.staging import stage
from yimatong.records.actions.permission import require
from yimatong.records.models import Delivery, Official

JOURNEY_ROWS = pa.schema(
    [
        pa.field("row", pa.int32(), nullable=False),
        pa.field("person", pa.int32(), nullable=False),
        pa.field("place", pa.int32(), nullable=False),
        pa.field("division", pa.int32(), nullable=False),
        pa.field("arrive", MOMENT, nullable=False),
        pa.field("leave", MOMENT, nullable=False),
    ]
)
# Who said a journey, whoever said it first: so that it stands when one of them is withdrawn.
SAY = """
    INSERT INTO journeys_said (delivery_id, person_id, place_id, division, arrive, leave)
    SELECT DISTINCT %s::bigint, person, place, division, arrive, leave FROM journeys ON CONFLICT DO NOTHING
"""
INSERT = """
    WITH made AS (
        INSERT INTO stays (person_id, place_id, division, arrive, leave, source, delivery_id, legal_basis)
        SELECT DISTINCT ON (person, place, arrive) person, place, division, arrive, leave, %s, %s, %s
        FROM journeys ORDER BY person, place, arrive, leave DESC ON CONFLICT DO NOTHING RETURNING person_id, place_id, arrive
    )
    SELECT journeys.row FROM journeys JOIN made ON (journeys.person, journeys.place, journeys.arrive)
        = (made.person_id, made.place_id, made.arrive)
"""
STRIKE = """
    UPDATE stays SET struck_at = statement_timestamp(), struck_by_id = %s, strike_reason = %s
    WHERE delivery_id = %s AND struck_at IS NULL RETURNING person_id
"""
STAND = """
    INSERT INTO stays (person_id, place_id, division, arrive, leave, source, delivery_id, legal_basis)
    SELECT DISTINCT ON (said.person_id, said.place_id, said.arrive)
        said.person_id, said.place_id, said.division, said.arrive, said.leave, other.source, other.id, other.legal_basis
    FROM journeys_said gone
    JOIN journeys_said said ON (said.person_id, said.place_id, said.arrive) = (gone.person_id, gone.place_id, gone.arrive)
    JOIN deliveries other ON other.id = said.delivery_id AND other.state = 'taken' AND other.id <> gone.delivery_id
    WHERE gone.delivery_id = %s ORDER BY said.person_id, said.place_id, said.arrive, other.id ON CONFLICT DO NOTHING
"""


def take_journeys(*, delivery: Delivery, rows: pa.Table) -> set[int]:
    """Take rows of JOURNEY_ROWS; the rows that brought something new. In the caller's transaction."""
    if rows.num_rows == 0:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.journeys")
        stage("journeys", rows)
        cursor.execute(SAY, [delivery.pk])
        cursor.execute(INSERT, [delivery.source, delivery.pk, delivery.legal_basis])
        return {row for (row,) in cursor.fetchall()}


def strike_journeys(*, by: Official, delivery: Delivery, why: str) -> set[int]:
    """Strike what a delivery brought, and record anew what another one said too; the people. In the caller's transaction."""
    require(by, "withdraw")
    with connection.cursor() as cursor:
        cursor.execute(STRIKE, [by.pk, f"delivery {delivery.pk} withdrawn: {why.strip()}", delivery.pk])
        people = {person for (person,) in cursor.fetchall()}
        cursor.execute(STAND, [delivery.pk])
    return people
