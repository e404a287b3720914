"""An offline desk brings its records home one by one: files of entries are taken no more, and what was taken stays to be read."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("issuing", "0011_desks_act")]
    operations = [migrations.RunSQL("REVOKE INSERT ON offline_batches FROM yimatong_app")]
