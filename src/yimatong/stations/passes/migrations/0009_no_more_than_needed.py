"""What the pages' role may do to each table beyond reading: what the product does, and nothing else (docs/reference/privileges.md)."""

from django.db import migrations

APP = {
    "binding_transfers": "INSERT, UPDATE (used_at)",
    "credentials": "INSERT, UPDATE (recalled_at, cause, last_day, listed, place)",
    "device_bindings": "INSERT, UPDATE (ended_at, why, ended_by_id)",
    "epochs": "INSERT, UPDATE (sequence), DELETE",
    "followed_runs": "INSERT, UPDATE (run)",
    "free_places": "INSERT, UPDATE (place), DELETE",
    "paper_credentials": "INSERT, UPDATE (recalled_at, cause, doubled, listed)",
    "paper_epochs": "INSERT, UPDATE (until, sequence)",
    "recall_cuts": "INSERT",
    "reissues": "INSERT, UPDATE (done)",
    "signing_keys": "INSERT, UPDATE",
    "special_permits": "INSERT, UPDATE (ended_at, ended_by_id, ended_why, remainder_id)",
    "strips": "INSERT, UPDATE (credential_id, kid, issued, passes)",
    "trust_cuts": "INSERT",
}
CUTS = """
CREATE FUNCTION public.passes_drop_cuts(epochs integer[], kept bigint[], moment bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    WITH asked AS (
        SELECT * FROM unnest(epochs, kept) AS asked (epoch, kept)
    ), whole AS (
        SELECT epoch, max(sequence) AS sequence FROM public.recall_cuts WHERE whole AND epoch = ANY(epochs) GROUP BY epoch
    ), gone AS (
        DELETE FROM public.recall_cuts c USING asked LEFT JOIN whole USING (epoch)
        WHERE c.epoch = asked.epoch AND (asked.kept IS NULL
            OR (c.sequence < whole.sequence AND (c.whole OR c.issued NOT BETWEEN moment - asked.kept AND moment)))
        RETURNING c.epoch
    ), counted AS (
        SELECT count(*) AS dropped, count(DISTINCT epoch) AS lists FROM gone
    ), told AS (
        INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        SELECT 0, (SELECT id FROM public.officials WHERE username = 'system'), 'recall.drop', 'recall_cuts',
            format('{"dropped":%s,"lists":%s}', dropped, lists), '', ''
        FROM counted WHERE dropped > 0 RETURNING number
    )
    SELECT dropped FROM counted LEFT JOIN told ON true
$body$;
REVOKE ALL ON FUNCTION public.passes_drop_cuts(integer[], bigint[], bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.passes_drop_cuts(integer[], bigint[], bigint) TO yimatong_app;
CREATE TRIGGER refuse_change BEFORE UPDATE ON recall_cuts FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""
"""A signed list never changes. The function drops of each epoch's list what a newer whole list has made needless, but for deltas of the last
`kept` seconds, and all of it where `kept` is NULL, since the epoch is over; what it dropped it says in the audit, in the same statement."""


class Migration(migrations.Migration):
    dependencies = [("passes", "0008_found_by_schema"), ("records", "0018_no_more_than_needed")]
    run_before = [("records", "0019_read_only_at_first")]
    operations = [
        migrations.RunSQL(CUTS),
        *(migrations.RunSQL([("SELECT public.records_app_may(%s, %s)", given)]) for given in APP.items()),
    ]
