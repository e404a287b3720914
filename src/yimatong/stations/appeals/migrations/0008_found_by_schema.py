"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.complaint_events_by_the_office() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF EXISTS (SELECT FROM public.officials WHERE id = NEW.by_id AND role <> 'control_office') THEN
        RAISE EXCEPTION 'a complaint is taken up and answered by the control office' USING ERRCODE = 'YMT71';
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.dispute_outcomes_by_another() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF EXISTS (SELECT FROM public.officials WHERE id = NEW.by_id AND role NOT IN ('control_office', 'health'))
        OR EXISTS (SELECT FROM public.disputes WHERE id = NEW.dispute_id AND official_id = NEW.by_id)
    THEN
        RAISE EXCEPTION 'a dispute is settled by the office, not by who wrote it down' USING ERRCODE = 'YMT72';
    END IF;
    RETURN NEW;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("appeals", "0007_contacts")]
    operations = [
        migrations.RunSQL(NAMED),
    ]
