"""Whose an entry is, the database says itself: by the session of an official, an enrolled desk's, or the process's own role.

`yimatong.proof` of a connection is what records/acting.py says; the first line is a token, of which only the SHA-256 is kept, the rest
is what a desk signed and stays with the entry. Sessions, officials, their roles and passwords change by the functions below alone,
which write the entry of the audit in the same statement. No other role may read the table of sessions.
"""

import base64
import hashlib

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

OLD = "scrypt$"
NEW = "scrypt-sha256$"


def verifier_of(old: str) -> str:
    """A password as Django's scrypt keeps it, as it is kept from now on: SHA-256 of the derived key in its place."""
    _name, work, salt, block, parallel, derived = old.split("$")
    kept = base64.b64encode(hashlib.sha256(base64.b64decode(derived)).digest()).decode()
    return "$".join((NEW[:-1], work, salt, block, parallel, kept))


def keep_verifiers(apps, schema_editor):
    """What the database holds signs nobody in any more: the derived key itself has to be shown."""
    officials = apps.get_model("records", "Official").objects.using(schema_editor.connection.alias)
    for official in officials.filter(password__startswith=OLD):
        officials.filter(pk=official.pk).update(password=verifier_of(official.password))


AUTHOR = """
CREATE FUNCTION public.records_author(OUT official bigint, OUT role text, OUT through text, OUT evidence text, OUT owns boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    proof text := coalesce(current_setting('yimatong.proof', true), '');
    token text := split_part(proof, E'\\n', 1);
    caller text := CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END;
    found record;
BEGIN
    owns := false;
    IF proof = '' THEN
        SELECT o.id, o.role INTO official, role FROM public.officials o WHERE o.username = 'system';
        owns := caller NOT IN ('yimatong_app', 'yimatong_judge');
        through := caller;
        evidence := '';
        RETURN;
    END IF;
    SELECT s.id, s.sort, s.ended_at IS NULL AND s.until > clock_timestamp() AND o.is_active AS lasts, o.id AS official, o.role
        INTO found
        FROM public.official_sessions s JOIN public.officials o ON o.id = s.official_id
        WHERE s.token_hash = sha256(convert_to(token, 'UTF8')) AND s.sort <> 'offer';
    -- A desk hands over what it wrote down before it was stopped.
    IF found.id IS NULL OR NOT (found.lasts OR found.sort = 'desk') THEN
        RAISE EXCEPTION 'this is no session of an official, or one that is over' USING ERRCODE = 'YMT80';
    END IF;
    official := found.official;
    role := found.role;
    through := found.sort || ' ' || found.id;
    evidence := CASE found.sort WHEN 'desk' THEN proof ELSE '' END;
END $body$;

CREATE OR REPLACE FUNCTION public.audit_entries_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    last record;
    author record;
BEGIN
    SELECT * INTO author FROM public.records_author();
    IF NEW.by_id IS DISTINCT FROM author.official
        AND NEW.by_id IS DISTINCT FROM (SELECT o.id FROM public.officials o WHERE o.username = 'system')
    THEN
        RAISE EXCEPTION 'an entry is written in the name of who acts, or of the machine' USING ERRCODE = 'YMT81';
    END IF;
    NEW.through := author.through;
    NEW.proof := author.evidence;
    PERFORM pg_advisory_xact_lock(hashtext('audit_entries'));
    SELECT e.number, e.digest INTO last FROM public.audit_entries e ORDER BY e.number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous := coalesce(last.digest, repeat('0', 64));
    NEW.at := clock_timestamp();
    NEW.digest := encode(sha256(convert_to(concat_ws(E'\\n', NEW.previous, NEW.number,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.by_id, NEW.action, NEW.subject, NEW.details,
        NEW.through, NEW.proof), 'UTF8')), 'hex');
    RETURN NEW;
END $body$;

CREATE FUNCTION public.looks_of_the_author() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author record;
BEGIN
    SELECT * INTO author FROM public.records_author();
    IF EXISTS (SELECT FROM added a WHERE a.by_id IS DISTINCT FROM author.official
        AND a.by_id IS DISTINCT FROM (SELECT o.id FROM public.officials o WHERE o.username = 'system'))
    THEN
        RAISE EXCEPTION 'a look is recorded in the name of who looks' USING ERRCODE = 'YMT81';
    END IF;
    RETURN NULL;
END $body$;
CREATE TRIGGER of_the_author AFTER INSERT ON public.looks REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.looks_of_the_author();
"""

