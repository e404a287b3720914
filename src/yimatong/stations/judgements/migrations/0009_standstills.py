"""Verdicts that stand still where records were edited past the product, and what two officials record in the place of those rows.

A standstill is only ever added to, by the judge alone, and signed. A restatement is proposed by one official and settled by another, by the
functions below alone: they strike and record in one statement with their link of the audit chain.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

GUARDS = """
SELECT records_only_the_judge_writes('standstills');

CREATE FUNCTION public.restatements_settle_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    may_change text[] := ARRAY['state', 'decided_by_id', 'decided_at', 'decision_reason', 'decision_mac'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' THEN
            RAISE EXCEPTION 'a restatement waits for another official first' USING ERRCODE = 'YMT85';
        END IF;
        IF NEW.proposed_by_id IS DISTINCT FROM (SELECT a.official FROM public.records_author() a) THEN
            RAISE EXCEPTION 'a restatement is proposed in the name of who acts' USING ERRCODE = 'YMT81';
        END IF;
    ELSIF OLD.state <> 'waiting' OR to_jsonb(OLD) - may_change IS DISTINCT FROM to_jsonb(NEW) - may_change THEN
        RAISE EXCEPTION 'a restatement is settled once and keeps what it proposed' USING ERRCODE = 'YMT85';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER restatements_settle_once BEFORE INSERT OR UPDATE ON public.restatements
    FOR EACH ROW EXECUTE FUNCTION public.restatements_settle_once();
CREATE TRIGGER restatements_refuse_delete BEFORE DELETE ON public.restatements
    FOR EACH STATEMENT EXECUTE FUNCTION public.records_refuse_delete();
SELECT records_app_may('restatements', 'INSERT');
"""

# Who settles: another than who proposed, both still active, both of an office that may (records/actions/permission.py, `correct`).
SETTLING = """
CREATE FUNCTION public.restatements_settling(restatement bigint, by_official bigint) RETURNS public.restatements LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    asked public.restatements;
BEGIN
    SELECT * INTO asked FROM public.restatements WHERE id = restatement FOR UPDATE;
    IF asked.id IS NULL OR asked.state <> 'waiting' THEN
        RAISE EXCEPTION 'this restatement does not wait' USING ERRCODE = 'YMT85';
    END IF;
    IF asked.proposed_by_id = by_official THEN
        RAISE EXCEPTION 'whoever proposed a restatement does not settle it' USING ERRCODE = 'YMT86';
    END IF;
    IF (SELECT count(*) FROM public.officials WHERE id IN (asked.proposed_by_id, by_official)
        AND is_active AND role IN ('control_office', 'health')) <> 2 THEN
        RAISE EXCEPTION 'a restatement takes two officials who are active and may correct' USING ERRCODE = 'YMT86';
    END IF;
    RETURN asked;
END $body$;

CREATE FUNCTION public.restatements_minute(minute jsonb) RETURNS timestamptz LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $body$ SELECT to_timestamp((minute #>> '{}')::bigint * 60) $body$;

CREATE FUNCTION public.restatements_confirm(restatement bigint, moment timestamptz, mac text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    by_official bigint := (SELECT a.official FROM public.records_author() a);
    asked public.restatements := public.restatements_settling(restatement, by_official);
    still public.standstills;
    wanted jsonb;
    ground text := left(asked.basis, 200);
    why text := left(format('restatement %s: %s', asked.id, asked.reason), 400);
    root integer;
BEGIN
    IF moment IS NULL OR moment NOT BETWEEN now() AND clock_timestamp() THEN
        RAISE EXCEPTION 'rows are recorded anew when it is confirmed' USING ERRCODE = 'YMT85';
    END IF;
    SELECT * INTO still FROM public.standstills WHERE number = asked.standstill_id;
    wanted := CASE WHEN asked.as_judged THEN still.judged ELSE still.found END;
    IF still."table" = 'facts' THEN
        UPDATE public.facts SET struck_at = moment, struck_by_id = by_official, strike_reason = why WHERE struck_at IS NULL
            AND id IN (SELECT (r ->> 0)::bigint FROM jsonb_array_elements(still.found) r);
        INSERT INTO public.facts (person_id, kind, detail, start, "end", onset, source, delivery_id, legal_basis, recorded_by_id,
            stands_for_id)
        SELECT (r ->> 1)::integer, r ->> 2, r ->> 3, public.restatements_minute(r -> 4), public.restatements_minute(r -> 5),
            public.restatements_minute(r -> 6), coalesce(there.source, 'restatement'), there.delivery_id, ground, by_official, there.id
        FROM jsonb_array_elements(wanted) r LEFT JOIN public.facts there ON there.id = (r ->> 0)::bigint ON CONFLICT DO NOTHING;
    ELSIF still."table" = 'homes' THEN
        UPDATE public.homes h SET struck_at = moment, struck_by_id = by_official, strike_reason = why
        FROM jsonb_array_elements(still.found) r WHERE h.struck_at IS NULL AND h.person_id = (r ->> 0)::integer
            AND h.stairwell_id = (r ->> 1)::integer AND public.minute_up(h.start) = (r ->> 2)::integer;
        INSERT INTO public.homes (person_id, stairwell_id, start, "end", source, legal_basis, recorded_by_id)
        SELECT (r ->> 0)::integer, (r ->> 1)::integer, public.restatements_minute(r -> 2), public.restatements_minute(r -> 3),
            'restatement', ground, by_official
        FROM jsonb_array_elements(wanted) r ON CONFLICT DO NOTHING;
    ELSIF still."table" = 'stays' THEN
        UPDATE public.stays s SET struck_at = moment, struck_by_id = by_official, strike_reason = why
        FROM jsonb_array_elements(still.found) r WHERE s.struck_at IS NULL AND s.person_id = (r ->> 0)::integer
            AND s.place_id = (r ->> 1)::integer AND public.minute_up(s.arrive) = (r ->> 3)::integer;
        INSERT INTO public.stays (person_id, place_id, division, arrive, leave, source, legal_basis, recorded_by_id)
        SELECT (r ->> 0)::integer, (r ->> 1)::integer, (r ->> 2)::integer, public.restatements_minute(r -> 3),
            public.restatements_minute(r -> 4), 'restatement', ground, by_official
        FROM jsonb_array_elements(wanted) r ON CONFLICT DO NOTHING;
    ELSE
        UPDATE public.areas SET struck_at = moment, struck_by_id = by_official, strike_reason = why
        WHERE number = still.area AND struck_at IS NULL;
        -- An area is one row here, and one for each place inside for the judgement: its own is the one whose parent is none of them.
        SELECT p.number INTO root FROM jsonb_array_elements(still.judged) r JOIN public.places p ON p.number = (r ->> 4)::integer
        WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(still.judged) other WHERE (other ->> 4)::integer = p.parent_id)
        ORDER BY p.number LIMIT 1;
        IF jsonb_array_length(wanted) > 0 OR NOT asked.as_judged THEN
            INSERT INTO public.areas (level, listed_level, scope, low, high, place_id, division_text, text, key, resolved_by, start, "end",
                source, delivery_id, legal_basis, recorded_by_id)
            SELECT coalesce(wanted -> 0 ->> 1, there.level), coalesce(there.listed_level, wanted -> 0 ->> 1),
                CASE WHEN there.scope = 'rest' THEN 'rest'
                    WHEN (CASE WHEN asked.as_judged THEN root ELSE there.place_id END) IS NULL THEN 'whole' ELSE 'place' END,
                coalesce((wanted -> 0 ->> 2)::integer, there.low), coalesce((wanted -> 0 ->> 3)::integer, there.high),
                CASE WHEN asked.as_judged THEN root ELSE there.place_id END, coalesce(there.division_text, ''), coalesce(there.text, ''),
                coalesce(there.key, 'restatement-' || asked.id),
                coalesce(there.resolved_by, ''), coalesce(public.restatements_minute(wanted -> 0 -> 5), there.start),
                CASE WHEN jsonb_array_length(wanted) > 0 THEN public.restatements_minute(wanted -> 0 -> 6) ELSE there."end" END,
                coalesce(there.source, 'restatement'), there.delivery_id, ground, by_official
            FROM (SELECT 1) one LEFT JOIN public.areas there ON there.number = still.area
            WHERE there.number IS NOT NULL AND (asked.as_judged OR there.struck_at = moment) OR asked.as_judged
            ON CONFLICT DO NOTHING;
        END IF;
    END IF;
    UPDATE public.restatements SET state = 'confirmed', decided_by_id = by_official, decided_at = moment, decision_mac = mac
        WHERE id = asked.id;
    INSERT INTO public.unjudged (what, people) VALUES (still."table", CASE WHEN still.person IS NOT NULL THEN ARRAY[still.person] END);
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
    VALUES (0, by_official, 'restatement.confirm', 'standstill/' || still.number,
        format('{"as_judged":%s,"proposed_by":%s,"restatement":%s}', asked.as_judged, asked.proposed_by_id, asked.id), '', '');
    RETURN still.number;
END $body$;

CREATE FUNCTION public.restatements_refuse(restatement bigint, why text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    by_official bigint := (SELECT a.official FROM public.records_author() a);
    asked public.restatements := public.restatements_settling(restatement, by_official);
BEGIN
    UPDATE public.restatements SET state = 'refused', decided_by_id = by_official, decided_at = clock_timestamp(), decision_reason = why
        WHERE id = asked.id;
    INSERT INTO public.audit_entries (number, by_id, action, subject, details, previous, digest)
    VALUES (0, by_official, 'restatement.refuse', 'standstill/' || asked.standstill_id,
        format('{"proposed_by":%s,"restatement":%s}', asked.proposed_by_id, asked.id), '', '');
    RETURN asked.standstill_id;
END $body$;
REVOKE ALL ON FUNCTION public.restatements_settling(bigint, bigint), public.restatements_minute(jsonb),
    public.restatements_confirm(bigint, timestamptz, text), public.restatements_refuse(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.restatements_confirm(bigint, timestamptz, text), public.restatements_refuse(bigint, text) TO yimatong_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("judgements", "0008_seals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Standstill",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=10)),
                ("person", models.IntegerField(null=True)),
                ("area", models.IntegerField(null=True)),
                ("judged", models.JSONField(default=list)),
                ("found", models.JSONField(default=list)),
                ("run", models.IntegerField(null=True)),
                ("restatement", models.BigIntegerField(null=True)),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("mac", models.CharField(max_length=64)),
                (
                    "discrepancy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standstills",
                        to="judgements.discrepancy",
                    ),
                ),
                (
                    "ends",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended",
                        to="judgements.standstill",
                    ),
                ),
            ],
            options={
                "db_table": "standstills",
            },
        ),
        migrations.CreateModel(
            name="Restatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_judged", models.BooleanField()),
                ("reason", models.CharField(max_length=400)),
                ("basis", models.CharField(max_length=200)),
                ("proposed_at", models.DateTimeField()),
                ("proposal_mac", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待确认"), ("confirmed", "已确认"), ("refused", "已拒绝")],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.CharField(default="", max_length=400)),
                ("decision_mac", models.CharField(default="", max_length=64)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "standstill",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restatements",
                        to="judgements.standstill",
                    ),
                ),
            ],
            options={
                "db_table": "restatements",
            },
        ),
        migrations.AddConstraint(
            model_name="standstill",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("discrepancy__isnull", False), ("ends", None)),
                    models.Q(("discrepancy", None), ("ends__isnull", False), ("ends__lt", models.F("number"))),
                    _connector="OR",
                ),
                name="standstills_an_end_is_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("standstill",), name="restatements_one_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["confirmed", "refused"]),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="restatements_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("basis", ""), _negated=True)),
                name="restatements_have_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="restatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("decision_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="restatements_refused_why",
            ),
        ),
        migrations.RunSQL(GUARDS),
        migrations.RunSQL(SETTLING),
    ]
