"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.declarations_in_line() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NEW.replaces_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM
        (SELECT person_id FROM public.declarations WHERE id = NEW.replaces_id)
    THEN
        RAISE EXCEPTION 'a declaration replaces one about the same person' USING ERRCODE = 'YMT22';
    END IF;
    RETURN NEW;
END $body$;
"""
"""Functions that name tables, with the schema of each."""
NAMELESS = (
    "contradictions_move_forward",
    "declarations_end_once",
    "declarations_stay",
)
"""Functions that name none."""


class Migration(migrations.Migration):
    dependencies = [("declarations", "0007_sending")]
    operations = [
        migrations.RunSQL(NAMED),
        *(
            migrations.RunSQL(f"ALTER FUNCTION public.{name} SET search_path = pg_catalog, pg_temp")
            for name in NAMELESS
        ),
    ]
