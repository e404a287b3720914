"""What the database itself refuses: changing what was declared, agreed, or settled; and reading codes where none is needed."""

from django.db import migrations

# A declaration whose person was not certain gets the person once, and with it its place in the person's line.
DECLARATIONS = """
CREATE FUNCTION declarations_stay() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    once text[] := ARRAY['person_id', 'replaces_id'];
BEGIN
    IF OLD.person_id IS NOT NULL OR NEW.person_id IS NULL OR to_jsonb(OLD) - once IS DISTINCT FROM to_jsonb(NEW) - once THEN
        RAISE EXCEPTION 'a declaration is not changed; a correction replaces it' USING ERRCODE = 'YMT21';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER declarations_stay BEFORE UPDATE ON declarations FOR EACH ROW EXECUTE FUNCTION declarations_stay();

-- A correction replaces a declaration about the same person.
CREATE FUNCTION declarations_in_line() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.replaces_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM
        (SELECT person_id FROM declarations WHERE id = NEW.replaces_id)
    THEN
        RAISE EXCEPTION 'a declaration replaces one about the same person' USING ERRCODE = 'YMT22';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER declarations_in_line BEFORE INSERT OR UPDATE ON declarations
    FOR EACH ROW EXECUTE FUNCTION declarations_in_line();
"""

# Only the named columns ever change, and a row that is over stays as it is.
ENDING = """
CREATE FUNCTION declarations_end_once() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    over text := TG_ARGV[0];
    may_change text[] := string_to_array(TG_ARGV[1], ' ');
BEGIN
    IF to_jsonb(OLD) - may_change IS DISTINCT FROM to_jsonb(NEW) - may_change THEN
        RAISE EXCEPTION 'a row of % can be ended, not changed', TG_TABLE_NAME USING ERRCODE = 'YMT23';
    END IF;
    IF to_jsonb(OLD) ->> over IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
        RAISE EXCEPTION 'a row of % that is over stays as it is', TG_TABLE_NAME USING ERRCODE = 'YMT24';
    END IF;
    RETURN NEW;
END $body$;
"""
ENDS = {
    "dependants": ("until", "until ended_why"),
    "coresidents": ("until", "until resident_id"),
    "missing_places": ("settled_at", "state stairwell_id settled_at settled_by_id settled_why"),
    "contradictions": (
        "settled_at",
        "state answer_sealed heard_at finding settled_at settled_by_id settled_why",
    ),
    "earlier_declarations": ("withdrawn_at", "state settled_at withdrawn_at"),
}
FORWARD = """
CREATE FUNCTION contradictions_move_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF array_position(ARRAY['open', 'heard', 'settled'], NEW.state::text)
        NOT IN (array_position(ARRAY['open', 'heard', 'settled'], OLD.state::text),
            array_position(ARRAY['open', 'heard', 'settled'], OLD.state::text) + 1)
    THEN
        RAISE EXCEPTION 'a contradiction is heard before it is settled' USING ERRCODE = 'YMT25';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER contradictions_move_forward BEFORE UPDATE ON contradictions
    FOR EACH ROW EXECUTE FUNCTION contradictions_move_forward();
"""
APPENDED = ("statements", "declared_records", "check_ins")
KEPT = ("channels", "accounts", "declarations", "dependants", "coresidents", "missing_places", "contradictions",
    "earlier_declarations")  # fmt: skip
NOT_FOR_JUDGING = ("channels", "accounts", "drafts", "messages", "one_time_codes", "attempts", "missing_places")


def guards() -> str:
    """All triggers and grants, in one script."""
    ends = [
        f"CREATE TRIGGER {table}_end_once BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION declarations_end_once('{over}', '{columns}');"
        for table, (over, columns) in ENDS.items()
    ]
    appended = [f"SELECT records_append_only('{table}');" for table in APPENDED]
    kept = [
        f"CREATE TRIGGER {table}_refuse_delete BEFORE DELETE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete(); REVOKE DELETE ON {table} FROM yimatong_app;"
        for table in KEPT
    ]
    hidden = [f"REVOKE SELECT ON {', '.join(NOT_FOR_JUDGING)} FROM yimatong_judge;"]
    return "\n".join([DECLARATIONS, ENDING, *ends, FORWARD, *appended, *kept, *hidden])


class Migration(migrations.Migration):
    dependencies = [("declarations", "0001_tables"), ("records", "0003_roles")]
    operations = [migrations.RunSQL(guards())]
