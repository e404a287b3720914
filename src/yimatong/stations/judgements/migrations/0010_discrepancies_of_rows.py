"""A discrepancy can be of a row that is of no run and no person: a link of the audit chain, an area."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("judgements", "0009_standstills")]
    operations = [migrations.AddField("discrepancy", "row", models.BigIntegerField(null=True))]
