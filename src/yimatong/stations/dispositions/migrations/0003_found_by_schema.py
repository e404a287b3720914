"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.hand_over_events_in_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    -- One event of a hand-over at a time, so that nobody is told of a delay while another acknowledges.
    PERFORM pg_advisory_xact_lock(hashtext('disposition_hand_overs'), NEW.hand_over_id::integer);
    IF NEW.kind IN ('late', 'escalated') AND EXISTS (
        SELECT FROM public.disposition_hand_over_events WHERE hand_over_id = NEW.hand_over_id AND kind = 'acknowledged'
    ) THEN
        RAISE EXCEPTION 'a hand-over that was acknowledged is late no more' USING ERRCODE = 'YMT61';
    END IF;
    IF NEW.kind = 'escalated' AND NOT EXISTS (
        SELECT FROM public.disposition_hand_over_events WHERE hand_over_id = NEW.hand_over_id AND kind = 'late'
    ) THEN
        RAISE EXCEPTION 'a hand-over is late before it is escalated' USING ERRCODE = 'YMT61';
    END IF;
    IF NEW.kind IN ('acknowledged', 'opened') AND EXISTS (
        SELECT FROM public.officials WHERE id = NEW.by_id AND role NOT IN ('health', 'control_office')
    ) THEN
        RAISE EXCEPTION 'a hand-over is acknowledged and opened by the health department or the control office'
            USING ERRCODE = 'YMT62';
    END IF;
    RETURN NEW;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [("dispositions", "0002_guards")]
    operations = [
        migrations.RunSQL(NAMED),
    ]
