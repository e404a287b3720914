"""A visit may be one of an area of a policy's own group, whose id is longer than a level's."""

from django.db import migrations, models

DROP = "DROP VIEW engine_visits;"
CREATE = 'CREATE VIEW engine_visits AS SELECT person, level::text, division, place, area, start, "end" FROM visits;'


class Migration(migrations.Migration):
    dependencies = [("judgements", "0012_numbers_without_holes")]

    operations = [
        migrations.RunSQL(DROP, CREATE),
        migrations.AlterField(model_name="visit", name="level", field=models.CharField(max_length=60)),
        migrations.RunSQL(CREATE, DROP),
    ]
