"""A look carries what it was made through, as an entry of the audit does; searches are recorded; looks are summed a day; alarms stand.

`looks_sum_day` is the only one that writes the sums, and it makes them of the looks, searches and entries themselves: nobody with the
pages' role can make somebody's day smaller than it was.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

SEARCHES = [("document", "证件"), ("name", "姓名"), ("pass", "证号"), ("refused", "超出额度")]
ALARMS = [
    ("passwords", "密码被猜测"), ("walk", "逐号查询"), ("misses", "多次查无此人"), ("idle", "查阅后无业务"),
    ("budget", "超出查阅额度"), ("batch", "集中登记致红事实"),
]  # fmt: skip

THROUGH = """
CREATE FUNCTION public.looks_through() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    NEW.through := (SELECT a.through FROM public.records_author() a);
    NEW.at := statement_timestamp();
    RETURN NEW;
END $body$;
CREATE TRIGGER through BEFORE INSERT ON public.looks FOR EACH ROW EXECUTE FUNCTION public.looks_through();
CREATE TRIGGER through BEFORE INSERT ON public.searches FOR EACH ROW EXECUTE FUNCTION public.looks_through();
CREATE TRIGGER of_the_author AFTER INSERT ON public.searches REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION public.looks_of_the_author();
SELECT records_append_only('searches');
SELECT records_app_may('searches', 'INSERT');
SELECT records_app_may('alarms', 'INSERT, UPDATE (count, last_at)');
"""

# An opening is what was looked at in one statement: a person, or a page of a list. It was followed where the next thing that the official
# did within half an hour is no opening but an entry of the audit; what only reads is no such entry.
SUMS = """
CREATE FUNCTION public.looks_sum_day(summed date, began timestamptz, over timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('look_days'));
    DELETE FROM public.look_days WHERE day = summed;
    INSERT INTO public.look_days
        (day, official_id, looks, people, openings, followed, searches, missed, refused, reasons)
    WITH looked AS MATERIALIZED (
        SELECT l.by_id, l.at, l.person_id, l.why FROM public.looks l WHERE l.at >= began AND l.at < over
    ), events AS (
        SELECT o.by_id, o.at, true AS opens FROM looked o GROUP BY o.by_id, o.at
        UNION ALL
        SELECT e.by_id, e.at, false FROM public.audit_entries e
        WHERE e.at >= began AND e.at < over + interval '30 minutes'
            AND e.action NOT IN ('number.look', 'hand_over.open', 'looks.list')
            AND e.action NOT LIKE 'alarm.%' AND e.action NOT LIKE 'official.%' AND e.action NOT LIKE '%.print'
    ), in_order AS (
        SELECT v.by_id, v.opens, v.at, lead(v.opens) OVER w AS next_opens, lead(v.at) OVER w AS next_at
        FROM events v WINDOW w AS (PARTITION BY v.by_id ORDER BY v.at, v.opens DESC)
    ), opened AS (
        SELECT i.by_id, count(*) AS openings,
            count(*) FILTER (WHERE NOT i.next_opens AND i.next_at <= i.at + interval '30 minutes') AS followed
        FROM in_order i WHERE i.opens GROUP BY i.by_id
    ), seen AS (
        SELECT o.by_id, count(*) AS looks, count(DISTINCT o.person_id) AS people FROM looked o GROUP BY o.by_id
    ), used AS (
        SELECT r.by_id, jsonb_agg(jsonb_build_array(r.why, r.times) ORDER BY r.times DESC, r.why) AS reasons
        FROM (
            SELECT g.by_id, g.why, g.times, row_number() OVER (PARTITION BY g.by_id ORDER BY g.times DESC, g.why) AS place
            FROM (SELECT o.by_id, o.why, count(*) AS times FROM looked o GROUP BY o.by_id, o.why) g
        ) r WHERE r.place <= 3 GROUP BY r.by_id
    ), asked AS (
        SELECT s.by_id, count(*) FILTER (WHERE s.sort <> 'refused') AS searches,
            count(*) FILTER (WHERE s.sort <> 'refused' AND s.found = 0) AS missed,
            count(*) FILTER (WHERE s.sort = 'refused') AS refused
        FROM public.searches s WHERE s.at >= began AND s.at < over GROUP BY s.by_id
    )
    SELECT summed, by_id, coalesce(seen.looks, 0), coalesce(seen.people, 0), coalesce(opened.openings, 0),
        coalesce(opened.followed, 0), coalesce(asked.searches, 0), coalesce(asked.missed, 0), coalesce(asked.refused, 0),
        coalesce(used.reasons, '[]')
    FROM seen LEFT JOIN opened USING (by_id) LEFT JOIN used USING (by_id) FULL JOIN asked USING (by_id);
END $body$;
REVOKE ALL ON FUNCTION public.looks_sum_day(date, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.looks_sum_day(date, timestamptz, timestamptz) TO yimatong_app;
"""
TASK = "INSERT INTO public.job_tasks (name) VALUES ('yimatong.records.tasks.sum_looks')"


def _official(*, null: bool = False, db_index: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, null=null, db_index=db_index
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("records", "0026_enforcements")]
    operations = [
        migrations.AddField("look", "through", models.CharField(max_length=80, default="", db_default="")),
        migrations.AddIndex(
            "look", django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="looks_by_time", autosummarize=True)
        ),
        migrations.AddIndex(
            "auditentry",
            django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_entries_by_time", autosummarize=True),
        ),
        migrations.AddIndex(
            "fact",
            django.contrib.postgres.indexes.BrinIndex(
                fields=["recorded_at"], name="facts_by_recording", autosummarize=True
            ),
        ),
        migrations.CreateModel(
            name="Search",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=Now())),
                ("through", models.CharField(max_length=80, default="", db_default="")),
                ("sort", models.CharField(choices=SEARCHES, max_length=8)),
                ("found", models.IntegerField(default=0)),
                ("by", _official()),
            ],
            options={
                "db_table": "searches",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        fields=["at"], name="searches_by_time", autosummarize=True
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(sort__in=["document", "name", "pass", "refused"]), name="searches_known_sort"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookDay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("looks", models.IntegerField()),
                ("people", models.IntegerField()),
                ("openings", models.IntegerField()),
                ("followed", models.IntegerField()),
                ("searches", models.IntegerField()),
                ("missed", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("reasons", models.JSONField()),
                ("official", _official(db_index=False)),
            ],
            options={
                "db_table": "look_days",
                "constraints": [models.UniqueConstraint(fields=("day", "official"), name="look_days_once")],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("sort", models.CharField(choices=ALARMS, max_length=9)),
                ("hour", models.DateTimeField()),
                ("count", models.IntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("official", _official(null=True)),
            ],
            options={
                "db_table": "alarms",
                "indexes": [models.Index(fields=["last_at"], name="alarms_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("official", "sort", "hour"), name="alarms_once_an_hour", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=Q(sort__in=[sort for sort, _title in ALARMS]), name="alarms_known_sort"
                    ),
                ],
            },
        ),
        migrations.RunSQL(THROUGH),
        migrations.RunSQL(SUMS),
        migrations.RunSQL(TASK),
    ]
