"""A role has what it needs of the database and nothing beside: privileges a table, temporary tables, the schema, procrastinate's paths.

A migration that makes a table says what the pages' role does with it beside reading:
    SELECT records_app_may('some_table', 'INSERT, UPDATE (state, settled_at)');
See docs/reference/privileges.md, which a test compares with the database, and docs/decisions/0107-a-guard-finds-its-tables-itself.md.
"""

from django.db import migrations

APP = {
    "areas": 'INSERT, UPDATE ("end", end_recorded_at, end_recorded_by_id, end_delivery_id, struck_at, struck_by_id, strike_reason)',
    "audit_entries": "INSERT",
    "confirmations": "INSERT",
    "deliveries": "INSERT, UPDATE (state, rows, taken, unchanged, held, ended, error, withdrawn_at, withdrawn_by_id, withdrawal_reason)",
    "divisions": "INSERT, UPDATE (name, level, parent, valid_to, source), DELETE",
    "facts": 'INSERT, UPDATE ("end", end_recorded_at, end_recorded_by_id, end_delivery_id, struck_at, struck_by_id, strike_reason)',
    "held_rows": "INSERT, UPDATE (state, settled_at, settled_by_id, settled_why, fact_id)",
    "homes": 'INSERT, UPDATE ("end", end_recorded_at, end_recorded_by_id, end_delivery_id, struck_at, struck_by_id, strike_reason)',
    "journeys_said": "INSERT",
    "key_fingerprints": "INSERT",
    "looks": "INSERT",
    "place_blocks": "INSERT, UPDATE (next), DELETE",
    "places": "INSERT",
    "stairwells": "INSERT",
    "stays": "INSERT, UPDATE (struck_at, struck_by_id, strike_reason)",
    "works": "INSERT, UPDATE (done_at)",
}
MAY = """
CREATE FUNCTION public.records_app_may(made regclass, what text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM yimatong_app', made);
    EXECUTE format('GRANT SELECT, %s ON %s TO yimatong_app', what, made);
END $body$;
REVOKE ALL ON FUNCTION public.records_app_may(regclass, text) FROM PUBLIC;
"""
NEVER = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO yimatong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers
    TO yimatong_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON auth_group, auth_group_permissions, auth_permission, django_content_type FROM yimatong_app;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON engine_people, engine_facts, engine_homes, engine_areas, engine_stays FROM yimatong_app;
"""
"""What looks like a table and leads past the columns of one is a view of the engine's: whoever may write it, writes as its owner."""
TEMPORARY = """
DO $body$ BEGIN
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO yimatong_app, yimatong_judge', current_database());
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $body$
"""
"""Feeds stage by temporary tables under the pages' role, a publication under the judge's; nobody else makes any."""
PROCRASTINATE = """
DO $body$
DECLARE one regprocedure;
BEGIN
    FOR one IN SELECT oid FROM pg_catalog.pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp', one);
    END LOOP;
END $body$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0017_found_by_schema"), ("procrastinate", "0041_post_retry_failed_job"), ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"), ("sessions", "0001_initial"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(MAY),
        *(migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()),
        *(migrations.RunSQL(one) for one in (NEVER, TEMPORARY, PROCRASTINATE)),
    ]
