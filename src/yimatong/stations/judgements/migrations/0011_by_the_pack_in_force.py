"""Which policy pack is in force lies in the records: `enforcements`, which `policy_enforce` alone adds to. A run that may publish begins, and
is published, by that pack and by no other.

Kept packs move to the records as they lie (records 0026). An installation of before goes on by the pack of its last published run: that was
in force, whatever a check would say of it today.
"""

import json
from datetime import UTC
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from yimatong.core.macs import mac

TABLES = """
ALTER TABLE public.policy_packs ADD COLUMN specimens jsonb NOT NULL DEFAULT '{}';
ALTER TABLE public.policy_packs ALTER COLUMN specimens DROP DEFAULT;
CREATE TABLE public.enforcements (
    number integer PRIMARY KEY,
    pack_id varchar(64) NOT NULL REFERENCES public.policy_packs DEFERRABLE INITIALLY DEFERRED,
    at timestamptz NOT NULL,
    by_id bigint NOT NULL REFERENCES public.officials DEFERRABLE INITIALLY DEFERRED,
    how varchar(7) NOT NULL,
    difference jsonb NOT NULL,
    mac varchar(64) NOT NULL
);
CREATE INDEX enforcements_by_pack ON public.enforcements (pack_id);
CREATE INDEX enforcements_by_official ON public.enforcements (by_id);
"""
GUARDS = """
SELECT public.records_append_only('public.enforcements');
REVOKE INSERT ON public.enforcements FROM yimatong_app;

CREATE FUNCTION public.policy_enforce(
    previous integer, digest text, pack text, version text, files jsonb,
    at timestamptz, author bigint, how text, difference jsonb, mac text, specimens jsonb
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    who record;
    last record;
    made integer;
BEGIN
    SELECT * INTO who FROM public.records_author();
    IF NOT (who.owns OR who.role = 'control_office') THEN
        RAISE EXCEPTION 'a policy is put into force by the control office, or by the tables'' owner' USING ERRCODE = 'YMT18';
    END IF;
    IF who.official IS DISTINCT FROM author THEN
        RAISE EXCEPTION 'a policy is put into force in the name of who acts' USING ERRCODE = 'YMT81';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('enforcements'));
    SELECT e.number, e.at, e.pack_id INTO last FROM public.enforcements e ORDER BY e.number DESC LIMIT 1;
    IF coalesce(last.number, 0) <> previous THEN
        RAISE EXCEPTION 'another policy came into force meanwhile' USING ERRCODE = 'YMT19';
    END IF;
    IF policy_enforce.at NOT BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp() OR policy_enforce.at <= last.at THEN
        RAISE EXCEPTION 'a policy comes into force now' USING ERRCODE = 'YMT10';
    END IF;
    INSERT INTO public.policy_packs (digest, pack, version, files, specimens)
        VALUES (policy_enforce.digest, policy_enforce.pack, policy_enforce.version, policy_enforce.files, policy_enforce.specimens)
        ON CONFLICT DO NOTHING;
    INSERT INTO public.enforcements (number, pack_id, at, by_id, how, difference, mac)
        VALUES (previous + 1, policy_enforce.digest, policy_enforce.at, who.official, policy_enforce.how, policy_enforce.difference,
            policy_enforce.mac)
        RETURNING number INTO made;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
        VALUES (0, who.official, 'policy.enforce', 'enforcement/' || made, json_build_object('policy', policy_enforce.pack,
            'version', policy_enforce.version, 'digest', policy_enforce.digest, 'before', last.pack_id)::text, '', '');
    RETURN made;
END $body$;
REVOKE ALL ON FUNCTION public.policy_enforce(integer, text, text, text, jsonb, timestamptz, bigint, text, jsonb, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.policy_enforce(integer, text, text, text, jsonb, timestamptz, bigint, text, jsonb, text, jsonb)
    TO yimatong_app;
"""
GUARD = """
CREATE FUNCTION public.runs_by_the_pack_in_force() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NEW.kind IN ('full', 'touched') AND NEW.state IN ('started', 'published')
        AND NEW.policy_id IS DISTINCT FROM (SELECT e.pack_id FROM public.enforcements e ORDER BY e.number DESC LIMIT 1)
    THEN
        RAISE EXCEPTION 'people are judged by the policy in force, and by no other' USING ERRCODE = 'YMT17';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER runs_by_the_pack_in_force BEFORE INSERT OR UPDATE ON public.runs
    FOR EACH ROW EXECUTE FUNCTION public.runs_by_the_pack_in_force();
"""
LAST = """
SELECT r.policy_id, r.number, o.id, clock_timestamp() FROM public.runs r, public.officials o
WHERE r.state = 'published' AND o.username = 'system' ORDER BY r.number DESC LIMIT 1
"""
ADOPT = """
INSERT INTO public.enforcements (number, pack_id, at, by_id, how, difference, mac) VALUES (1, %s, %s, %s, 'upgrade', '{}', %s)
"""
ENTRY = """
INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
VALUES (0, %s, 'policy.enforce', 'enforcement/1', %s, '', '')
"""


def adopt(_apps: Any, schema_editor: Any) -> None:
    """The pack of the last published run is in force, sealed as records/policies.py does."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(LAST)
        for digest, run, system, at in cursor.fetchall():
            said = ["enforcement", 1, digest, at.astimezone(UTC).isoformat(), system, "upgrade", {}, ""]
            seal = mac(str(settings.YIMATONG_AUDIT_KEY).encode(), json.dumps(said, separators=(",", ":")).encode())
            cursor.execute(ADOPT, [digest, at, system, seal.hex()])
            cursor.execute(ENTRY, [system, json.dumps({"digest": digest, "run": run})])


class Migration(migrations.Migration):
    dependencies = [("judgements", "0010_discrepancies_of_rows"), ("records", "0026_enforcements")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "run",
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="records.policypack"
                    ),
                ),
                migrations.DeleteModel("PolicyPack"),
            ]
        ),
        *(migrations.RunSQL(one) for one in (TABLES, GUARDS, GUARD)),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
