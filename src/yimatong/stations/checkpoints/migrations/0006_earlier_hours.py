"""Control hours that a checkpoint had before, and which licence a passage was decided by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0005_unattended")]

    operations = [
        migrations.AddField("passage", "licence", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="EarlierHours",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("control_hours", models.JSONField()),
                ("until", models.BigIntegerField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_hours",
                        to="checkpoints.checkpoint",
                    ),
                ),
            ],
            options={"db_table": "checkpoint_earlier_hours"},
        ),
        migrations.RunSQL("SELECT records_append_only('checkpoint_earlier_hours');"),
    ]
