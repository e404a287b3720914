"""Which policy pack is in force lies in the records: `enforcements`, which `policy_enforce` alone adds to.

The kept packs move from the judgements to the records, as they lie. An installation of before goes on by the pack of its last published
run: that was in force, whatever a check would say of it today.
"""

import json
from datetime import UTC

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

from yimatong.core.macs import mac

PACKS = migrations.CreateModel(
    name="PolicyPack",
    fields=[
        ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
        ("pack", models.CharField(max_length=80)),
        ("version", models.CharField(max_length=40)),
        ("files", models.JSONField()),
        ("kept_at", models.DateTimeField(db_default=Now())),
    ],
    options={"db_table": "policy_packs"},
)
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


def adopt(apps, schema_editor):
    """The pack of the last published run is in force, sealed as records/policies.py does."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(LAST)
        for digest, run, system, at in cursor.fetchall():
            said = ["enforcement", 1, digest, at.astimezone(UTC).isoformat(), system, "upgrade", {}, ""]
            seal = mac(str(settings.YIMATONG_AUDIT_KEY).encode(), json.dumps(said, separators=(",", ":")).encode())
            cursor.execute(ADOPT, [digest, at, system, seal.hex()])
            cursor.execute(ENTRY, [system, json.dumps({"digest": digest, "run": run})])


class Migration(migrations.Migration):
    dependencies = [("records", "0024_identities_succeed"), ("judgements", "0008_seals")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[PACKS]),
        migrations.AddField("policypack", "specimens", models.JSONField(default=dict)),
        migrations.CreateModel(
            name="Enforcement",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "how",
                    models.CharField(
                        choices=[("command", "命令"), ("start", "首次启动"), ("upgrade", "升级沿用")], max_length=7
                    ),
                ),
                ("difference", models.JSONField()),
                ("mac", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enforcements",
                        to="records.policypack",
                    ),
                ),
            ],
            options={"db_table": "enforcements"},
        ),
        migrations.RunSQL(GUARDS),
        migrations.RunPython(adopt, migrations.RunPython.noop),
    ]
