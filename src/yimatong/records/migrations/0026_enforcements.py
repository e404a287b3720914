"""Kept policy packs are the records' from here on, and which of them is in force (`enforcements`).

What Django knows alone: the table of packs was made by the judgements' first migration, and the rest is made by their 0011, which comes
after it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

PACKS = migrations.CreateModel(
    name="PolicyPack",
    fields=[
        ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
        ("pack", models.CharField(max_length=80)),
        ("version", models.CharField(max_length=40)),
        ("files", models.JSONField()),
        ("specimens", models.JSONField(default=dict)),
        ("kept_at", models.DateTimeField(db_default=Now())),
    ],
    options={"db_table": "policy_packs"},
)
ENFORCEMENTS = migrations.CreateModel(
    name="Enforcement",
    fields=[
        ("number", models.IntegerField(primary_key=True, serialize=False)),
        ("at", models.DateTimeField()),
        (
            "how",
            models.CharField(
                choices=[("command", "命令"), ("start", "首次启动"), ("upgrade", "升级沿用")], max_length=7
            ),
        ),
        ("difference", models.JSONField()),
        ("mac", models.CharField(max_length=64)),
        (
            "by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        (
            "pack",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enforcements",
                to="records.policypack",
            ),
        ),
    ],
    options={"db_table": "enforcements"},
)


class Migration(migrations.Migration):
    dependencies = [("records", "0025_entries_transactions")]
    operations = [migrations.SeparateDatabaseAndState(state_operations=[PACKS, ENFORCEMENTS])]
