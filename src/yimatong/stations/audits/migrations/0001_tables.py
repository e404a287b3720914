"""The audit chain sealed, what was recorded noted by the database and sealed, and what verifications found.

A statement that records, strikes or ends rows of facts, homes, stays or areas leaves a mark in the same transaction, of whichever role;
the rows that were there before get marks here, so that they too are sealed as they stand now.
"""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models.functions import Now

LISTED = 1000
"""So many rows of one mark are listed one by one; more are told by what they have in common."""
KEYS = {"facts": "id", "homes": "id", "stays": "id", "areas": "number"}
ENDING = ("facts", "homes", "areas")

MARK = f"""
CREATE FUNCTION public.audits_mark(named text, key text, what text, by text, delivery text, at text, chosen text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT format('
        INSERT INTO public.record_marks (xact, "table", what, by, delivery, at, low, high, rows, ids)
        SELECT pg_current_xact_id()::text::bigint, %1$L, %3$L, g.by, g.delivery, g.at, g.low, g.high, g.rows,
            CASE WHEN g.rows <= {LISTED} THEN (SELECT array_agg(f.%2$I ORDER BY f.%2$I) FROM fresh f
                WHERE %7$s AND %4$s IS NOT DISTINCT FROM g.by AND %5$s IS NOT DISTINCT FROM g.delivery AND %6$s IS NOT DISTINCT FROM g.at) END
        FROM (SELECT %4$s AS by, %5$s AS delivery, %6$s AS at, min(f.%2$I) AS low, max(f.%2$I) AS high, count(*) AS rows
            FROM fresh f WHERE %7$s GROUP BY 1, 2, 3) g', named, key, what, by, delivery, at, chosen)
$body$;
REVOKE ALL ON FUNCTION public.audits_mark(text, text, text, text, text, text, text) FROM PUBLIC;

CREATE FUNCTION public.audits_mark_recorded() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    EXECUTE public.audits_mark(TG_TABLE_NAME, TG_ARGV[0], 'recorded', 'f.recorded_by_id', 'f.delivery_id', 'f.recorded_at', 'true');
    IF TG_ARGV[1] = 'ending' THEN
        EXECUTE public.audits_mark(TG_TABLE_NAME, TG_ARGV[0], 'ended', 'f.end_recorded_by_id', 'f.end_delivery_id', 'f.end_recorded_at',
            'f.end_recorded_at IS NOT NULL');
    END IF;
    EXECUTE public.audits_mark(TG_TABLE_NAME, TG_ARGV[0], 'struck', 'f.struck_by_id', 'NULL::bigint', 'f.struck_at', 'f.struck_at IS NOT NULL');
    RETURN NULL;
END $body$;

CREATE FUNCTION public.audits_mark_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_ARGV[1] = 'ending' THEN
        EXECUTE public.audits_mark(TG_TABLE_NAME, TG_ARGV[0], 'ended', 'f.end_recorded_by_id', 'f.end_delivery_id', 'f.end_recorded_at',
            'f.struck_at IS NULL AND f.end_recorded_at IS NOT NULL');
    END IF;
    EXECUTE public.audits_mark(TG_TABLE_NAME, TG_ARGV[0], 'struck', 'f.struck_by_id', 'NULL::bigint', 'f.struck_at', 'f.struck_at IS NOT NULL');
    RETURN NULL;
END $body$;
REVOKE ALL ON FUNCTION public.audits_mark_recorded() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.audits_mark_changed() FROM PUBLIC;
"""
TRIGGERS = "\n".join(
    f"""
CREATE TRIGGER mark_recorded AFTER INSERT ON public.{table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION public.audits_mark_recorded('{key}', '{"ending" if table in ENDING else "once"}');
CREATE TRIGGER mark_changed AFTER UPDATE ON public.{table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION public.audits_mark_changed('{key}', '{"ending" if table in ENDING else "once"}');
"""
    for table, key in KEYS.items()
)
BEFORE = "\n".join(
    f"""
INSERT INTO public.record_marks (xact, "table", what, low, high, rows, ids, before)
    SELECT 0, '{table}', '{what}', min({key}), max({key}), count(*), {f"array_agg({key} ORDER BY {key})" if what != "recorded" else "NULL"}, true
    FROM public.{table} WHERE {chosen} HAVING count(*) > 0;
"""
    for table, key in KEYS.items()
    for what, chosen in (
        ("recorded", "true"),
        ("struck", "struck_at IS NOT NULL"),
        *((("ended", "end_recorded_at IS NOT NULL"),) if table in ENDING else ()),
    )
)
AUTHORS = """
CREATE FUNCTION public.audits_of_no_session(beyond bigint, upto bigint) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    machine bigint := (SELECT o.id FROM public.officials o WHERE o.username = 'system');
BEGIN
    RETURN QUERY SELECT e.number FROM public.audit_entries e
        LEFT JOIN public.official_sessions s ON e.through ~ '^(browser|command|desk) [0-9]{1,18}$'
            AND s.id = substring(e.through FROM '[0-9]+$')::bigint
        WHERE e.number > beyond AND e.number <= audits_of_no_session.upto AND e.through <> '' AND CASE
            WHEN e.through ~ '^(browser|command|desk) ' THEN s.id IS NULL OR s.sort <> split_part(e.through, ' ', 1)
                OR e.by_id NOT IN (s.official_id, machine)
                OR s.sort <> 'desk' AND (e.at < s.began_at OR e.at > s.until OR e.at > s.ended_at + interval '1 minute')
            ELSE e.by_id <> machine END
        ORDER BY 1;
END $body$;
REVOKE ALL ON FUNCTION public.audits_of_no_session(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.audits_of_no_session(bigint, bigint) TO yimatong_app, yimatong_judge;
"""
RIGHTS = """
SELECT public.records_append_only('public.record_marks');
SELECT public.records_only_the_judge_writes('public.record_seals');
SELECT public.records_only_the_judge_writes('public.policy_seals');
SELECT public.records_only_the_judge_writes('public.chain_seals');
SELECT public.records_only_the_judge_writes('public.verifications');
INSERT INTO public.job_tasks (name) VALUES ('yimatong.stations.audits.tasks.seal_chain'), ('yimatong.stations.audits.tasks.verify_everything');
"""
DIGITS = 64


