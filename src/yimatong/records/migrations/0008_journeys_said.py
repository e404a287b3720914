"""Who said which journey, so that a withdrawal strikes only what nobody else said."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_quicker_checks"),
    ]

    operations = [
        migrations.CreateModel(
            name="JourneySaid",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("division", models.IntegerField()),
                ("arrive", models.DateTimeField()),
                ("leave", models.DateTimeField()),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.delivery"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.place",
                    ),
                ),
            ],
            options={
                "db_table": "journeys_said",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("delivery", "person", "place", "arrive", "leave"), name="journeys_said_once_a_delivery"
                    )
                ],
            },
        ),
        migrations.RunSQL("SELECT records_append_only('journeys_said')"),
    ]
