"""A table that is made from here on gives both roles reading and nothing else, until its migration calls records_app_may (0018).

Whatever made tables before says of itself that it runs before this one.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0018_no_more_than_needed")]
    operations = [
        migrations.RunSQL(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE INSERT, UPDATE, DELETE ON TABLES FROM yimatong_app"
        )
    ]
