"""What each publication put in force, sealed; and what was found that no publication put there.

A seal is written in the transaction that publishes its run, and like what was found it is only ever added to, by the judge alone. A row under
the number of a run that has not come yet would stand above all that is judged until then: `judgements_number_on` lets the numbers go on
above it.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

GUARDS = """
SELECT records_only_the_judge_writes('run_seals');
SELECT records_only_the_judge_writes('discrepancies');
CREATE TRIGGER only_while_publishing AFTER INSERT ON run_seals REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION judgements_only_while_publishing();
GRANT INSERT ON unjudged TO yimatong_judge;

CREATE FUNCTION judgements_number_on(beyond integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF beyond < 2000000000 AND beyond >= (SELECT last_value FROM public.runs_number_seq) THEN
        PERFORM setval('public.runs_number_seq', beyond);
    END IF;
END $body$;
REVOKE ALL ON FUNCTION judgements_number_on(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION judgements_number_on(integer) TO yimatong_judge;
"""

TASKS = """
INSERT INTO public.job_tasks (name) VALUES ('yimatong.stations.judgements.tasks.reconcile'),
    ('yimatong.stations.judgements.tasks.reconcile_everything'), ('yimatong.stations.passes.tasks.reconcile_credentials')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("judgements", "0007_no_more_than_needed"),
        ("records", "0024_identities_succeed"),
    ]

    operations = [
        migrations.CreateModel(
            name="RunSeal",
            fields=[
                (
                    "run",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="judgements.run",
                    ),
                ),
                ("tables", models.JSONField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("mac", models.CharField(max_length=64)),
            ],
            options={
                "db_table": "run_seals",
            },
        ),
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=20)),
                ("run", models.IntegerField(null=True)),
                ("person", models.IntegerField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inserted", "多出"),
                            ("changed", "被改"),
                            ("missing", "缺失"),
                            ("rows", "与封记不符"),
                            ("unsealed", "没有封记"),
                            ("left-out", "序列中断"),
                            ("edited", "研判记录被改"),
                            ("counts", "计数不符"),
                            ("files", "保存文件不符"),
                            ("ended", "已纠正"),
                        ],
                        max_length=8,
                    ),
                ),
                ("stands", models.CharField(blank=True, max_length=64)),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("mac", models.CharField(max_length=64)),
                (
                    "ends",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="judgements.discrepancy",
                    ),
                ),
            ],
            options={
                "db_table": "discrepancies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends", None), models.Q(("kind", "ended"), _negated=True)),
                            models.Q(("ends__isnull", False), ("ends__lt", models.F("number")), ("kind", "ended")),
                            _connector="OR",
                        ),
                        name="discrepancies_an_end_is_of_one",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(TASKS),
    ]
