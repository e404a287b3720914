"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION public.credentials_follow_the_verdict() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF EXISTS (
        SELECT FROM added LEFT JOIN LATERAL (
            SELECT colour FROM public.verdicts WHERE person_id = added.person_id ORDER BY run_id DESC LIMIT 1
        ) said ON true
        WHERE added.colour IS DISTINCT FROM said.colour
    ) THEN
        RAISE EXCEPTION 'a credential has the colour in force of its person, and nobody has one before being judged'
            USING ERRCODE = 'YMT31';
    END IF;
    IF EXISTS (
        SELECT FROM added LEFT JOIN public.device_bindings b
            ON b.id = added.binding_id AND b.person_id = added.person_id AND b.ended_at IS NULL
        WHERE b.id IS NULL OR added.recalled_at IS NOT NULL OR added.place IS NULL
    ) THEN
        RAISE EXCEPTION 'a credential begins live, for a live binding of its person' USING ERRCODE = 'YMT32';
    END IF;
    RETURN NULL;
END $body$;

CREATE OR REPLACE FUNCTION public.paper_credentials_of_nobody_red() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF (SELECT colour FROM public.verdicts WHERE person_id = NEW.person_id ORDER BY run_id DESC LIMIT 1) IN ('red', 'yellow') THEN
        RAISE EXCEPTION 'somebody whose verdict in force is red or yellow gets no paper' USING ERRCODE = 'YMT37';
    END IF;
    IF NEW.recalled_at IS NOT NULL OR extract(epoch FROM NEW.until) > (SELECT until FROM public.paper_epochs WHERE epoch = NEW.epoch_id)
    THEN
        RAISE EXCEPTION 'a paper credential begins live and ends within its epoch' USING ERRCODE = 'YMT38';
    END IF;
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.passes_drop_days(before integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    part text;
    dropped integer := 0;
BEGIN
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.strips'::regclass AND substr(c.relname, 8)::integer < before
    LOOP
        EXECUTE format('DROP TABLE public.%I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $body$;

CREATE OR REPLACE FUNCTION public.passes_open_day(wanted integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF to_regclass(format('public.strips_%s', wanted)) IS NULL THEN
        PERFORM pg_advisory_xact_lock(5852500, 31);
        EXECUTE format('CREATE TABLE IF NOT EXISTS public.strips_%s PARTITION OF public.strips FOR VALUES IN (%s)', wanted, wanted);
    END IF;
END $body$;

CREATE OR REPLACE FUNCTION public.trust_cuts_go_forward() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    last record;
BEGIN
    SELECT version, min_iat INTO last FROM public.trust_cuts ORDER BY version DESC LIMIT 1;
    IF NEW.version <> coalesce(last.version, 0) + 1 OR NEW.min_iat < coalesce(last.min_iat, 0) THEN
        RAISE EXCEPTION 'versions of the trust list count up, and its least iat never falls' USING ERRCODE = 'YMT36';
    END IF;
    RETURN NEW;
END $body$;
"""
"""Functions that name tables, with the schema of each."""
NAMELESS = (
    "credentials_go_forward",
    "device_bindings_end_once",
    "paper_credentials_go_forward",
    "paper_epochs_go_forward",
    "signing_keys_go_forward",
    "special_permits_end_once",
)
"""Functions that name none."""


class Migration(migrations.Migration):
    dependencies = [("passes", "0007_sequences_kept")]
    operations = [
        migrations.RunSQL(NAMED),
        *(
            migrations.RunSQL(f"ALTER FUNCTION public.{name} SET search_path = pg_catalog, pg_temp")
            for name in NAMELESS
        ),
    ]
