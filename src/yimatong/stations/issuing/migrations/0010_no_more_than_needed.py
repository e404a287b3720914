"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "blank_moves": "INSERT",
    "collection_tasks": "INSERT, UPDATE (outcome, closed_at, closed_by_id, note)",
    "desk_devices": "INSERT, UPDATE (counter, queued, seen_at, revoked_at, revoked_by_id, why)",
    "desk_offers": "INSERT, UPDATE (used_at, revoked_at)",
    "desk_records": "INSERT",
    "fraud_answers": "INSERT",
    "fraud_cases": "INSERT, UPDATE (state, heard_at, finding, settled_at, settled_by_id, settled_why, handed_to)",
    "held_entries": "INSERT, UPDATE (settled_at, settled_by_id, settled_why)",
    "issuing_days": "INSERT",
    "issuing_points": "INSERT, UPDATE (hours, desks, longitude, latitude, stopped_at, stopped_by_id, stopped_why)",
    "issuing_positions": "INSERT",
    "issuing_staff": "INSERT, UPDATE (until, released_by_id)",
    "number_districts": "INSERT, UPDATE (next)",
    "number_leases": "INSERT, UPDATE (next)",
    "offline_batches": "INSERT",
    "papers": "INSERT",
    "register_days": "INSERT, UPDATE (lines)",
    "register_entries": "INSERT",
    "register_signatures": "INSERT",
    "roster_asked": "INSERT, UPDATE (declined_at, dropped_at, dropped_by_id)",
    "roster_lines": "INSERT, UPDATE (removed_at, removed_why)",
    "route_lines": "INSERT, UPDATE (outcome, visited_at, again)",
    "tickets": "INSERT, UPDATE (state, arrived_at, called_at, ended_at)",
}


class Migration(migrations.Migration):
    dependencies = [("issuing", "0009_found_by_schema"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()]
