"""Two roles: `yimatong_app` does the daily work and can't write a verdict; `yimatong_judge` alone inserts verdicts.

Tables made later give reading to both and daily writing to the app; a station that makes verdict tables calls the
functions below in a migration of its own.
    SELECT records_only_the_judge_writes('verdicts');   nobody else inserts; nobody updates or deletes
    SELECT records_append_only('some_table');           the app may insert; nobody updates or deletes
"""

from django.db import DatabaseError, migrations

from yimatong.records.errors import roles_not_allowed

ROLES = ("yimatong_app", "yimatong_judge")

# Two migrations at once (two test databases of one server) may both find no role; the second to create it is told
# duplicate_object or unique_violation, and goes on.
CREATE = """
DO $body$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
        BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
    END IF;
END $body$
"""
MEMBER = "SELECT pg_has_role(current_user, %s, 'MEMBER')"

GRANTS = """
GRANT USAGE ON SCHEMA public TO yimatong_app, yimatong_judge;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO yimatong_app, yimatong_judge;
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO yimatong_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO yimatong_app, yimatong_judge;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO yimatong_app, yimatong_judge;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT, UPDATE, DELETE ON TABLES TO yimatong_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO yimatong_app, yimatong_judge;
GRANT SELECT, UPDATE ON SEQUENCE people_number_seq, stairwells_number_seq TO yimatong_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM yimatong_app;
REVOKE UPDATE, DELETE ON audit_entries, looks FROM yimatong_app;
REVOKE DELETE ON facts, homes, areas, stays, people, places, stairwells, deliveries, confirmations, held_rows
    FROM yimatong_app;
"""

FUNCTIONS = """
CREATE FUNCTION records_append_only(made regclass) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM yimatong_app, yimatong_judge', made);
    EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete()', made);
END $body$;

CREATE FUNCTION records_only_the_judge_writes(made regclass) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
    PERFORM records_append_only(made);
    EXECUTE format('REVOKE INSERT ON %s FROM yimatong_app', made);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO yimatong_judge', made);
END $body$;
"""


def create_roles(apps, schema_editor):
    """Make the roles, and let the owner of the tables become either of them."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        user = cursor.fetchone()[0]
        try:
            for role in ROLES:
                cursor.execute(CREATE.format(role=role))
                cursor.execute(MEMBER, [role])
                if not cursor.fetchone()[0]:
                    cursor.execute(f"GRANT {role} TO CURRENT_USER")
        except DatabaseError as refusal:
            raise roles_not_allowed(user) from refusal


class Migration(migrations.Migration):
    dependencies = [("records", "0002_guards")]
    operations = [migrations.RunPython(create_roles), migrations.RunSQL(GRANTS), migrations.RunSQL(FUNCTIONS)]
