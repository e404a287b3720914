"""What a list's last number was, also when the list is over: one that begins again goes on from it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passes", "0006_policy_keys")]

    operations = [
        migrations.AddField("epoch", "sequence", models.IntegerField(default=0, db_default=0)),
        migrations.AddField("paperepoch", "sequence", models.IntegerField(default=0, db_default=0)),
    ]
