"""The official `system`: the machine's own name in the audit. Has no password and can't sign in."""

from django.db import migrations


def appoint(apps, schema_editor):
    """Make the row, once."""
    official = apps.get_model("records", "Official")
    official.objects.get_or_create(
        username="system", defaults={"name": "系统", "role": "machine", "is_active": False, "password": "!"}
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0004_engine_views")]
    operations = [migrations.RunPython(appoint)]
