"""What the database itself refuses: changing a hand-over, acknowledging by the machine, escalating what was acknowledged.

Codes: YMT61 the order of events, YMT62 who acknowledges.
"""

from django.db import migrations

GUARDS = """
SELECT records_append_only('disposition_hand_overs');
SELECT records_append_only('disposition_hand_over_events');

CREATE FUNCTION hand_over_events_in_order() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    -- One event of a hand-over at a time, so that nobody is told of a delay while another acknowledges.
    PERFORM pg_advisory_xact_lock(hashtext('disposition_hand_overs'), NEW.hand_over_id::integer);
    IF NEW.kind IN ('late', 'escalated') AND EXISTS (
        SELECT FROM disposition_hand_over_events WHERE hand_over_id = NEW.hand_over_id AND kind = 'acknowledged'
    ) THEN
        RAISE EXCEPTION 'a hand-over that was acknowledged is late no more' USING ERRCODE = 'YMT61';
    END IF;
    IF NEW.kind = 'escalated' AND NOT EXISTS (
        SELECT FROM disposition_hand_over_events WHERE hand_over_id = NEW.hand_over_id AND kind = 'late'
    ) THEN
        RAISE EXCEPTION 'a hand-over is late before it is escalated' USING ERRCODE = 'YMT61';
    END IF;
    IF NEW.kind IN ('acknowledged', 'opened') AND EXISTS (
        SELECT FROM officials WHERE id = NEW.by_id AND role NOT IN ('health', 'control_office')
    ) THEN
        RAISE EXCEPTION 'a hand-over is acknowledged and opened by the health department or the control office'
            USING ERRCODE = 'YMT62';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER in_order BEFORE INSERT ON disposition_hand_over_events
    FOR EACH ROW EXECUTE FUNCTION hand_over_events_in_order();

-- The sweep of every minute looks at the few that are still open.
CREATE INDEX hand_over_events_closing ON disposition_hand_over_events (hand_over_id)
    WHERE kind IN ('acknowledged', 'escalated');
REVOKE SELECT ON disposition_hand_overs, disposition_hand_over_events FROM yimatong_judge;
"""


class Migration(migrations.Migration):
    dependencies = [("dispositions", "0001_tables"), ("records", "0003_roles")]
    operations = [migrations.RunSQL(GUARDS)]
