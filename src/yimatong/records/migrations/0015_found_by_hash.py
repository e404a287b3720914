"""People are found by a whole name or a whole phone, never by a part of one or in their order: hash indexes take a newcomer in at half
the cost (decision 101)."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0014_named_once")]
    operations = [
        migrations.RemoveIndex("person", "people_by_name"),
        migrations.AlterField("person", "phone_key", models.UUIDField(null=True)),
        *(
            migrations.AddIndex("person", django.contrib.postgres.indexes.HashIndex(fields=[field], name=name))
            for field, name in (("name", "people_by_name"), ("phone_key", "people_by_phone"))
        ),
    ]
