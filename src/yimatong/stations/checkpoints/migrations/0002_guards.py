"""What the database itself refuses: a record changed, a revoked scanner revived, a request heard twice, a code used twice.

Records go in one way only: `checkpoints_forget` deletes what is of days before the one it is told, when the policy's days are
over. Codes: YMT51 device, YMT52 offer, YMT53 checkpoint.
"""

from django.db import migrations

RECORDS = """
REVOKE UPDATE, DELETE, TRUNCATE ON passages, checkpoint_entries, checkpoint_flags FROM yimatong_app, yimatong_judge;
REVOKE SELECT ON passages, checkpoint_entries, checkpoint_flags, checkpoint_devices, checkpoint_offers FROM yimatong_judge;
CREATE TRIGGER refuse_change BEFORE UPDATE ON passages FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
CREATE TRIGGER refuse_change BEFORE UPDATE ON checkpoint_entries FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
CREATE TRIGGER refuse_change BEFORE UPDATE ON checkpoint_flags FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
CREATE INDEX passages_by_receipt ON passages USING brin (received_at);
CREATE INDEX passages_by_slot ON passages (epoch, slot) WHERE slot IS NOT NULL AND action = 'release';
SELECT records_append_only('checkpoint_policies');

CREATE FUNCTION checkpoints_forget(before integer, OUT passages bigint, OUT entries bigint, OUT flags bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
    DELETE FROM passages p WHERE p.day < before;
    GET DIAGNOSTICS passages = ROW_COUNT;
    DELETE FROM checkpoint_entries e WHERE e.day < before;
    GET DIAGNOSTICS entries = ROW_COUNT;
    DELETE FROM checkpoint_flags f WHERE f.day < before;
    GET DIAGNOSTICS flags = ROW_COUNT;
END $body$;
REVOKE ALL ON FUNCTION checkpoints_forget(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION checkpoints_forget(integer) TO yimatong_app;
"""

DEVICES = """
CREATE FUNCTION checkpoint_devices_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.number, OLD.id, OLD.offer_id, OLD.point, OLD.training, OLD.enrolled_at)
        IS DISTINCT FROM (NEW.number, NEW.id, NEW.offer_id, NEW.point, NEW.training, NEW.enrolled_at)
        OR NEW.counter < OLD.counter
        OR (OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.revoked_by_id, OLD.why, OLD.counter)
            IS DISTINCT FROM (NEW.revoked_at, NEW.revoked_by_id, NEW.why, NEW.counter))
    THEN
        RAISE EXCEPTION 'a scanner is revoked for ever, and its counter never falls' USING ERRCODE = 'YMT51';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON checkpoint_devices
    FOR EACH ROW EXECUTE FUNCTION checkpoint_devices_go_forward();
CREATE TRIGGER refuse_delete BEFORE DELETE ON checkpoint_devices
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
ALTER TABLE checkpoint_devices ADD CONSTRAINT checkpoint_devices_lengths CHECK (octet_length(point) = 33);

CREATE FUNCTION checkpoint_offers_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.id, OLD.secret, OLD.checkpoint_id, OLD.training, OLD.made_at, OLD.until)
        IS DISTINCT FROM (NEW.id, NEW.secret, NEW.checkpoint_id, NEW.training, NEW.made_at, NEW.until)
        OR (OLD.used_at IS NOT NULL AND OLD.used_at IS DISTINCT FROM NEW.used_at)
        OR (OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
    THEN
        RAISE EXCEPTION 'an enrolment code is used or revoked once' USING ERRCODE = 'YMT52';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER once BEFORE UPDATE ON checkpoint_offers FOR EACH ROW EXECUTE FUNCTION checkpoint_offers_once();
CREATE TRIGGER refuse_delete BEFORE DELETE ON checkpoint_offers
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""

CHECKPOINTS = """
CREATE FUNCTION checkpoints_close_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.closed_at IS NOT NULL
        OR (OLD.number, OLD.division, OLD.opened_at) IS DISTINCT FROM (NEW.number, NEW.division, NEW.opened_at)
    THEN
        RAISE EXCEPTION 'a closed checkpoint stays as it is' USING ERRCODE = 'YMT53';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER close_once BEFORE UPDATE ON checkpoints FOR EACH ROW EXECUTE FUNCTION checkpoints_close_once();
CREATE TRIGGER refuse_delete BEFORE DELETE ON checkpoints FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0001_tables"), ("records", "0008_journeys_said")]
    operations = [migrations.RunSQL(RECORDS), migrations.RunSQL(DEVICES), migrations.RunSQL(CHECKPOINTS)]
