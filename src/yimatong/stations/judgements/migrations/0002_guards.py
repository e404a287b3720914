"""What the database itself refuses: painting a colour, rewriting a verdict, rewriting the history of runs.

A verdict can be inserted by the role yimatong_judge alone, and only in the transaction that publishes its run. A run
moves forward only, and what it was started with never changes. Published runs follow one another in one line.
"""

from django.db import migrations

# Which states may follow which. The last five (published to abandoned) are final.
RUNS = """
CREATE FUNCTION runs_begin() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.state <> 'started' THEN
        RAISE EXCEPTION 'a run begins as started, not as %', NEW.state USING ERRCODE = 'YMT11';
    END IF;
    NEW.published_xact := NULL;
    RETURN NEW;
END $body$;
CREATE TRIGGER runs_begin BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION runs_begin();

CREATE FUNCTION runs_move_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    in_force record;
    frozen text[] := ARRAY['number', 'kind', 'policy_id', 'as_of', 'engine', 'by_id', 'started_at'];
    key text;
BEGIN
    FOREACH key IN ARRAY frozen LOOP
        IF to_jsonb(OLD) -> key IS DISTINCT FROM to_jsonb(NEW) -> key THEN
            RAISE EXCEPTION 'a run keeps its %', key USING ERRCODE = 'YMT12';
        END IF;
    END LOOP;
    IF NOT (CASE OLD.state
        WHEN 'started' THEN NEW.state IN ('started', 'snapshotted', 'failed', 'abandoned')
        WHEN 'snapshotted' THEN NEW.state IN ('snapshotted', 'judged', 'repeated', 'failed', 'abandoned')
        WHEN 'judged' THEN NEW.state IN ('judged', 'published', 'finished', 'failed', 'abandoned')
        ELSE false END)
    THEN
        RAISE EXCEPTION 'a run does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'YMT13';
    END IF;
    NEW.published_xact := NULL;
    IF NEW.state = 'published' THEN
        SELECT number, as_of INTO in_force FROM runs WHERE state = 'published' ORDER BY number DESC LIMIT 1;
        IF NEW.follows_id IS DISTINCT FROM in_force.number THEN
            RAISE EXCEPTION 'another run was published meanwhile' USING ERRCODE = 'YMT14';
        END IF;
        IF NEW.as_of < in_force.as_of THEN
            RAISE EXCEPTION 'what is in force was judged for a later instant' USING ERRCODE = 'YMT15';
        END IF;
        NEW.published_xact := pg_current_xact_id()::text::bigint;
    END IF;
    IF NEW.state NOT IN ('started', 'snapshotted', 'judged') THEN
        NEW.finished_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER runs_move_forward BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION runs_move_forward();
CREATE TRIGGER runs_refuse_delete BEFORE DELETE ON runs FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""

PUBLISHING = """
CREATE FUNCTION judgements_only_while_publishing() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT run_id FROM added) named LEFT JOIN runs ON runs.number = named.run_id
        WHERE runs.published_xact IS DISTINCT FROM pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'rows of % come into being only in the transaction that publishes their run', TG_TABLE_NAME
            USING ERRCODE = 'YMT16';
    END IF;
    RETURN NULL;
END $body$;
"""

INSERTED = ("verdicts", "verdict_reasons", "run_counts")
DERIVED = ("visits", "travels", "exposures", "neighbours")

VIEWS = """
CREATE VIEW current_verdicts AS
    SELECT DISTINCT ON (person_id) person_id AS person, run_id, colour, rules, facts, since, until, next_change
    FROM verdicts ORDER BY person_id, run_id DESC;
CREATE VIEW engine_visits AS SELECT person, level::text, division, place, area, start, "end" FROM visits;
CREATE VIEW engine_travels AS SELECT person, division, place, start, "end" FROM travels;
CREATE VIEW engine_exposures AS SELECT person, place, "end" FROM exposures;
CREATE VIEW engine_neighbours AS SELECT person, source::text, stairwell, "end" FROM neighbours;
REVOKE INSERT, UPDATE, DELETE ON current_verdicts, engine_visits, engine_travels, engine_exposures, engine_neighbours
    FROM yimatong_app;
"""

GRANTS = """
SELECT records_only_the_judge_writes('policy_packs');
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON runs FROM yimatong_app;
GRANT SELECT, INSERT, UPDATE ON runs TO yimatong_judge;
GRANT INSERT ON audit_entries TO yimatong_judge;
"""


def guards() -> str:
    """All triggers, views and grants, in one script."""
    inserted = [
        f"SELECT records_only_the_judge_writes('{table}');"
        f"CREATE TRIGGER only_while_publishing AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION judgements_only_while_publishing();"
        for table in INSERTED
    ]
    derived = [
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM yimatong_app;"
        f"GRANT SELECT, INSERT, DELETE ON {table} TO yimatong_judge;"
        f"CREATE TRIGGER only_while_publishing AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION judgements_only_while_publishing();"
        for table in DERIVED
    ]
    return "\n".join([RUNS, PUBLISHING, *inserted, *derived, VIEWS, GRANTS])


class Migration(migrations.Migration):
    dependencies = [("judgements", "0001_tables")]
    operations = [migrations.RunSQL(guards())]