class Migration(migrations.Migration):
    initial = True
    dependencies = [("records", "0025_entries_transactions"), ("judgements", "0010_discrepancies_of_rows")]
    operations = [
        migrations.CreateModel(
            name="RecordMark",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("xact", models.BigIntegerField()),
                ("table", models.CharField(max_length=8)),
                (
                    "what",
                    models.CharField(
                        choices=[("recorded", "记录"), ("struck", "撤销"), ("ended", "终止")], max_length=8
                    ),
                ),
                ("by", models.BigIntegerField(null=True)),
                ("delivery", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), null=True, size=None
                    ),
                ),
                ("before", models.BooleanField(default=False, db_default=False)),
            ],
            options={"db_table": "record_marks"},
        ),
        migrations.CreateModel(
            name="RecordSeal",
            fields=[
                ("mark", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seal", models.BigIntegerField(db_index=True)),
                ("rows", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=DIGITS)),
                ("entry", models.BigIntegerField(null=True)),
                ("mac", models.CharField(max_length=DIGITS)),
            ],
            options={"db_table": "record_seals"},
        ),
        migrations.CreateModel(
            name="PolicySeal",
            fields=[
                ("pack", models.CharField(max_length=DIGITS, primary_key=True, serialize=False)),
                ("seal", models.BigIntegerField(db_index=True)),
                ("sha256", models.CharField(max_length=DIGITS)),
                ("mac", models.CharField(max_length=DIGITS)),
            ],
            options={"db_table": "policy_seals"},
        ),
        migrations.CreateModel(
            name="ChainSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("upto", models.BigIntegerField()),
                ("digest", models.CharField(max_length=DIGITS)),
                ("covers", models.CharField(max_length=DIGITS)),
                ("at", models.DateTimeField()),
                ("previous", models.CharField(blank=True, max_length=DIGITS)),
                ("mac", models.CharField(max_length=DIGITS)),
            ],
            options={"db_table": "chain_seals"},
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(db_default=Now())),
                ("checks", models.JSONField()),
                ("found", models.IntegerField()),
                ("mac", models.CharField(max_length=DIGITS)),
            ],
            options={"db_table": "verifications"},
        ),
        migrations.RunSQL(MARK),
        migrations.RunSQL(TRIGGERS),
        migrations.RunSQL(BEFORE),
        migrations.RunSQL(AUTHORS),
        migrations.RunSQL(RIGHTS),
    ]
