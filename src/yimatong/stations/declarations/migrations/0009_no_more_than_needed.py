"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "accounts": "INSERT, UPDATE",
    "attempts": "INSERT, UPDATE (count), DELETE",
    "channels": (
        "INSERT, UPDATE (issuer, discovery, jwks, secret_sealed, messages_url, messages_secret_sealed, "
        "rotated_at, enabled, stopped_why)"
    ),
    "check_ins": "INSERT",
    "contradictions": "INSERT, UPDATE (state, answer_sealed, heard_at, finding, settled_at, settled_by_id, settled_why)",
    "coresidents": "INSERT, UPDATE (until)",
    "declarations": "INSERT, UPDATE (person_id, replaces_id)",
    "declared_records": "INSERT",
    "dependants": "INSERT, UPDATE (until, ended_why)",
    "drafts": "INSERT, UPDATE, DELETE",
    "earlier_declarations": "INSERT, UPDATE (state, settled_at, withdrawn_at)",
    "hand_overs": "INSERT, UPDATE (taken_at, jti_key, account_id, collected_at), DELETE",
    "messages": (
        "INSERT, UPDATE (state, provider, in_doubt, tries, again_at, refusals, error, sent_at, reported_at, "
        "phone_sealed, text_sealed), DELETE"
    ),
    "missing_places": "INSERT, UPDATE (state, stairwell_id, settled_at, settled_by_id, settled_why)",
    "one_time_codes": "INSERT, UPDATE (tries_left, used_at), DELETE",
    "providers": "INSERT, UPDATE (preference, changed_at, failing_since, rests_until), DELETE",
    "statements": "INSERT",
    "wrong_numbers": "INSERT, UPDATE (said_at)",
}


class Migration(migrations.Migration):
    dependencies = [("declarations", "0008_found_by_schema"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()]
