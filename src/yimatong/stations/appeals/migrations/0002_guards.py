"""What was objected to is kept as it was said: nobody changes or removes a dispute."""

from django.db import migrations

GUARDS = "SELECT records_append_only('disputes'); REVOKE SELECT ON disputes FROM yimatong_judge;"


class Migration(migrations.Migration):
    dependencies = [("appeals", "0001_tables"), ("records", "0003_roles")]
    operations = [migrations.RunSQL(GUARDS)]
