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
KEPT = (
    "facts",
    "homes",
    "areas",
    "stays",
    "people",
    "places",
    "stairwells",
    "deliveries",
    "confirmations",
    "held_rows",
)
APPENDED = ("audit_entries", "looks")

# Foreign keys of the large tables, once a statement instead of once a row. The rows pointed at are never deleted and
# keep their keys, so checking at the insert is enough. EXECUTE plans anew each time: one row or a million.
POINTS = """
CREATE FUNCTION records_point_somewhere() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    lost boolean;
BEGIN
    FOR i IN 0 .. TG_NARGS - 1 BY 3 LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM (SELECT DISTINCT %1$I AS named FROM fresh WHERE %1$I IS NOT NULL) named
                LEFT JOIN %2$I there ON there.%3$I = named.named WHERE there.%3$I IS NULL)',
            TG_ARGV[i], TG_ARGV[i + 1], TG_ARGV[i + 2]) INTO lost;
        IF lost THEN
            RAISE EXCEPTION '% of % names a row that is not in %', TG_ARGV[i], TG_TABLE_NAME, TG_ARGV[i + 1]
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $body$;

CREATE FUNCTION records_keep_key() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'a row of % keeps its number', TG_TABLE_NAME USING ERRCODE = 'YMT05';
END $body$;
"""
PERSON = "'person_id', 'people', 'number'"
DELIVERY = "'delivery_id', 'deliveries', 'id'"
POINTING = {
    "people": DELIVERY,
    "facts": f"{PERSON}, {DELIVERY}",
    "homes": f"{PERSON}, {DELIVERY}, 'stairwell_id', 'stairwells', 'number'",
    "stays": f"{PERSON}, {DELIVERY}, 'place_id', 'places', 'number'",
    "areas": DELIVERY,
}
KEYED = {"people": "number", "places": "number", "stairwells": "number", "deliveries": "id"}

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
    points = [
        f"CREATE TRIGGER {table}_point_somewhere AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION records_point_somewhere({columns});"
        for table, columns in POINTING.items()
    ]
    keys = [
        f"CREATE TRIGGER {table}_keep_key BEFORE UPDATE OF {key} ON {table} "
        f"FOR EACH ROW WHEN (OLD.{key} <> NEW.{key}) EXECUTE FUNCTION records_keep_key();"
        for table, key in KEYED.items()
    ]
    return "\n".join([UNCHANGED, *changes, *deletes, *appended, POINTS, *points, *keys, CHAIN])


class Migration(migrations.Migration):
    dependencies = [("records", "0001_tables")]
    operations = [migrations.RunSQL(guards())]
