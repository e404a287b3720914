"""A row that stands again after a withdrawal says for which row it stands, so that whoever pointed at that one finds it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def same_table(table: str) -> "models.ForeignKey[object]":
    """A row of the same table, struck when this one was recorded in its place."""
    return models.ForeignKey(
        db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=f"records.{table}",
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("records", "0012_minutes_inlined")]
    operations = [
        migrations.AddField("fact", "stands_for", same_table("fact")),
        migrations.AddField("home", "stands_for", same_table("home")),
        migrations.AddIndex(
            "fact", models.Index(fields=["stands_for"], name="facts_stand_for", condition=Q(stands_for__isnull=False))
        ),
        migrations.AddIndex(
            "home", models.Index(fields=["stands_for"], name="homes_stand_for", condition=Q(stands_for__isnull=False))
        ),
    ]
