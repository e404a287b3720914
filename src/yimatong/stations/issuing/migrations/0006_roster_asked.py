"""Whom a company has asked for; and the database lets nobody on a roster who has not agreed. Code YMT57."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# An employer puts nobody on a roster; online consent is written by the machine alone, for somebody of that document who was asked.
GUARDS = """
CREATE FUNCTION roster_lines_are_agreed() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    who text := (SELECT role FROM officials WHERE id = NEW.added_by_id);
BEGIN
    IF who NOT IN ('clerk', 'control_office', 'machine')
        OR NOT EXISTS (SELECT FROM issuing_points WHERE id = NEW.point_id AND kind IN ('company', 'building'))
        OR (NEW.consent = 'online' AND (who <> 'machine' OR NOT EXISTS (
            SELECT FROM roster_asked a JOIN people p ON p.id_key = a.id_key
            WHERE a.point_id = NEW.point_id AND a.dropped_at IS NULL AND p.number = NEW.person_id)))
    THEN
        RAISE EXCEPTION 'nobody is on a roster without their own consent' USING ERRCODE = 'YMT57';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER are_agreed BEFORE INSERT ON roster_lines FOR EACH ROW EXECUTE FUNCTION roster_lines_are_agreed();

CREATE TRIGGER end_once BEFORE UPDATE ON roster_asked
    FOR EACH ROW EXECUTE FUNCTION issuing_end_once('dropped_at', 'declined_at dropped_at dropped_by_id');
CREATE TRIGGER refuse_delete BEFORE DELETE ON roster_asked
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
REVOKE DELETE ON roster_asked FROM yimatong_app;
REVOKE SELECT ON roster_asked FROM yimatong_judge;
"""


class Migration(migrations.Migration):
    dependencies = [("issuing", "0005_signed_on_paper"), ("records", "0009_employers")]
    operations = [
        migrations.CreateModel(
            name="RosterAsked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("id_type", models.CharField(max_length=17)),
                ("id_key", models.UUIDField(db_index=True)),
                ("name", models.CharField(max_length=80)),
                ("tail", models.CharField(max_length=4)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("local", "一直在甬"),
                            ("returned", "省内返甬"),
                            ("province", "省外返甬"),
                            ("risk", "较高风险地区返甬"),
                        ],
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("declined_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.official",
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.official",
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asked", to="issuing.point"
                    ),
                ),
            ],
            options={
                "db_table": "roster_asked",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dropped_at", None)),
                        fields=("point", "id_key"),
                        name="roster_asked_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", ["local", "returned", "province", "risk"])),
                        name="roster_asked_known_category",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at", None), ("dropped_by", None)),
                            models.Q(("dropped_at__isnull", False), ("dropped_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="roster_asked_drop_is_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
