"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "checkpoint_devices": 'INSERT, UPDATE (counter, lists, "offset", seen_at, revoked_at, revoked_by_id, why)',
    "checkpoint_earlier_hours": "INSERT",
    "checkpoint_entries": "INSERT",
    "checkpoint_flags": "INSERT",
    "checkpoint_forgettings": "INSERT",
    "checkpoint_looked_over": "INSERT, UPDATE (upto)",
    "checkpoint_offers": "INSERT, UPDATE (used_at, revoked_at)",
    "checkpoint_policies": "INSERT",
    "checkpoint_stay_feeds": "INSERT, UPDATE (state, delivery_id, passages, stays)",
    "checkpoints": "INSERT, UPDATE (hours, control_hours, place_id, closed_at, closed_by_id)",
    "passages": "INSERT",
    "register_extracts": "INSERT, UPDATE, DELETE",
}


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0007_found_by_schema"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()]
