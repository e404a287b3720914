"""What the database itself refuses: changing or deleting what was recorded, and breaking the audit chain."""

from django.db import migrations

# A recorded row may be struck once and, where it has an end, ended once. Nothing else about it ever changes.
UNCHANGED = """
CREATE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    may_change text[] := ARRAY['struck_at', 'struck_by_id', 'strike_reason',
        'end', 'end_recorded_at', 'end_recorded_by_id', 'end_delivery_id'];
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := to_jsonb(NEW);
BEGIN
    IF old_row - may_change IS DISTINCT FROM new_row - may_change THEN
        RAISE EXCEPTION 'a recorded row of % can be struck or ended, not changed', TG_TABLE_NAME USING ERRCODE = 'YMT01';
    END IF;
    IF OLD.struck_at IS NOT NULL AND old_row IS DISTINCT FROM new_row THEN
        RAISE EXCEPTION 'a struck row of % stays as it is', TG_TABLE_NAME USING ERRCODE = 'YMT02';
    END IF;
    IF new_row ->> 'end' IS DISTINCT FROM old_row ->> 'end'
        AND (old_row ->> 'end' IS NOT NULL OR new_row ->> 'end_recorded_at' IS NULL) THEN
        RAISE EXCEPTION 'a row of % is ended once, with the instant at which we learned it', TG_TABLE_NAME
            USING ERRCODE = 'YMT03';
    END IF;
    RETURN NEW;
END $body$;

CREATE FUNCTION records_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'rows of % are never deleted or overwritten', TG_TABLE_NAME USING ERRCODE = 'YMT04';
END $body$;
"""

RECORDED = ("facts", "homes", "areas", "stays")
KEPT = ("facts", "homes", "areas", "stays", "deliveries", "confirmations", "held_rows")
APPENDED = ("audit_entries", "looks")

# Foreign keys of facts, once a statement. People and deliveries that facts point to can't be deleted meanwhile:
# the delete waits for every writer of facts, and every later writer sees that they are gone.
POINTS = """
CREATE FUNCTION facts_point_somewhere() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT FROM fresh LEFT JOIN people ON people.number = fresh.person_id WHERE people.number IS NULL) THEN
        RAISE EXCEPTION 'a fact is about a person who is not recorded' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT delivery_id FROM fresh WHERE delivery_id IS NOT NULL) named
        LEFT JOIN deliveries ON deliveries.id = named.delivery_id WHERE deliveries.id IS NULL
    ) THEN
        RAISE EXCEPTION 'a fact names a delivery that is not recorded' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER facts_point_somewhere AFTER INSERT ON facts REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION facts_point_somewhere();

CREATE FUNCTION people_with_facts_stay() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    LOCK TABLE facts IN SHARE MODE;
    IF EXISTS (SELECT FROM gone JOIN facts ON facts.person_id = gone.number) THEN
        RAISE EXCEPTION 'people with facts are not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER people_with_facts_stay AFTER DELETE ON people REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION people_with_facts_stay();
CREATE FUNCTION people_keep_their_number() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'a person keeps the number' USING ERRCODE = 'YMT05';
END $body$;
CREATE TRIGGER people_keep_their_number BEFORE UPDATE OF number ON people
    FOR EACH ROW WHEN (OLD.number <> NEW.number) EXECUTE FUNCTION people_keep_their_number();
"""

# The chain is made here, so that nobody who may insert can skip a number or write a link of his own.
CHAIN = """
CREATE FUNCTION audit_entries_chain() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_entries'));
    SELECT number, digest INTO last FROM audit_entries ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous := coalesce(last.digest, repeat('0', 64));
    NEW.at := clock_timestamp();
    NEW.digest := encode(sha256(convert_to(concat_ws(E'\\n', NEW.previous, NEW.number,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.by_id, NEW.action, NEW.subject, NEW.details), 'UTF8')), 'hex');
    RETURN NEW;
END $body$;
CREATE TRIGGER audit_entries_chain BEFORE INSERT ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_entries_chain();
"""


def guards() -> str:
    """All triggers, in one script."""
    changes = [
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION records_refuse_change();"
        for table in RECORDED
    ]
    deletes = [
        f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();"
        for table in KEPT
    ]
    appended = [
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();"
        for table in APPENDED
    ]
    return "\n".join([UNCHANGED, *changes, *deletes, *appended, POINTS, CHAIN])


class Migration(migrations.Migration):
    dependencies = [("records", "0001_tables")]
    operations = [migrations.RunSQL(guards())]