SESSIONS = """
CREATE FUNCTION public.official_sign_in(given text, derived bytea, token text, sort text, lasts interval) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    found bigint;
BEGIN
    SELECT o.id INTO found FROM public.officials o
        WHERE o.username = given AND o.is_active AND o.role <> 'machine' AND o.password LIKE 'scrypt-sha256$%'
        AND split_part(o.password, '$', 6) = encode(sha256(derived), 'base64');
    IF found IS NULL OR sort NOT IN ('browser', 'command') THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until)
        VALUES (found, sha256(convert_to(token, 'UTF8')), sort, clock_timestamp(), clock_timestamp() + lasts);
    RETURN found;
END $body$;

CREATE FUNCTION public.official_of_session(token text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    SELECT s.official_id FROM public.official_sessions s JOIN public.officials o ON o.id = s.official_id
    WHERE s.token_hash = sha256(convert_to(token, 'UTF8')) AND s.sort IN ('browser', 'command')
        AND s.ended_at IS NULL AND s.until > now() AND o.is_active
$body$;

CREATE FUNCTION public.official_sign_out(token text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    UPDATE public.official_sessions s SET ended_at = clock_timestamp()
    WHERE s.token_hash = sha256(convert_to(token, 'UTF8')) AND s.ended_at IS NULL
$body$;

CREATE FUNCTION public.official_offer_desk(clerk bigint, secret text, until timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author record;
BEGIN
    SELECT * INTO author FROM public.records_author();
    IF NOT (author.owns OR author.role = 'control_office'
            OR (author.role <> 'machine' AND author.official = clerk)) THEN
        RAISE EXCEPTION 'a desk is offered by the control office, or by the clerk whose it is' USING ERRCODE = 'YMT82';
    END IF;
    INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until)
        VALUES (clerk, sha256(convert_to(secret, 'UTF8')), 'offer', clock_timestamp(), official_offer_desk.until);
END $body$;

CREATE FUNCTION public.official_enrol_desk(secret text, device text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    offer record;
BEGIN
    UPDATE public.official_sessions s SET ended_at = clock_timestamp()
        WHERE s.token_hash = sha256(convert_to(secret, 'UTF8')) AND s.sort = 'offer' AND s.ended_at IS NULL
        RETURNING s.official_id INTO offer;
    IF offer.official_id IS NULL THEN
        RAISE EXCEPTION 'a desk enrols with a code that was offered and not used' USING ERRCODE = 'YMT82';
    END IF;
    INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until)
        VALUES (offer.official_id, sha256(convert_to('desk:' || device, 'UTF8')), 'desk', clock_timestamp(), 'infinity');
END $body$;
"""

OFFICIALS = """
CREATE FUNCTION public.records_require_appointing() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author record;
BEGIN
    SELECT * INTO author FROM public.records_author();
    IF NOT (author.owns OR author.role = 'control_office') THEN
        RAISE EXCEPTION 'officials are appointed and let go by the control office, or the tables'' owner' USING ERRCODE = 'YMT82';
    END IF;
    RETURN author.official;
END $body$;

CREATE FUNCTION public.official_appoint(username text, name text, role text, jurisdiction bigint, password text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := public.records_require_appointing();
    made bigint;
BEGIN
    INSERT INTO public.officials (username, name, role, jurisdiction_id, password, is_active, appointed_at)
        VALUES (official_appoint.username, official_appoint.name, official_appoint.role, jurisdiction,
            official_appoint.password, true, clock_timestamp())
        RETURNING id INTO made;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        VALUES (0, author, 'official.appoint', 'official/' || made,
            json_build_object('role', official_appoint.role, 'jurisdiction', jurisdiction)::text, '', '');
    RETURN made;
END $body$;

CREATE FUNCTION public.official_release(official bigint, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := public.records_require_appointing();
BEGIN
    UPDATE public.officials SET is_active = false WHERE id = official;
    UPDATE public.official_sessions SET ended_at = clock_timestamp() WHERE official_id = official AND ended_at IS NULL;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        VALUES (0, author, 'official.release', 'official/' || official, json_build_object('why', why)::text, '', '');
END $body$;

CREATE FUNCTION public.official_set_password(official bigint, password text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    author bigint := public.records_require_appointing();
BEGIN
    UPDATE public.officials SET password = official_set_password.password WHERE id = official;
    UPDATE public.official_sessions SET ended_at = clock_timestamp()
        WHERE official_id = official AND ended_at IS NULL AND sort IN ('browser', 'command');
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        VALUES (0, author, 'official.password', 'official/' || official, '{}', '', '');
END $body$;
"""
CALLED = (
    "records_author()", "official_sign_in(text, bytea, text, text, interval)", "official_of_session(text)",
    "official_sign_out(text)", "official_offer_desk(bigint, text, timestamptz)", "official_enrol_desk(text, text)",
    "official_appoint(text, text, text, bigint, text)", "official_release(bigint, text)",
    "official_set_password(bigint, text)",
)  # fmt: skip
RIGHTS = "\n".join(
    [
        "REVOKE ALL ON public.official_sessions FROM yimatong_app, yimatong_judge;",
        "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.officials FROM yimatong_app, yimatong_judge;",
        "REVOKE ALL ON FUNCTION public.records_require_appointing() FROM PUBLIC;",
        *(
            f"REVOKE ALL ON FUNCTION public.{called} FROM PUBLIC; "
            f"GRANT EXECUTE ON FUNCTION public.{called} TO yimatong_app, yimatong_judge;"
            for called in CALLED
        ),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("records", "0019_read_only_at_first")]
    operations = [
        migrations.CreateModel(
            name="OfficialSession",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token_hash", models.BinaryField(max_length=32, unique=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[("browser", "浏览器"), ("command", "命令"), ("desk", "离线窗口"), ("offer", "登记码")],
                        max_length=7,
                    ),
                ),
                ("began_at", models.DateTimeField(db_default=Now())),
                ("until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "official",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "official_sessions",
                "constraints": [
                    models.CheckConstraint(
                        name="official_sessions_known_sort",
                        condition=Q(sort__in=["browser", "command", "desk", "offer"]),
                    )
                ],
            },
        ),
        migrations.AddField("auditentry", "through", models.CharField(max_length=80, default="", db_default="")),
        migrations.AddField("auditentry", "proof", models.TextField(default="", db_default="")),
        migrations.RemoveField("official", "last_login"),
        migrations.RunPython(keep_verifiers, migrations.RunPython.noop),
        migrations.RunSQL(AUTHOR),
        migrations.RunSQL(SESSIONS),
        migrations.RunSQL(OFFICIALS),
        migrations.RunSQL(RIGHTS),
    ]
