"""Complaints and what became of them only grow; nobody answers but officials who may. YMT71: who."""

from django.db import migrations

GUARDS = """
SELECT records_append_only('complaints');
SELECT records_append_only('complaint_events');
REVOKE SELECT ON complaints, complaint_events FROM yimatong_judge;

CREATE FUNCTION complaint_events_by_the_office() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT FROM officials WHERE id = NEW.by_id AND role <> 'control_office') THEN
        RAISE EXCEPTION 'a complaint is taken up and answered by the control office' USING ERRCODE = 'YMT71';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER by_the_office BEFORE INSERT ON complaint_events
    FOR EACH ROW EXECUTE FUNCTION complaint_events_by_the_office();
"""


class Migration(migrations.Migration):
    dependencies = [("appeals", "0003_complaints"), ("records", "0003_roles")]
    operations = [migrations.RunSQL(GUARDS)]
