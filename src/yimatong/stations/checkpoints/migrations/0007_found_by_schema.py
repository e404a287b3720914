"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.checkpoints_forget(before integer, OUT passages bigint, OUT entries bigint, OUT flags bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    DELETE FROM public.passages p WHERE p.day < before;
    GET DIAGNOSTICS passages = ROW_COUNT;
    DELETE FROM public.checkpoint_entries e WHERE e.day < before;
    GET DIAGNOSTICS entries = ROW_COUNT;
    DELETE FROM public.checkpoint_flags f WHERE f.day < before;
    GET DIAGNOSTICS flags = ROW_COUNT;
END $body$;
"""
"""Functions that name tables, with the schema of each."""
NAMELESS = (
    "checkpoint_devices_go_forward",
    "checkpoint_offers_once",
    "checkpoint_stay_feeds_go_forward",
    "checkpoints_close_once",
)
"""Functions that name none."""


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0006_earlier_hours")]
    operations = [
        migrations.RunSQL(NAMED),
        *(
            migrations.RunSQL(f"ALTER FUNCTION public.{name} SET search_path = pg_catalog, pg_temp")
            for name in NAMELESS
        ),
    ]
