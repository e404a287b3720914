"""The administrative divisions: taken as a whole from the official lists."""

from __future__ import annotations

import pyarrow as pa
from django.db import connection, transaction

from yimatong.records.actions import audit
from yimatong.records.actions.intake.staging import stage
from yimatong.records.actions.permission import require
from yimatong.records.actions.places import lay_out
from yimatong.records.models import Official

DIVISION_ROWS = pa.schema(
    [
        pa.field("code", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("level", pa.string(), nullable=False),
        pa.field("parent", pa.int64()),
        pa.field("valid_from", pa.date32(), nullable=False),
        pa.field("valid_to", pa.date32()),
        pa.field("source", pa.string(), nullable=False),
    ]
)
"""What take_divisions takes: records.Division without its key, unique by code and valid_from."""

SAME = "divisions.code = fresh.code AND divisions.valid_from = fresh.valid_from"
# A division that is some official's jurisdiction keeps its row, so that the official keeps the jurisdiction.
STEPS = (
    f"""DELETE FROM divisions USING (
        SELECT divisions.id FROM divisions LEFT JOIN fresh ON {SAME}
        WHERE fresh.code IS NULL AND NOT EXISTS (SELECT FROM officials WHERE jurisdiction_id = divisions.id)
    ) gone WHERE divisions.id = gone.id""",
    f"""UPDATE divisions SET name = fresh.name, level = fresh.level, parent = fresh.parent, valid_to = fresh.valid_to,
        source = fresh.source FROM fresh WHERE {SAME}
        AND (divisions.name, divisions.level, divisions.parent, divisions.valid_to, divisions.source)
            IS DISTINCT FROM (fresh.name, fresh.level, fresh.parent, fresh.valid_to, fresh.source)""",
    """INSERT INTO divisions (code, name, level, parent, valid_from, valid_to, source)
        SELECT code, name, level, parent, valid_from, valid_to, source FROM fresh ORDER BY code, valid_from
        ON CONFLICT (code, valid_from) DO NOTHING""",
)


@transaction.atomic
def take_divisions(*, by: Official, rows: pa.Table) -> None:
    """Make the divisions what the rows say, and give every street its block of place numbers. Repeating it changes nothing."""
    require(by, "gazetteer")
    stage("fresh", rows)
    with connection.cursor() as cursor:
        changed = 0
        for step in STEPS:
            cursor.execute(step)
            changed += cursor.rowcount
        cursor.execute("SELECT DISTINCT code / 1000 FROM divisions WHERE level = 'street' ORDER BY 1")
        lay_out(code for (code,) in cursor.fetchall())
    if changed:
        details = {"rows": rows.num_rows, "changed": changed}
        audit.record(by=by, action="divisions.take", subject="divisions", details=details)
