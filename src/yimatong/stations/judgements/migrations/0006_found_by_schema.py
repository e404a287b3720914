"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.judgements_only_while_publishing() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT run_id FROM added) named LEFT JOIN public.runs ON runs.number = named.run_id
        WHERE runs.published_xact IS DISTINCT FROM pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'rows of % come into being only in the transaction that publishes their run', TG_TABLE_NAME
            USING ERRCODE = 'YMT16';
    END IF;
    RETURN NULL;
END $body$;

CREATE OR REPLACE FUNCTION public.runs_move_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    in_force record;
    frozen text[] := ARRAY['number', 'kind', 'policy_id', 'as_of', 'engine', 'by_id', 'started_at'];
    key text;
BEGIN
    IF OLD.state = 'started' AND OLD.kind = 'touched' AND NEW.kind = 'full' THEN
        frozen := array_remove(frozen, 'kind');
    END IF;
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
        SELECT number, as_of INTO in_force FROM public.runs WHERE state = 'published' ORDER BY number DESC LIMIT 1;
        IF NEW.follows_id IS DISTINCT FROM in_force.number THEN
            RAISE EXCEPTION 'another run was published meanwhile' USING ERRCODE = 'YMT14';
        END IF;
        IF NEW.as_of < in_force.as_of AND in_force.as_of <= now() + interval '1 hour' THEN
            RAISE EXCEPTION 'what is in force was judged for a later instant' USING ERRCODE = 'YMT15';
        END IF;
        NEW.published_xact := pg_current_xact_id()::text::bigint;
    END IF;
    IF NEW.state NOT IN ('started', 'snapshotted', 'judged') THEN
        NEW.finished_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $body$;
"""
"""Functions that name tables, with the schema of each."""
NAMELESS = (
    "judgements_note_change",
    "runs_begin",
)
"""Functions that name none, or have named the schema of theirs."""


class Migration(migrations.Migration):
    dependencies = [("judgements", "0005_clock_ahead")]
    operations = [
        migrations.RunSQL(NAMED),
        *(
            migrations.RunSQL(f"ALTER FUNCTION public.{name} SET search_path = pg_catalog, pg_temp")
            for name in NAMELESS
        ),
    ]
