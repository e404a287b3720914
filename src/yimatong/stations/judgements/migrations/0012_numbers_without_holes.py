"""Runs and discrepancies are numbered without holes, so that a number that is missing was deleted.

A sequence of PostgreSQL counts on by up to 32 after a crash, and by one for whatever is rolled back. Here the number is the one after the
highest, taken under a lock that the transaction keeps to its end: it is there with its row, or not at all. Where numbers have to go on beyond
something that somebody put in (`judgements_number_on`), and where they have had holes before, a row says which, when and why.
"""

from django.db import migrations, models
from django.db.models.functions import Now

NUMBERED = """
SELECT records_only_the_judge_writes('run_numbers_skipped');
REVOKE INSERT ON run_numbers_skipped FROM yimatong_judge;
CREATE FUNCTION judgements_number_without_holes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE highest bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME || ' numbered'));
    EXECUTE format('SELECT coalesce(max(number), 0) FROM public.%I', TG_TABLE_NAME) INTO highest;
    IF TG_TABLE_NAME = 'runs' THEN
        highest := greatest(highest, (SELECT coalesce(max(last), 0) FROM public.run_numbers_skipped));
    END IF;
    NEW.number := highest + 1;
    RETURN NEW;
END $body$;
CREATE TRIGGER numbered BEFORE INSERT ON runs FOR EACH ROW EXECUTE FUNCTION judgements_number_without_holes();
CREATE TRIGGER numbered BEFORE INSERT ON discrepancies FOR EACH ROW EXECUTE FUNCTION judgements_number_without_holes();

CREATE OR REPLACE FUNCTION judgements_number_on(beyond integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE highest integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('runs numbered'));
    highest := greatest((SELECT coalesce(max(number), 0) FROM public.runs),
                        (SELECT coalesce(max(last), 0) FROM public.run_numbers_skipped));
    IF beyond < 2000000000 AND beyond > highest THEN
        INSERT INTO public.run_numbers_skipped (first, last, why) VALUES (highest + 1, beyond, 'found');
    END IF;
END $body$;
"""
BEFORE = """
INSERT INTO public.run_numbers_skipped (first, last, why)
SELECT before + 1, number - 1, 'crash'
FROM (SELECT number, coalesce(lag(number) OVER (ORDER BY number), 0) AS before FROM public.runs) AS listed WHERE number > before + 1
"""


class Migration(migrations.Migration):
    dependencies = [("judgements", "0011_by_the_pack_in_force")]

    operations = [
        migrations.CreateModel(
            name="SkippedNumbers",
            fields=[
                ("first", models.IntegerField(primary_key=True, serialize=False)),
                ("last", models.IntegerField()),
                ("why", models.CharField(choices=[("crash", "停机"), ("found", "发现")], max_length=8)),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "run_numbers_skipped",
                "constraints": [
                    models.CheckConstraint(
                        name="run_numbers_skipped_forward", condition=models.Q(first__gt=0, last__gte=models.F("first"))
                    ),
                    models.CheckConstraint(
                        name="run_numbers_skipped_known_why", condition=models.Q(why__in=["crash", "found"])
                    ),
                ],
            },
        ),
        migrations.RunSQL(BEFORE),
        migrations.RunSQL(NUMBERED),
    ]
