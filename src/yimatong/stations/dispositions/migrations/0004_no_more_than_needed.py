"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "disposition_hand_over_events": "INSERT",
    "disposition_hand_overs": "INSERT",
}


class Migration(migrations.Migration):
    dependencies = [("dispositions", "0003_found_by_schema"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()]
