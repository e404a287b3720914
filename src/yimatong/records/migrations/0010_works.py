"""When each work of the worker was last done to its end, so that whatever stands still is seen from outside the queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_employers")]
    operations = [
        migrations.CreateModel(
            name="Work",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("done_at", models.DateTimeField()),
            ],
            options={"db_table": "works"},
        ),
    ]
