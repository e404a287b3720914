"""Which keys the records are kept under (records/installation.py): noted once; the pages' role changes none of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0015_found_by_hash")]
    operations = [
        migrations.CreateModel(
            name="KeyFingerprint",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=32)),
                ("noted_at", models.DateTimeField()),
            ],
            options={"db_table": "key_fingerprints"},
        ),
        migrations.RunSQL("REVOKE UPDATE, DELETE, TRUNCATE ON key_fingerprints FROM yimatong_app, yimatong_judge"),
    ]
