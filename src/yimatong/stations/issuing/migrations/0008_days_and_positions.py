"""Single days and positions of points: appended with who and when, the last one counts."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

GUARDS = """
SELECT records_append_only('issuing_days');
SELECT records_append_only('issuing_positions');
DROP TRIGGER end_once ON issuing_points;
CREATE TRIGGER end_once BEFORE UPDATE ON issuing_points FOR EACH ROW
    EXECUTE FUNCTION issuing_end_once('stopped_at', 'stopped_at stopped_by_id stopped_why hours desks longitude latitude');
INSERT INTO issuing_positions (point_id, longitude, latitude, how, set_by_id, set_at)
SELECT id, longitude, latitude, 'numbers', opened_by_id, opened_at FROM issuing_points
WHERE longitude IS NOT NULL AND latitude IS NOT NULL;
"""


def named() -> Any:
    """Who said it."""
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("issuing", "0007_fraud_answers"),
        ("records", "0003_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PointDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hours", models.JSONField(null=True)),
                ("why", models.CharField(default="", max_length=60)),
                ("set_at", models.DateTimeField(db_default=Now())),
                (
                    "point",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="issuing.point",
                    ),
                ),
                ("set_by", named()),
            ],
            options={
                "db_table": "issuing_days",
                "indexes": [models.Index(fields=["point", "day", "-id"], name="issuing_days_of_a_point")],
            },
        ),
        migrations.CreateModel(
            name="PointPosition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                ("how", models.CharField(choices=[("map", "地图点选"), ("numbers", "填写经纬度")], max_length=7)),
                ("set_at", models.DateTimeField(db_default=Now())),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="positions", to="issuing.point"
                    ),
                ),
                ("set_by", named()),
            ],
            options={
                "db_table": "issuing_positions",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            longitude__range=(-180, 180), latitude__range=(-90, 90), how__in=["map", "numbers"]
                        ),
                        name="issuing_positions_on_earth",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
