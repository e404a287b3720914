"""The same checks of facts, quicker over a million rows: the kind is compared first, references by one anti-join each."""

from django.db import migrations, models

# count() and not EXISTS: for EXISTS the planner expects to stop early, and looks every row up one by one.
POINTS = """
CREATE OR REPLACE FUNCTION records_point_somewhere() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    lost boolean;
BEGIN
    FOR i IN 0 .. TG_NARGS - 1 BY 3 LOOP
        EXECUTE format(
            'SELECT count(*) > 0 FROM fresh LEFT JOIN %2$I there ON there.%3$I = fresh.%1$I
                WHERE fresh.%1$I IS NOT NULL AND there.%3$I IS NULL',
            TG_ARGV[i], TG_ARGV[i + 1], TG_ARGV[i + 2]) INTO lost;
        IF lost THEN
            RAISE EXCEPTION '% of % names a row that is not in %', TG_ARGV[i], TG_TABLE_NAME, TG_ARGV[i + 1]
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $body$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0006_areas_resolved"),
    ]

    operations = [
        migrations.RunSQL(POINTS),
        migrations.RemoveConstraint(
            model_name="fact",
            name="facts_closed_list",
        ),
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "test"), ("detail__in", ["negative", "positive", "invalid"])),
                    models.Q(("kind", "declaration"), ("detail__in", ["self", "desk", "police", "platform"])),
                    models.Q(("kind", "case"), ("detail__in", ["confirmed", "suspected", "asymptomatic"])),
                    models.Q(("kind", "contact"), ("detail__in", ["confirmed", "symptomatic"])),
                    models.Q(("kind", "order"), ("detail__in", ["central", "home", "other"])),
                    models.Q(("kind", "symptom"), ("detail__in", ["fever", "dyspnoea", "respiratory"])),
                    models.Q(("kind", "permit"), ("detail__in", ["goods_driver", "commuter", "returning_worker"])),
                    models.Q(("kind", "presence"), ("detail__in", ["in_city", "away"])),
                    models.Q(("kind", "discharge"), ("detail__in", ["hospital", "quarantine"])),
                    _connector="OR",
                ),
                name="facts_closed_list",
            ),
        ),
    ]
