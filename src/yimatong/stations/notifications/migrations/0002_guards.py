"""What the database itself refuses: changing what somebody was told, and a task in person that is over.

Telling begins where the installation stands: what was published before is told to nobody. The judgement reads none of it.
"""

from django.db import migrations

GUARDS = """
REVOKE UPDATE ON notifications, outreach_attempts, notification_reads, notified_deliveries FROM yimatong_app;
GRANT UPDATE (routed_at, ways, undelivered, outreach_id, held) ON notifications TO yimatong_app;

CREATE TRIGGER outreach_end_once BEFORE UPDATE ON outreach
    FOR EACH ROW EXECUTE FUNCTION declarations_end_once('closed_at', 'why outcome closed_at closed_by_id');

INSERT INTO told_up_to (what, number) SELECT 'run', coalesce(max(number), 0) FROM runs WHERE state = 'published';
INSERT INTO notified_deliveries (delivery_id) SELECT id FROM deliveries;

REVOKE SELECT ON notifications, notification_reads, outreach, outreach_attempts, told_up_to, notified_deliveries FROM yimatong_judge;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_tables"),
        ("declarations", "0002_guards"),
        ("judgements", "0001_tables"),
        ("records", "0003_roles"),
    ]
    operations = [migrations.RunSQL(GUARDS)]
