"""The engine's five tables, as they are and as they were known at an instant; columns are those of core.facts.COLUMNS.

engine_facts_known(t) is what was recorded by t, not yet struck at t, with the ends that were known at t; the view
engine_facts is the same without a bound. Instants are whole minutes since 1970 UTC: a start is rounded up, an end
down, in the person's favour. A stay that holds no full minute is left out; a fact keeps its start as its end.
"""

import re

from django.db import migrations

MINUTES = """
CREATE FUNCTION minute_up(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ceil(date_part('epoch', moment) / 60)::integer;
CREATE FUNCTION minute_down(moment timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN floor(date_part('epoch', moment) / 60)::integer;
"""

# What counts today, in words that the partial indexes of the tables can serve; and what counted at an instant.
TODAY = {"KNOWN": "{t}.struck_at IS NULL", "END_KNOWN": "true", "INSTANT": "now()", "PERSON_KNOWN": "true"}
THEN = {
    "KNOWN": "{t}.recorded_at <= known_at AND ({t}.struck_at IS NULL OR {t}.struck_at > known_at)",
    "END_KNOWN": "({t}.end_recorded_at IS NULL OR {t}.end_recorded_at <= known_at)",
    "INSTANT": "least(known_at, now())",
    "PERSON_KNOWN": "people.recorded_at <= known_at",
}
# greatest() skips NULLs, so an open end needs a guard of its own.
END = """CASE WHEN {t}."end" IS NOT NULL AND <END_KNOWN {t}>
    THEN greatest(minute_down({t}."end"), minute_up({t}.start)) END"""

TABLES = {
    "people": (
        "person integer, division integer",
        """
        SELECT people.number, coalesce(living.division, people.division, 0)
        FROM people LEFT JOIN (
            SELECT DISTINCT ON (homes.person_id) homes.person_id, places.division
            FROM homes
            JOIN stairwells ON stairwells.number = homes.stairwell_id
            JOIN places ON places.number = stairwells.building_id
            WHERE <KNOWN homes> AND homes.start <= <INSTANT x>
            ORDER BY homes.person_id, homes.start DESC, homes.id DESC
        ) living ON living.person_id = people.number
        WHERE <PERSON_KNOWN x>
        """,
    ),
    "facts": (
        'fact bigint, person integer, kind text, detail text, start integer, "end" integer, onset integer',
        f"""
        SELECT facts.id, facts.person_id, facts.kind::text, facts.detail::text, minute_up(facts.start),
            {END.format(t="facts")}, minute_up(facts.onset)
        FROM facts WHERE <KNOWN facts>
        """,
    ),
    "homes": (
        'person integer, stairwell integer, start integer, "end" integer',
        f"""
        SELECT homes.person_id, homes.stairwell_id, minute_up(homes.start), {END.format(t="homes")}
        FROM homes WHERE <KNOWN homes>
        """,
    ),
    # An area that names a place holds for everything inside it too: a compound's buildings, a market's stalls.
    "areas": (
        'area integer, level text, low integer, high integer, place integer, start integer, "end" integer',
        f"""
        WITH RECURSIVE inside(place, part) AS (
            SELECT DISTINCT place_id, place_id FROM areas WHERE place_id IS NOT NULL
            UNION SELECT inside.place, places.number FROM inside JOIN places ON places.parent_id = inside.part
        )
        SELECT areas.number, areas.level::text, areas.low, areas.high, inside.part, minute_up(areas.start),
            {END.format(t="areas")}
        FROM areas LEFT JOIN inside ON inside.place = areas.place_id WHERE <KNOWN areas>
        """,
    ),
    "stays": (
        "person integer, place integer, division integer, arrive integer, leave integer",
        """
        SELECT stays.person_id, stays.place_id, stays.division, minute_up(stays.arrive), minute_down(stays.leave)
        FROM stays WHERE <KNOWN stays> AND minute_down(stays.leave) >= minute_up(stays.arrive)
        """,
    ),
}


def spelled(select: str, words: dict[str, str]) -> str:
    """A table's SELECT with its <WORDS table> spelled out."""
    return re.sub(r"<(\w+) (\w+)>", lambda mark: words[mark[1]].format(t=mark[2]), select)


def views() -> str:
    """A view and a function a table."""
    script = [MINUTES]
    for name, (columns, select) in TABLES.items():
        names = re.sub(r" (bigint|integer|text)\b", "", columns)
        script.append(f"CREATE VIEW engine_{name} ({names}) AS {spelled(select, TODAY)};")
        script.append(
            f"CREATE FUNCTION engine_{name}_known(known_at timestamptz) RETURNS TABLE ({columns}) "
            f"LANGUAGE sql STABLE AS $body${spelled(select, THEN)}$body$;"
        )
    return "\n".join(script)


class Migration(migrations.Migration):
    dependencies = [("records", "0003_roles")]
    operations = [migrations.RunSQL(views())]
