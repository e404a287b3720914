"""Register extracts, stays of passages, deletions. The judge reads none of them; a deletion is recorded for ever."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

GUARDS = """
SELECT records_append_only('checkpoint_forgettings');
REVOKE SELECT ON register_extracts, checkpoint_stay_feeds, checkpoint_forgettings FROM yimatong_judge;

CREATE FUNCTION checkpoint_stay_feeds_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.id, OLD.low, OLD.high, OLD.day) IS DISTINCT FROM (NEW.id, NEW.low, NEW.high, NEW.day)
        OR (OLD.state, NEW.state) NOT IN (('begun', 'taken'), ('taken', 'withdrawn'))
    THEN
        RAISE EXCEPTION 'stays of passages are taken once and deleted once' USING ERRCODE = 'YMT54';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON checkpoint_stay_feeds
    FOR EACH ROW EXECUTE FUNCTION checkpoint_stay_feeds_go_forward();
CREATE TRIGGER refuse_delete BEFORE DELETE ON checkpoint_stay_feeds
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkpoints", "0002_guards"),
        ("records", "0008_journeys_said"),
    ]

    operations = [
        migrations.CreateModel(
            name="Forgetting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("before", models.IntegerField()),
                ("days", models.IntegerField()),
                ("passages", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("flags", models.BigIntegerField()),
                ("stays", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "checkpoint_forgettings",
            },
        ),
        migrations.CreateModel(
            name="RegisterExtract",
            fields=[
                ("district", models.IntegerField(primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("run", models.IntegerField()),
                ("issued", models.BigIntegerField()),
                ("expires", models.BigIntegerField()),
                ("count", models.IntegerField()),
                ("size", models.IntegerField()),
                ("etag", models.CharField(max_length=22)),
                ("data", models.BinaryField()),
            ],
            options={
                "db_table": "register_extracts",
            },
        ),
        migrations.CreateModel(
            name="StayFeed",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("low", models.DateTimeField()),
                ("high", models.DateTimeField()),
                ("day", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("begun", "进行中"), ("taken", "已入湖"), ("withdrawn", "已删除")],
                        default="begun",
                        max_length=9,
                    ),
                ),
                ("passages", models.IntegerField(default=0)),
                ("stays", models.IntegerField(default=0)),
                (
                    "delivery",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.delivery",
                    ),
                ),
            ],
            options={
                "db_table": "checkpoint_stay_feeds",
                "constraints": [
                    models.UniqueConstraint(fields=("low", "day"), name="checkpoint_stay_feeds_once"),
                    models.CheckConstraint(
                        condition=models.Q(("high__gt", models.F("low"))), name="checkpoint_stay_feeds_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["begun", "taken", "withdrawn"])),
                        name="checkpoint_stay_feeds_closed_list",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
