"""What the database itself refuses: a number given twice, a register rewritten, a blank that leaves twice, a task reopened.

Codes: YMT51 lease, YMT52 paper, YMT53 register, YMT54 blanks, YMT55 a row that is over, YMT56 case.
"""

from django.db import migrations

# District and serial as one number, so that a range of serials is a range of numbers.
LEASES = """
ALTER TABLE number_leases ADD CONSTRAINT number_leases_never_overlap EXCLUDE USING gist (
    int8range(district::bigint * 10000000 + first, district::bigint * 10000000 + last, '[]') WITH &&);

CREATE FUNCTION number_leases_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF to_jsonb(OLD) - 'next' IS DISTINCT FROM to_jsonb(NEW) - 'next' OR NEW.next < OLD.next THEN
        RAISE EXCEPTION 'of a lease only the next serial changes, and it only grows' USING ERRCODE = 'YMT51';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON number_leases FOR EACH ROW EXECUTE FUNCTION number_leases_go_forward();

CREATE FUNCTION number_districts_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.code <> OLD.code OR NEW.next < OLD.next THEN
        RAISE EXCEPTION 'the serials of a district only grow' USING ERRCODE = 'YMT51';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON number_districts FOR EACH ROW EXECUTE FUNCTION number_districts_go_forward();
"""

# A paper's number is one of its lease, in its form, and the lease is its point's; the credential is its person's.
PAPERS = """
ALTER TABLE papers ADD CONSTRAINT papers_number_in_form CHECK (
    number ~ '^[0-9]{6}-[0-9]{7}-[0-9]$' AND left(number, 6)::integer = district AND substr(number, 8, 7)::integer = serial);

CREATE FUNCTION papers_are_right() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT FROM number_leases WHERE id = NEW.lease_id AND point_id = NEW.point_id AND district = NEW.district
            AND NEW.serial BETWEEN first AND last
            AND use = CASE NEW.mode WHEN 'desk' THEN 'point' WHEN 'offline' THEN 'offline' ELSE 'blanks' END
    ) THEN
        RAISE EXCEPTION 'a paper has a number of a lease of its point' USING ERRCODE = 'YMT52';
    END IF;
    IF NEW.credential_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM paper_credentials WHERE serial = NEW.credential_id AND person_id = NEW.person_id AND until = NEW.valid_until
    ) THEN
        RAISE EXCEPTION 'a paper is good by a credential of its own person' USING ERRCODE = 'YMT52';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER are_right BEFORE INSERT ON papers FOR EACH ROW EXECUTE FUNCTION papers_are_right();
SELECT records_append_only('papers');
"""

REGISTER = """
CREATE FUNCTION register_lines_count() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.line <> (SELECT lines FROM register_days WHERE point_id = NEW.point_id AND day = NEW.day)
        OR NEW.point_id <> (SELECT point_id FROM papers WHERE id = NEW.paper_id)
    THEN
        RAISE EXCEPTION 'a line of the register is the next one of its point and day' USING ERRCODE = 'YMT53';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER lines_count BEFORE INSERT ON register_entries FOR EACH ROW EXECUTE FUNCTION register_lines_count();

CREATE FUNCTION register_days_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.point_id, OLD.day) IS DISTINCT FROM (NEW.point_id, NEW.day) OR NEW.lines < OLD.lines THEN
        RAISE EXCEPTION 'the register of a day only grows' USING ERRCODE = 'YMT53';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON register_days FOR EACH ROW EXECUTE FUNCTION register_days_go_forward();
SELECT records_append_only('register_entries');
SELECT records_append_only('register_signatures');
SELECT records_append_only('offline_batches');
"""

BLANKS = """
ALTER TABLE blank_moves ADD CONSTRAINT blank_moves_come_once EXCLUDE USING gist (
    int8range(district::bigint * 10000000 + first, district::bigint * 10000000 + last, '[]') WITH &&) WHERE (what = 'received');
ALTER TABLE blank_moves ADD CONSTRAINT blank_moves_leave_once EXCLUDE USING gist (
    int8range(district::bigint * 10000000 + first, district::bigint * 10000000 + last, '[]') WITH &&) WHERE (what <> 'received');

CREATE FUNCTION blank_moves_of_the_stock() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.what <> 'received' AND NOT EXISTS (
        SELECT FROM blank_moves WHERE what = 'received' AND point_id = NEW.point_id AND district = NEW.district
            AND first <= NEW.first AND last >= NEW.last
    ) THEN
        RAISE EXCEPTION 'only blanks that came to a point leave it' USING ERRCODE = 'YMT54';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER of_the_stock BEFORE INSERT ON blank_moves FOR EACH ROW EXECUTE FUNCTION blank_moves_of_the_stock();
SELECT records_append_only('blank_moves');
"""

# Only the named columns ever change, and a row that is over stays as it is.
ENDING = """
CREATE FUNCTION issuing_end_once() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    may_change text[] := string_to_array(TG_ARGV[1], ' ');
BEGIN
    IF to_jsonb(OLD) - may_change IS DISTINCT FROM to_jsonb(NEW) - may_change
        OR (to_jsonb(OLD) ->> TG_ARGV[0] IS NOT NULL AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW))
    THEN
        RAISE EXCEPTION 'a row of % is ended once, and not changed', TG_TABLE_NAME USING ERRCODE = 'YMT55';
    END IF;
    RETURN NEW;
END $body$;
"""
ENDS = {
    "issuing_points": ("stopped_at", "stopped_at stopped_by_id stopped_why hours desks"),
    "issuing_staff": ("until", "until released_by_id"),
    "roster_lines": ("removed_at", "removed_at removed_why"),
    "collection_tasks": ("closed_at", "outcome closed_at closed_by_id note"),
    "held_entries": ("settled_at", "settled_at settled_by_id settled_why"),
    "fraud_cases": (
        "settled_at",
        "state answer_sealed heard_at finding settled_at settled_by_id settled_why handed_to",
    ),
    "tickets": ("ended_at", "state arrived_at called_at ended_at"),
}
CASES = """
CREATE FUNCTION fraud_cases_are_heard() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    ways text[] := ARRAY['open', 'heard', 'settled'];
BEGIN
    IF array_position(ways, NEW.state::text) - array_position(ways, OLD.state::text) NOT IN (0, 1) THEN
        RAISE EXCEPTION 'a case of fraud is heard before it is settled' USING ERRCODE = 'YMT56';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER are_heard BEFORE UPDATE ON fraud_cases FOR EACH ROW EXECUTE FUNCTION fraud_cases_are_heard();
"""
KEPT = (*ENDS, "number_leases", "number_districts", "register_days")
HIDDEN = ("papers", "register_signatures", "held_entries", "fraud_cases", "roster_lines", "tickets")


def guards() -> str:
    """All triggers and grants, in one script."""
    ends = [
        f"CREATE TRIGGER end_once BEFORE UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION issuing_end_once('{over}', '{columns}');"
        for table, (over, columns) in ENDS.items()
    ]
    kept = [
        f"CREATE TRIGGER refuse_delete BEFORE DELETE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete(); REVOKE DELETE ON {table} FROM yimatong_app;"
        for table in KEPT
    ]
    hidden = f"REVOKE SELECT ON {', '.join(HIDDEN)} FROM yimatong_judge;"
    return "\n".join([LEASES, PAPERS, REGISTER, BLANKS, ENDING, *ends, CASES, *kept, hidden])


class Migration(migrations.Migration):
    dependencies = [("issuing", "0001_tables"), ("records", "0003_roles")]
    operations = [migrations.RunSQL(guards())]
