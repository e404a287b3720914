"""Guards find their tables by schema, whatever else is named like them: see docs/decisions/0107-a-guard-finds-its-tables-itself.md."""

from django.db import migrations

NAMED = r"""
CREATE OR REPLACE FUNCTION public.audit_entries_chain() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_entries'));
    SELECT number, digest INTO last FROM public.audit_entries ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.previous := coalesce(last.digest, repeat('0', 64));
    NEW.at := clock_timestamp();
    NEW.digest := encode(sha256(convert_to(concat_ws(E'\n', NEW.previous, NEW.number,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.by_id, NEW.action, NEW.subject, NEW.details), 'UTF8')), 'hex');
    RETURN NEW;
END $body$;

CREATE OR REPLACE FUNCTION public.engine_areas_known(known_at timestamptz) RETURNS TABLE (
    area integer, level text, low integer, high integer, place integer, start integer, "end" integer
) LANGUAGE sql STABLE BEGIN ATOMIC
    WITH RECURSIVE inside(place, part) AS (
        SELECT DISTINCT place_id, place_id FROM public.areas WHERE place_id IS NOT NULL
        UNION SELECT inside.place, places.number FROM inside JOIN public.places ON places.parent_id = inside.part
    )
    SELECT areas.number, areas.level::text, areas.low, areas.high, inside.part, public.minute_up(areas.start),
        CASE WHEN areas."end" IS NOT NULL AND (areas.end_recorded_at IS NULL OR areas.end_recorded_at <= known_at)
            THEN greatest(public.minute_down(areas."end"), public.minute_up(areas.start)) END
    FROM public.areas LEFT JOIN inside ON inside.place = areas.place_id
    WHERE areas.recorded_at <= known_at
        AND (areas.struck_at IS NULL OR areas.struck_at > known_at);
END;

CREATE OR REPLACE FUNCTION public.engine_facts_known(known_at timestamptz) RETURNS TABLE (
    fact bigint, person integer, kind text, detail text, start integer, "end" integer, onset integer
) LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT facts.id, facts.person_id, facts.kind::text, facts.detail::text, public.minute_up(facts.start),
        CASE WHEN facts."end" IS NOT NULL AND (facts.end_recorded_at IS NULL OR facts.end_recorded_at <= known_at)
            THEN greatest(public.minute_down(facts."end"), public.minute_up(facts.start)) END, public.minute_up(facts.onset)
    FROM public.facts WHERE facts.recorded_at <= known_at
        AND (facts.struck_at IS NULL OR facts.struck_at > known_at);
END;

CREATE OR REPLACE FUNCTION public.engine_homes_known(known_at timestamptz) RETURNS TABLE (
    person integer, stairwell integer, start integer, "end" integer
) LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT homes.person_id, homes.stairwell_id, public.minute_up(homes.start),
        CASE WHEN homes."end" IS NOT NULL AND (homes.end_recorded_at IS NULL OR homes.end_recorded_at <= known_at)
            THEN greatest(public.minute_down(homes."end"), public.minute_up(homes.start)) END
    FROM public.homes WHERE homes.recorded_at <= known_at
        AND (homes.struck_at IS NULL OR homes.struck_at > known_at);
END;

CREATE OR REPLACE FUNCTION public.engine_people_known(known_at timestamptz) RETURNS TABLE (
    person integer, division integer
) LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT people.number, coalesce(living.division, people.division, 0)
    FROM public.people LEFT JOIN (
        SELECT DISTINCT ON (homes.person_id) homes.person_id, places.division
        FROM public.homes
        JOIN public.stairwells ON stairwells.number = homes.stairwell_id
        JOIN public.places ON places.number = stairwells.building_id
        WHERE homes.recorded_at <= known_at
            AND (homes.struck_at IS NULL OR homes.struck_at > known_at)
            AND homes.start <= least(known_at, now())
        ORDER BY homes.person_id, homes.start DESC, homes.id DESC
    ) living ON living.person_id = people.number
    WHERE people.recorded_at <= known_at;
END;

CREATE OR REPLACE FUNCTION public.engine_stays_known(known_at timestamptz) RETURNS TABLE (
    person integer, place integer, division integer, arrive integer, leave integer
) LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT stays.person_id, stays.place_id, stays.division, public.minute_up(stays.arrive), public.minute_down(stays.leave)
    FROM public.stays WHERE stays.recorded_at <= known_at
        AND (stays.struck_at IS NULL OR stays.struck_at > known_at)
        AND public.minute_down(stays.leave) >= public.minute_up(stays.arrive);
END;

CREATE OR REPLACE FUNCTION public.records_append_only(made regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM yimatong_app, yimatong_judge', made);
    EXECUTE format('CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON %s '
        'FOR EACH STATEMENT EXECUTE FUNCTION public.records_refuse_delete()', made);
END $body$;

CREATE OR REPLACE FUNCTION public.records_only_the_judge_writes(made regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    PERFORM public.records_append_only(made);
    EXECUTE format('REVOKE INSERT ON %s FROM yimatong_app', made);
    EXECUTE format('GRANT SELECT, INSERT ON %s TO yimatong_judge', made);
END $body$;

CREATE OR REPLACE FUNCTION public.records_point_somewhere() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    ends text[] := ARRAY[]::text[];
    named bigint[][];
    lost boolean;
BEGIN
    FOR i IN 0 .. TG_NARGS - 1 BY 3 LOOP
        ends := ends || format('ARRAY[min(%1$I), max(%1$I)]::bigint[]', TG_ARGV[i]);
    END LOOP;
    EXECUTE format('SELECT ARRAY[%s] FROM fresh', array_to_string(ends, ', ')) INTO named;
    FOR i IN 0 .. TG_NARGS - 1 BY 3 LOOP
        CONTINUE WHEN named[i / 3 + 1][1] IS NULL;
        IF named[i / 3 + 1][1] = named[i / 3 + 1][2] THEN
            EXECUTE format('SELECT NOT EXISTS (SELECT FROM public.%I there WHERE there.%I = $1)', TG_ARGV[i + 1], TG_ARGV[i + 2])
                INTO lost USING named[i / 3 + 1][1];
        ELSE
            EXECUTE format(
                'SELECT count(*) > 0 FROM fresh LEFT JOIN public.%2$I there ON there.%3$I = fresh.%1$I
                    WHERE fresh.%1$I IS NOT NULL AND there.%3$I IS NULL',
                TG_ARGV[i], TG_ARGV[i + 1], TG_ARGV[i + 2]) INTO lost;
        END IF;
        IF lost THEN
            RAISE EXCEPTION '% of % names a row that is not in %', TG_ARGV[i], TG_TABLE_NAME, TG_ARGV[i + 1]
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $body$;
"""
"""Functions that name tables, with the schema of each."""
NAMELESS = (
    "records_keep_key",
    "records_refuse_change",
    "records_refuse_delete",
)
"""Functions that name none."""


class Migration(migrations.Migration):
    dependencies = [("records", "0016_key_fingerprints")]
    operations = [
        migrations.RunSQL(NAMED),
        *(
            migrations.RunSQL(f"ALTER FUNCTION public.{name} SET search_path = pg_catalog, pg_temp")
            for name in NAMELESS
        ),
    ]
