"""What the database itself refuses: a green credential of somebody who is not green, a recall taken back, a key revived.

A credential comes into being only with the colour that is in force for its person in that very moment; whoever was not
judged gets none. It is recalled once and never comes back. Keys, trust lists and bindings only go forward.
Codes: YMT31 colour, YMT32 binding, YMT33 credential changed, YMT34 binding changed, YMT35 key, YMT36 trust list.
"""

from django.db import migrations

STRIPS = """
DROP TABLE strips;
CREATE TABLE strips (
    binding_id bigint NOT NULL,
    day integer NOT NULL,
    credential_id bigint NOT NULL,
    kid bytea NOT NULL,
    issued bigint NOT NULL,
    passes bytea NOT NULL,
    PRIMARY KEY (binding_id, day)
) PARTITION BY LIST (day);

CREATE FUNCTION passes_open_day(wanted integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $body$
BEGIN
    IF to_regclass(format('strips_%s', wanted)) IS NULL THEN
        PERFORM pg_advisory_xact_lock(5852500, 31);
        EXECUTE format('CREATE TABLE IF NOT EXISTS strips_%s PARTITION OF strips FOR VALUES IN (%s)', wanted, wanted);
    END IF;
END $body$;

CREATE FUNCTION passes_drop_days(before integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $body$
DECLARE
    part text;
    dropped integer := 0;
BEGIN
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'strips'::regclass AND substr(c.relname, 8)::integer < before
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $body$;
REVOKE ALL ON FUNCTION passes_open_day(integer), passes_drop_days(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION passes_open_day(integer), passes_drop_days(integer) TO yimatong_app;
"""

PLACES = """
CREATE SEQUENCE credential_places AS integer MINVALUE 0 START 0;
GRANT SELECT, USAGE ON SEQUENCE credential_places TO yimatong_app;
"""

CREDENTIALS = """
CREATE FUNCTION credentials_follow_the_verdict() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN LATERAL (
            SELECT colour FROM verdicts WHERE person_id = added.person_id ORDER BY run_id DESC LIMIT 1
        ) said ON true
        WHERE added.colour IS DISTINCT FROM said.colour
    ) THEN
        RAISE EXCEPTION 'a credential has the colour in force of its person, and nobody has one before being judged'
            USING ERRCODE = 'YMT31';
    END IF;
    IF EXISTS (
        SELECT FROM added LEFT JOIN device_bindings b
            ON b.id = added.binding_id AND b.person_id = added.person_id AND b.ended_at IS NULL
        WHERE b.id IS NULL OR added.recalled_at IS NOT NULL OR added.place IS NULL
    ) THEN
        RAISE EXCEPTION 'a credential begins live, for a live binding of its person' USING ERRCODE = 'YMT32';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER follow_the_verdict AFTER INSERT ON credentials REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION credentials_follow_the_verdict();

CREATE FUNCTION credentials_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.serial, OLD.binding_id, OLD.person_id, OLD.colour, OLD.permit, OLD.generation, OLD.run, OLD.issued_at,
            OLD.recorded_at)
        IS DISTINCT FROM (NEW.serial, NEW.binding_id, NEW.person_id, NEW.colour, NEW.permit, NEW.generation, NEW.run,
            NEW.issued_at, NEW.recorded_at)
        OR (OLD.recalled_at IS NOT NULL
            AND (OLD.recalled_at, OLD.cause, OLD.last_day) IS DISTINCT FROM (NEW.recalled_at, NEW.cause, NEW.last_day))
        OR (OLD.listed AND NOT NEW.listed)
        OR (OLD.place IS DISTINCT FROM NEW.place AND (NEW.place IS NOT NULL OR NOT OLD.listed))
    THEN
        RAISE EXCEPTION 'a credential is recalled once, and nothing else of it changes' USING ERRCODE = 'YMT33';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON credentials FOR EACH ROW EXECUTE FUNCTION credentials_go_forward();
CREATE TRIGGER refuse_delete BEFORE DELETE ON credentials FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
"""

BINDINGS = """
CREATE FUNCTION device_bindings_end_once() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF OLD.ended_at IS NOT NULL
        OR (OLD.id, OLD.token, OLD.account_id, OLD.person_id, OLD.own, OLD.device_key, OLD.window_keys, OLD.created_at)
        IS DISTINCT FROM
        (NEW.id, NEW.token, NEW.account_id, NEW.person_id, NEW.own, NEW.device_key, NEW.window_keys, NEW.created_at)
    THEN
        RAISE EXCEPTION 'a binding is ended once, and nothing else of it changes' USING ERRCODE = 'YMT34';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER end_once BEFORE UPDATE ON device_bindings FOR EACH ROW EXECUTE FUNCTION device_bindings_end_once();
CREATE TRIGGER refuse_delete BEFORE DELETE ON device_bindings
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
ALTER TABLE device_bindings
    ADD CONSTRAINT device_bindings_lengths CHECK (
        octet_length(token) = 32 AND octet_length(device_key) = 33 AND octet_length(window_keys) = 924);
"""

KEYS = """
CREATE FUNCTION signing_keys_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF (OLD.kid, OLD.use, OLD.point, OLD.since, OLD.made_at, OLD.made_by_id)
        IS DISTINCT FROM (NEW.kid, NEW.use, NEW.point, NEW.since, NEW.made_at, NEW.made_by_id)
        OR (OLD.state = 'compromised' AND OLD IS DISTINCT FROM NEW)
        OR (OLD.state = 'retired' AND NEW.state = 'active')
    THEN
        RAISE EXCEPTION 'a key goes from active to retired to compromised, and never back' USING ERRCODE = 'YMT35';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE UPDATE ON signing_keys FOR EACH ROW EXECUTE FUNCTION signing_keys_go_forward();
CREATE TRIGGER refuse_delete BEFORE DELETE ON signing_keys
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();

CREATE FUNCTION trust_cuts_go_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    last record;
BEGIN
    SELECT version, min_iat INTO last FROM trust_cuts ORDER BY version DESC LIMIT 1;
    IF NEW.version <> coalesce(last.version, 0) + 1 OR NEW.min_iat < coalesce(last.min_iat, 0) THEN
        RAISE EXCEPTION 'versions of the trust list count up, and its least iat never falls' USING ERRCODE = 'YMT36';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER go_forward BEFORE INSERT ON trust_cuts FOR EACH ROW EXECUTE FUNCTION trust_cuts_go_forward();
SELECT records_append_only('trust_cuts');
"""

# Whose permits are open is looked up every minute, among all facts.
PERMITS = """
CREATE INDEX facts_permits ON facts (person_id) WHERE kind = 'permit' AND struck_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("passes", "0001_tables")]
    operations = [migrations.RunSQL(sql) for sql in (STRIPS, PLACES, CREDENTIALS, BINDINGS, KEYS, PERMITS)]
