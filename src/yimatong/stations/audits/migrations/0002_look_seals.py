"""Seals of looks: a row for some thousands of them at most, a minute. Looks of before are sealed as they stand by the first rounds."""

import django.contrib.postgres.fields
from django.db import migrations, models

DIGITS = 64


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_tables"), ("records", "0027_looks_in_sum")]
    operations = [
        migrations.CreateModel(
            name="LookSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("seal", models.BigIntegerField(db_index=True)),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField(db_index=True)),
                ("ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("sha256", models.CharField(max_length=DIGITS)),
                ("shorts", models.BinaryField()),
                ("mac", models.CharField(max_length=DIGITS)),
            ],
            options={"db_table": "look_seals"},
        ),
        migrations.RunSQL("SELECT public.records_only_the_judge_writes('public.look_seals')"),
    ]
