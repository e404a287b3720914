"""What is in force, compared with a judgement of everybody made anew from the records as they are."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb as database
from django.db import connections

from yimatong.core.engine import duckdb
from yimatong.core.engine.plan.tables import MADE
from yimatong.core.engine.steps import OUTCOME
from yimatong.core.policy.model import Policy
from yimatong.core.time import minute_down, to_datetime
from yimatong.stations.judgements import inputs, standing
from yimatong.stations.judgements.lifecycle import in_force


def differences(policy: Policy, home: Path, folder: Path) -> dict[str, object]:
    """By table the rows that are in one of the two alone; and the counts and the deadline, where they are not the same."""
    run = in_force()
    assert run is not None
    shutil.rmtree(folder, ignore_errors=True)
    taken = inputs.take(connections["judge"], folder / "in", lake_folder=home / "lake", known_at=None)
    as_of = minute_down(run.as_of)
    duckdb.judge(taken.sources, policy, as_of, folder / "out")
    stood = standing.stood(folder / "stood")
    found: dict[str, object] = {}
    with database.connect() as session:
        for name in OUTCOME:
            columns = ", ".join(f'"{column}"' for column in MADE[name])
            old, new = (f"SELECT {columns} FROM '{where / name}.parquet'" for where in (stood, folder / "out"))
            for side, select in (("in force", f"{old} EXCEPT ALL {new}"), ("everybody", f"{new} EXCEPT ALL {old}")):
                if rows := session.execute(select).fetchall():
                    found[f"{name}, {side} alone"] = rows
        judged = f"""WITH judged AS (
            SELECT v.person, v.colour, p.division // 1000 AS district FROM '{folder}/out/verdicts.parquet' v
            JOIN '{taken.sources.people[0]}' p USING (person))
            SELECT district, colour, '', count(*) FROM judged GROUP BY ALL
            UNION ALL SELECT district, judged.colour, rule, count(*) FROM judged
            JOIN '{folder}/out/reasons.parquet' USING (person) GROUP BY ALL"""
        counts = set(session.execute(judged).fetchall())
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT district, colour, rule, people FROM current_counts")
        counted = set(cursor.fetchall())
    if counts != counted:
        found["counts"] = sorted(counts ^ counted)
    colours: dict[str, int] = {}
    for _district, colour, rule, people in counts:
        colours[colour] = colours.get(colour, 0) + (0 if rule else people)
    if {colour: people for colour, people in colours.items() if people} != run.counts:
        found["counts of the run"] = (colours, run.counts)
    due = duckdb.next_deadline(taken.sources, policy, as_of, folder / "out")
    if (None if due is None else to_datetime(due)) != run.next_change:
        found["deadline"] = (due, run.next_change)
    return found
