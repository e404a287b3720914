"""A run that may publish begins, and is published, by the policy pack that is in force and by no other (records 0025). Kept packs are the records'."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION public.runs_by_the_pack_in_force() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NEW.kind IN ('full', 'touched') AND NEW.state IN ('started', 'published')
        AND NEW.policy_id IS DISTINCT FROM (SELECT e.pack_id FROM public.enforcements e ORDER BY e.number DESC LIMIT 1)
    THEN
        RAISE EXCEPTION 'people are judged by the policy in force, and by no other' USING ERRCODE = 'YMT17';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER runs_by_the_pack_in_force BEFORE INSERT OR UPDATE ON public.runs
    FOR EACH ROW EXECUTE FUNCTION public.runs_by_the_pack_in_force();
"""


class Migration(migrations.Migration):
    dependencies = [("judgements", "0008_seals"), ("records", "0025_enforcements")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "run",
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="records.policypack"
                    ),
                ),
                migrations.DeleteModel("PolicyPack"),
            ]
        ),
        migrations.RunSQL(GUARD),
    ]
