"""Keys are made, retired and declared dead by functions alone, which write the audit with it; so is a renewal of everybody's passes.

A worker makes the keys that follow and retires the old ones. That a key is compromised, or that everybody's passes are to be made anew,
is said by the control office's session or by the tables' owner (`yimatong keys`): either stops a whole city at its gates.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public.signing_keys_require_leave() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author record;
BEGIN
    SELECT * INTO author FROM public.records_author();
    IF NOT (author.owns OR author.role = 'control_office') THEN
        RAISE EXCEPTION 'keys are declared dead by the control office, or the tables'' owner' USING ERRCODE = 'YMT83';
    END IF;
    RETURN author.official;
END $body$;

CREATE FUNCTION public.signing_key_make(kid text, use text, point bytea, since bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := (SELECT a.official FROM public.records_author() a);
BEGIN
    INSERT INTO public.signing_keys (kid, use, point, state, since, until, made_by_id)
        VALUES (signing_key_make.kid, signing_key_make.use, signing_key_make.point, 'active', signing_key_make.since,
            4294967295, author);
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        VALUES (0, author, 'key.make', 'key/' || signing_key_make.kid,
            json_build_object('since', signing_key_make.since, 'use', signing_key_make.use)::text, '', '');
END $body$;

CREATE FUNCTION public.signing_keys_retire(use text, until bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := (SELECT a.official FROM public.records_author() a);
    retired text[];
BEGIN
    WITH gone AS (
        UPDATE public.signing_keys k SET state = 'retired', until = signing_keys_retire.until
        WHERE k.use = signing_keys_retire.use AND k.state = 'active' AND k.since <= signing_keys_retire.until RETURNING k.kid
    ) SELECT array_agg(gone.kid ORDER BY gone.kid) INTO retired FROM gone;
    IF retired IS NOT NULL THEN
        INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
            VALUES (0, author, 'key.retire', 'keys/' || signing_keys_retire.use,
                json_build_object('kids', retired, 'until', signing_keys_retire.until)::text, '', '');
    END IF;
END $body$;

CREATE FUNCTION public.signing_key_compromise(kid text, at timestamptz, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := public.signing_keys_require_leave();
BEGIN
    UPDATE public.signing_keys k SET state = 'compromised', compromised_at = signing_key_compromise.at
        WHERE k.kid = signing_key_compromise.kid;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        SELECT 0, author, 'key.compromised', 'key/' || k.kid,
            json_build_object('use', k.use, 'why', signing_key_compromise.why)::text, '', ''
        FROM public.signing_keys k WHERE k.kid = signing_key_compromise.kid;
END $body$;

CREATE FUNCTION public.passes_reissue(since bigint, spread integer, why text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := public.signing_keys_require_leave();
    begun bigint;
BEGIN
    INSERT INTO public.reissues (since, spread, why, by_id, done)
        VALUES (passes_reissue.since, passes_reissue.spread, passes_reissue.why, author, false) RETURNING id INTO begun;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        VALUES (0, author, 'passes.reissue', 'reissue/' || begun,
            json_build_object('spread', passes_reissue.spread, 'why', passes_reissue.why)::text, '', '');
    RETURN begun;
END $body$;
"""
CALLED = (
    "signing_key_make(text, text, bytea, bigint)", "signing_keys_retire(text, bigint)",
    "signing_key_compromise(text, timestamptz, text)", "passes_reissue(bigint, integer, text)",
)  # fmt: skip
RIGHTS = "\n".join(
    [
        "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.signing_keys, public.reissues FROM yimatong_app, yimatong_judge;",
        "GRANT UPDATE (done) ON public.reissues TO yimatong_app;",
        "REVOKE ALL ON FUNCTION public.signing_keys_require_leave() FROM PUBLIC;",
        *(
            f"REVOKE ALL ON FUNCTION public.{called} FROM PUBLIC; GRANT EXECUTE ON FUNCTION public.{called} TO yimatong_app;"
            for called in CALLED
        ),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("passes", "0009_no_more_than_needed"), ("records", "0020_authors")]
    operations = [migrations.RunSQL(FUNCTIONS), migrations.RunSQL(RIGHTS)]
