"""What the database itself refuses of offline desks: one that is revived, a request heard twice, a code used twice, a record changed.

Codes: YMT57 desk, YMT58 code, YMT59 line of a route.
"""

from django.db import migrations

GUARDS = """
CREATE FUNCTION desk_devices_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.number, OLD.id, OLD.point_id, OLD.clerk_id, OLD.offer_id, OLD.key, OLD.enrolled_at)
        IS DISTINCT FROM (NEW.number, NEW.id, NEW.point_id, NEW.clerk_id, NEW.offer_id, NEW.key, NEW.enrolled_at)
        OR NEW.counter < OLD.counter
        OR (OLD.revoked_at IS NOT NULL AND (OLD.revoked_at, OLD.revoked_by_id, OLD.why)
            IS DISTINCT FROM (NEW.revoked_at, NEW.revoked_by_id, NEW.why))
    THEN
        RAISE EXCEPTION 'an offline desk is revoked for ever, and its counter never falls' USING ERRCODE = 'YMT57';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON desk_devices FOR EACH ROW EXECUTE FUNCTION desk_devices_go_forward();
ALTER TABLE desk_devices ADD CONSTRAINT desk_devices_lengths CHECK (octet_length(key) = 33);

CREATE FUNCTION desk_offers_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.id, OLD.secret, OLD.point_id, OLD.clerk_id, OLD.made_at, OLD.until)
        IS DISTINCT FROM (NEW.id, NEW.secret, NEW.point_id, NEW.clerk_id, NEW.made_at, NEW.until)
        OR (OLD.used_at IS NOT NULL AND OLD.used_at IS DISTINCT FROM NEW.used_at)
        OR (OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)
    THEN
        RAISE EXCEPTION 'a code for a desk is used or revoked once' USING ERRCODE = 'YMT58';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER once BEFORE UPDATE ON desk_offers FOR EACH ROW EXECUTE FUNCTION desk_offers_once();
ALTER TABLE desk_offers ADD CONSTRAINT desk_offers_lengths CHECK (octet_length(secret) = 32);

CREATE FUNCTION route_lines_end_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.id, OLD.device_id, OLD.person_id, OLD.given_at) IS DISTINCT FROM (NEW.id, NEW.device_id, NEW.person_id, NEW.given_at)
        OR OLD.visited_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'a home of a route is visited once' USING ERRCODE = 'YMT59';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER end_once BEFORE UPDATE ON route_lines FOR EACH ROW EXECUTE FUNCTION route_lines_end_once();
SELECT records_append_only('desk_records');
REVOKE SELECT ON desk_devices, desk_offers, desk_records, route_lines FROM yimatong_judge;
"""
KEPT = ("desk_devices", "desk_offers", "route_lines")


def guards() -> str:
    """All of it, in one script."""
    kept = [
        f"CREATE TRIGGER refuse_delete BEFORE DELETE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete(); REVOKE DELETE ON {table} FROM yimatong_app;"
        for table in KEPT
    ]
    return "\n".join([GUARDS, *kept])


class Migration(migrations.Migration):
    dependencies = [("issuing", "0003_desks")]
    operations = [migrations.RunSQL(guards())]
