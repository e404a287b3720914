"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.blank_moves_of_the_stock() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NEW.what <> 'received' AND NOT EXISTS (
        SELECT FROM public.blank_moves WHERE what = 'received' AND point_id = NEW.point_id AND district = NEW.district
            AND first <= NEW.first AND last >= NEW.last
    ) THEN
        RAISE EXCEPTION 'only blanks that came to a point leave it' USING ERRCODE = 'YMT54';
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.fraud_answers_in_time() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF EXISTS (
        SELECT FROM public.fraud_cases
        WHERE id = NEW.case_id AND (state = 'settled' OR (NEW.how = 'online' AND NEW.at > answer_by))
    ) THEN
        RAISE EXCEPTION 'a case is answered online in its time, and not after it was settled' USING ERRCODE = 'YMT56';
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.papers_are_right() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.number_leases WHERE id = NEW.lease_id AND point_id = NEW.point_id AND district = NEW.district
            AND NEW.serial BETWEEN first AND last
            AND use = CASE NEW.mode WHEN 'desk' THEN 'point' WHEN 'offline' THEN 'offline' ELSE 'blanks' END
    ) THEN
        RAISE EXCEPTION 'a paper has a number of a lease of its point' USING ERRCODE = 'YMT52';
    END IF;
    IF NEW.credential_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.paper_credentials WHERE serial = NEW.credential_id AND person_id = NEW.person_id AND until = NEW.valid_until
    ) THEN
        RAISE EXCEPTION 'a paper is good by a credential of its own person' USING ERRCODE = 'YMT52';
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.register_lines_count() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NEW.line <> (SELECT lines FROM public.register_days WHERE point_id = NEW.point_id AND day = NEW.day)
        OR NEW.point_id <> (SELECT point_id FROM public.papers WHERE id = NEW.paper_id)
    THEN
        RAISE EXCEPTION 'a line of the register is the next one of its point and day' USING ERRCODE = 'YMT53';
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.roster_lines_are_agreed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    who text := (SELECT role FROM public.officials WHERE id = NEW.added_by_id);
BEGIN
    IF who NOT IN ('clerk', 'control_office', 'machine')
        OR NOT EXISTS (SELECT FROM public.issuing_points WHERE id = NEW.point_id AND kind IN ('company', 'building'))
        OR (NEW.consent = 'online' AND (who <> 'machine' OR NOT EXISTS (
            SELECT FROM public.roster_asked a JOIN public.people p ON p.id_key = a.id_key
            WHERE a.point_id = NEW.point_id AND a.dropped_at IS NULL AND p.number = NEW.person_id)))
    THEN
        RAISE EXCEPTION 'nobody is on a roster without their own consent' USING ERRCODE = 'YMT57';
    END IF;
    RETURN NEW;
END $body$;
"""
"""Functions that name tables, with the schema of each."""
NAMELESS = (
    "desk_devices_go_forward",
    "desk_offers_once",
    "fraud_cases_are_heard",
    "fraud_cases_wait",
    "issuing_end_once",
    "number_districts_go_forward",
    "number_leases_go_forward",
    "register_days_go_forward",
    "route_lines_end_once",
)
"""Functions that name none."""


class Migration(migrations.Migration):
    dependencies = [("issuing", "0008_days_and_positions")]
    operations = [
        migrations.RunSQL(NAMED),
        *(
            migrations.RunSQL(f"ALTER FUNCTION public.{name} SET search_path = pg_catalog, pg_temp")
            for name in NAMELESS
        ),
    ]
