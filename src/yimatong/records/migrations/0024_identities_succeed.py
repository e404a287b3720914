"""Nobody overwrites an identity: not the pages' role, which may change phone and street alone, and not the owner of the tables.

The trigger lets one be written only where the one before lies in former_identities, put there in the same transaction for a correction
that another official confirmed. `identities_succeed` does all of that, with its link of the audit chain; `identities_refuse` ends a
proposal. Who proposes and who settles is who acts (records_author, migration 0020).
"""

from django.db import migrations, models

COLUMNS = ("name", "sex", "id_type", "id_key", "id_sealed", "id_tail", "identified_at", "identity_mac")


def _all(row: str, columns: tuple[str, ...] = COLUMNS) -> str:
    return "(" + ", ".join(f"{row}.{column}" for column in columns) + ")"


PROPOSED = COLUMNS[:6]

KEPT = f"""
CREATE FUNCTION public.people_keep_identity() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.former_identities f JOIN public.identity_corrections c ON c.id = f.correction_id
        WHERE f.person_id = OLD.number AND c.person_id = OLD.number AND c.state = 'confirmed'
            AND f.xact = pg_current_xact_id()::text::bigint AND f.until = NEW.identified_at AND c.decided_at = NEW.identified_at
            AND {_all("f")} IS NOT DISTINCT FROM {_all("OLD")}
            AND {_all("c", PROPOSED)} IS NOT DISTINCT FROM {_all("NEW", PROPOSED)}
    ) THEN
        RAISE EXCEPTION 'the identity of a person is succeeded, not overwritten' USING ERRCODE = 'YMT06';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER people_keep_identity BEFORE UPDATE ON public.people
    FOR EACH ROW WHEN ({_all("OLD")} IS DISTINCT FROM {_all("NEW")}) EXECUTE FUNCTION public.people_keep_identity();
"""

SETTLED = """
CREATE FUNCTION public.identity_corrections_settle_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    may_change text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'decision_reason'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a correction waits for another official first' USING ERRCODE = 'YMT07';
        END IF;
        IF NEW.proposed_by_id IS DISTINCT FROM (SELECT a.official FROM public.records_author() a) THEN
            RAISE EXCEPTION 'a correction is proposed in the name of who acts' USING ERRCODE = 'YMT81';
        END IF;
    ELSIF OLD.state <> 'waiting' OR to_jsonb(OLD) - may_change IS DISTINCT FROM to_jsonb(NEW) - may_change THEN
        RAISE EXCEPTION 'a correction is settled once and keeps what it proposed' USING ERRCODE = 'YMT07';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER identity_corrections_settle_once BEFORE INSERT OR UPDATE ON public.identity_corrections
    FOR EACH ROW EXECUTE FUNCTION public.identity_corrections_settle_once();
CREATE TRIGGER identity_corrections_refuse_delete BEFORE DELETE ON public.identity_corrections
    FOR EACH STATEMENT EXECUTE FUNCTION public.records_refuse_delete();
SELECT records_app_may('identity_corrections', 'INSERT');
SELECT records_append_only('former_identities');
"""

