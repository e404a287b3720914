"""A task in person that goes on from a closed one."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="outreach",
            name="follows",
            field=models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="followed_by",
                to="notifications.outreach",
            ),
        ),
    ]
