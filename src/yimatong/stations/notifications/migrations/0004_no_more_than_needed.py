"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "notification_reads": "INSERT",
    "notifications": "INSERT, UPDATE (routed_at, ways, undelivered, outreach_id, held)",
    "notified_deliveries": "INSERT",
    "outreach": "INSERT, UPDATE (why, outcome, closed_at, closed_by_id)",
    "outreach_attempts": "INSERT",
    "told_up_to": "INSERT, UPDATE (number)",
}
FORGETTING = """
CREATE FUNCTION public.notifications_forget(before timestamptz, most integer) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    numbers bigint[];
    gone bigint := 0;
BEGIN
    IF before IS NULL OR before > now() - interval '7 days' THEN
        RAISE EXCEPTION 'what people were told is kept for a week at least' USING ERRCODE = 'YMT63';
    END IF;
    numbers := ARRAY(SELECT id FROM public.notifications WHERE made_at < before LIMIT most);
    DELETE FROM public.notification_reads WHERE notification_id = ANY(numbers);
    DELETE FROM public.notifications WHERE id = ANY(numbers);
    gone := gone + cardinality(numbers);
    numbers := ARRAY(SELECT id FROM public.outreach WHERE closed_at IS NOT NULL AND recorded_at < before LIMIT most);
    DELETE FROM public.outreach_attempts WHERE outreach_id = ANY(numbers);
    DELETE FROM public.outreach WHERE id = ANY(numbers);
    gone := gone + cardinality(numbers);
    DELETE FROM public.notified_deliveries WHERE at < before;
    RETURN gone;
END $body$;
REVOKE ALL ON FUNCTION public.notifications_forget(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.notifications_forget(timestamptz, integer) TO yimatong_app;
CREATE TRIGGER refuse_change BEFORE UPDATE ON outreach_attempts FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
CREATE TRIGGER refuse_change BEFORE UPDATE ON notification_reads FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""
"""What people were told goes when the policy's days are over, never sooner than a week: the pages' role deletes none of it by itself."""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_follows"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [
        migrations.RunSQL(FORGETTING),
        *(migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()),
    ]
