"""Credentials follow the verdicts in force: what no longer agrees is recalled, and what agrees is issued, in one transaction.

The database is asked for the differences and nothing is decided person by person. Repeating it changes nothing; a crash leaves
the state before; two at once follow one after the other. The colour comes from the verdict alone, and the database looks
again at every credential that is inserted (migration 0002). Paper passes of people who are no longer green are recalled with them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import DatabaseError, connection, transaction

from yimatong.core.facts import PERMIT_CLASSES
from yimatong.stations.passes import keyring, locks
from yimatong.stations.passes.actions import papers
from yimatong.stations.passes.days import MOST_AHEAD, day_of
from yimatong.stations.passes.models import Followed

NOT_IN_FORCE = "YMT31"
"""What the database says when a run was published between our look at the verdicts and our insert."""
TRIES = 3
log = structlog.get_logger(__name__)

_WHEN = " ".join(f"WHEN '{detail}' THEN {number}" for detail, number in PERMIT_CLASSES.items())
CLASS = f"CASE detail {_WHEN} END"
"""The class of a fact that is a special permit; NULL of any other."""
PERMIT = f"""(
    SELECT min({CLASS})::smallint AS class FROM facts
    WHERE person_id = b.person_id AND kind = 'permit' AND struck_at IS NULL
        AND start <= %(now)s AND ("end" IS NULL OR "end" >= %(now)s)
)"""
"""The class of the special permit that is open now; a returning worker's clearance is none (docs/reference/passes.md)."""

CHANGED = """
SELECT DISTINCT person_id AS person FROM verdicts WHERE run_id > %(followed)s AND run_id <= %(run)s
UNION SELECT person_id FROM credentials WHERE recalled_at IS NULL AND permit > 0
UNION SELECT person_id FROM facts WHERE kind = 'permit' AND struck_at IS NULL
    AND start <= %(now)s AND ("end" IS NULL OR "end" >= %(now)s)
"""
EVERYBODY = "SELECT DISTINCT person_id AS person FROM device_bindings WHERE ended_at IS NULL"
SOME = "SELECT unnest(%(people)s::integer[]) AS person"

DUE = """
CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY b.id) AS n, b.id AS binding, b.person_id AS person, said.colour, said.run_id AS run,
    CASE WHEN said.colour = 'green' THEN coalesce(p.class, 0) ELSE 0 END AS permit, c.serial, c.colour AS shown,
    coalesce((SELECT max(generation) FROM credentials WHERE binding_id = b.id), 0) + 1 AS generation
FROM ({people}) touched
JOIN device_bindings b ON b.person_id = touched.person AND b.ended_at IS NULL
LEFT JOIN LATERAL (
    SELECT colour, run_id FROM verdicts WHERE person_id = b.person_id ORDER BY run_id DESC LIMIT 1
) said ON true
LEFT JOIN LATERAL {permit} p ON true
LEFT JOIN credentials c ON c.binding_id = b.id AND c.recalled_at IS NULL
WHERE CASE WHEN coalesce(said.colour, 'unknown') = 'unknown' THEN c.serial IS NOT NULL
    ELSE c.serial IS NULL OR c.colour <> said.colour
        OR c.permit <> CASE WHEN said.colour = 'green' THEN coalesce(p.class, 0) ELSE 0 END END
"""
RECALL = """
UPDATE credentials c SET recalled_at = greatest(c.issued_at, %(now)s),
    last_day = greatest(%(last_day)s, (SELECT max(day) FROM epochs)),
    cause = CASE WHEN coalesce(due.colour, 'unknown') = 'unknown' THEN 'unknown'
        WHEN due.colour <> due.shown THEN 'colour' ELSE 'permit' END
FROM due WHERE c.serial = due.serial AND c.recalled_at IS NULL
"""
PLACES = """
CREATE TEMP TABLE given ON COMMIT DROP AS SELECT 0::bigint AS n, 0 AS place LIMIT 0;
WITH taken AS (
    DELETE FROM free_places WHERE place IN (
        SELECT place FROM free_places ORDER BY place
        LIMIT (SELECT count(*) FROM due WHERE colour <> 'unknown') FOR UPDATE SKIP LOCKED
    ) RETURNING place
) INSERT INTO given SELECT row_number() OVER (), place FROM taken;
"""
ISSUE = """
INSERT INTO credentials (place, binding_id, person_id, colour, permit, generation, run, issued_at, cause, listed)
SELECT coalesce(given.place, nextval('credential_places')), wanted.binding, wanted.person, wanted.colour, wanted.permit,
    wanted.generation, wanted.run, %(now)s, '', false
FROM (SELECT row_number() OVER (ORDER BY n) AS turn, * FROM due WHERE colour <> 'unknown') wanted
LEFT JOIN given ON given.n = wanted.turn
"""


class Change(NamedTuple):
    """How many credentials were recalled and issued."""

    recalled: int
    issued: int


def follow(*, now: datetime, people: Collection[int] | None = None, everybody: bool = False) -> Change:
    """Bring credentials in line with the verdicts in force: of whom the runs since the last time changed, or of these people.

    `everybody` compares all live bindings, as each night does. Permits that opened or ended are seen each time.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _follow(now, people, everybody=everybody)
        except DatabaseError as refusal:
            if not left or getattr(refusal.__cause__, "sqlstate", "") != NOT_IN_FORCE:
                raise
    raise AssertionError


def _follow(now: datetime, people: Collection[int] | None, *, everybody: bool) -> Change:
    locks.hold(locks.FOLLOWING)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(number), 0) FROM runs WHERE state = 'published'")
        run = cursor.fetchone()[0]
        followed = Followed.objects.values_list("run", flat=True).first()
        words = words_for(now, people or ()) | {"run": run, "followed": followed or 0}
        if people is not None:
            whose = SOME
        else:
            whose = EVERYBODY if everybody or followed is None else CHANGED
        change = issue(cursor, whose, words)
        papers.follow(cursor, words, everybody=whose == EVERYBODY, some=people is not None)
        if people is None:
            Followed.objects.update_or_create(only=True, defaults={"run": run})
    if change != (0, 0):
        log.info("credentials.followed", run=run, recalled=change.recalled, issued=change.issued)
    return change


def words_for(now: datetime, people: Collection[int]) -> dict[str, object]:
    """What the statements are given."""
    return {"now": now, "last_day": day_of(now) + MOST_AHEAD, "people": sorted(set(people)), "run": 0, "followed": 0}


def issue(cursor: object, whose: str, words: dict[str, object]) -> Change:
    """Recall and issue for these people, inside the caller's transaction, which holds the lock."""
    keyring.require_secret()
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("DROP TABLE IF EXISTS pg_temp.due, pg_temp.given")
    execute(DUE.format(people=whose, permit=PERMIT), words)
    execute(RECALL, words)
    recalled = cursor.rowcount  # type: ignore[attr-defined]
    execute(PLACES)
    execute(ISSUE, words)
    return Change(recalled, cursor.rowcount)  # type: ignore[attr-defined]