# Who settles: another than who proposed, both still active, both of an office that may (records/actions/permission.py, `correct`).
SETTLING = """
CREATE FUNCTION public.identity_corrections_settling(correction bigint, by_official bigint) RETURNS public.identity_corrections LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    asked public.identity_corrections;
BEGIN
    SELECT * INTO asked FROM public.identity_corrections WHERE id = correction FOR UPDATE;
    IF asked.id IS NULL OR asked.state <> 'waiting' THEN
        RAISE EXCEPTION 'this correction does not wait' USING ERRCODE = 'YMT07';
    END IF;
    IF asked.proposed_by_id = by_official THEN
        RAISE EXCEPTION 'whoever proposed a correction does not settle it' USING ERRCODE = 'YMT08';
    END IF;
    IF (SELECT count(*) FROM public.officials WHERE id IN (asked.proposed_by_id, by_official)
        AND is_active AND role IN ('control_office', 'health')) <> 2 THEN
        RAISE EXCEPTION 'a correction takes two officials who are active and may correct' USING ERRCODE = 'YMT08';
    END IF;
    RETURN asked;
END $body$;
REVOKE ALL ON FUNCTION public.identity_corrections_settling(bigint, bigint) FROM PUBLIC;

CREATE FUNCTION public.identities_succeed(correction bigint, moment timestamptz, mac bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    by_official bigint := (SELECT a.official FROM public.records_author() a);
    asked public.identity_corrections := public.identity_corrections_settling(correction, by_official);
    stood public.people;
BEGIN
    IF moment IS NULL OR moment NOT BETWEEN now() AND clock_timestamp() THEN
        RAISE EXCEPTION 'an identity begins when it is confirmed' USING ERRCODE = 'YMT06';
    END IF;
    SELECT * INTO stood FROM public.people WHERE number = asked.person_id FOR UPDATE;
    IF stood.identity_mac IS DISTINCT FROM asked.stood THEN
        RAISE EXCEPTION 'the identity is not the one that was to be corrected' USING ERRCODE = 'YMT07';
    END IF;
    INSERT INTO public.former_identities (person_id, name, sex, id_type, id_key, id_sealed, id_tail, identified_at, identity_mac,
        until, ended_by_id, why, correction_id, xact)
    VALUES (stood.number, stood.name, stood.sex, stood.id_type, stood.id_key, stood.id_sealed, stood.id_tail, stood.identified_at,
        stood.identity_mac, moment, by_official, asked.reason, asked.id, pg_current_xact_id()::text::bigint);
    UPDATE public.identity_corrections SET state = 'confirmed', decided_by_id = by_official, decided_at = moment WHERE id = asked.id;
    UPDATE public.people SET name = asked.name, sex = asked.sex, id_type = asked.id_type, id_key = asked.id_key,
        id_sealed = asked.id_sealed, id_tail = asked.id_tail, identified_at = moment, identity_mac = mac
    WHERE number = stood.number;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
    VALUES (0, by_official, 'identity.succeed', 'person/' || stood.number,
        format('{"correction":%s,"proposed_by":%s}', asked.id, asked.proposed_by_id), '', '');
    RETURN stood.number;
END $body$;

CREATE FUNCTION public.identities_refuse(correction bigint, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    by_official bigint := (SELECT a.official FROM public.records_author() a);
    asked public.identity_corrections := public.identity_corrections_settling(correction, by_official);
BEGIN
    UPDATE public.identity_corrections SET state = 'refused', decided_by_id = by_official, decided_at = clock_timestamp(),
        decision_reason = why WHERE id = asked.id;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
    VALUES (0, by_official, 'identity.refuse', 'person/' || asked.person_id,
        format('{"correction":%s,"proposed_by":%s}', asked.id, asked.proposed_by_id), '', '');
    RETURN asked.person_id;
END $body$;
REVOKE ALL ON FUNCTION public.identities_succeed(bigint, timestamptz, bytea), public.identities_refuse(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.identities_succeed(bigint, timestamptz, bytea), public.identities_refuse(bigint, text)
    TO yimatong_app;
"""

PRIVILEGES = """
REVOKE UPDATE ON public.people FROM yimatong_app;
GRANT UPDATE (phone_key, phone_sealed, phone_tail, division) ON public.people TO yimatong_app;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0023_identities_bound")]
    operations = [
        migrations.AlterField("person", "identified_at", models.DateTimeField()),
        migrations.AlterField("person", "identity_mac", models.BinaryField()),
        migrations.RunSQL(KEPT),
        migrations.RunSQL(SETTLED),
        migrations.RunSQL(SETTLING),
        migrations.RunSQL(PRIVILEGES),
    ]
