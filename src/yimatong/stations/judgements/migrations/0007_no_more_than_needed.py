"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "unjudged": "INSERT",
}


class Migration(migrations.Migration):
    dependencies = [("judgements", "0006_found_by_schema"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()]
