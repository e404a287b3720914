"""What a run by day needs so that it costs what it touches: whose records changed, when a verdict is due, and counts that are moved and not counted anew.

`unjudged.people` names whose rows a statement changed, up to ten thousand; NULL: they are too many to name, or the table is of no people. The counts
by district, colour and rule are those in force, exchanged like the derived tables, and what a run moved lies with the run; for the days before there
is one row a day, colour and rule.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

PEOPLE = {"people": "number", "facts": "person_id", "homes": "person_id", "stays": "person_id"}
"""The tables of a judgement that are about people, and the column that says about whom."""

NOTING = """
CREATE OR REPLACE FUNCTION judgements_note_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    most constant integer := 10000;
    named integer[];
    rows_changed integer;
BEGIN
    IF TG_NARGS > 0 THEN
        EXECUTE format('SELECT array_agg(DISTINCT %1$I), count(*) FROM (SELECT %1$I FROM fresh LIMIT %2$s) AS few', TG_ARGV[0], most + 1)
            INTO named, rows_changed;
    ELSE
        SELECT count(*) INTO rows_changed FROM (SELECT FROM fresh LIMIT 1) AS few;
    END IF;
    IF rows_changed > 0 THEN
        INSERT INTO public.unjudged (what, people) VALUES (TG_TABLE_NAME, CASE WHEN rows_changed <= most THEN named END);
    END IF;
    RETURN NULL;
END $body$;
"""

# A run over the touched that finds too many of them judges everybody.
MOVING = """
CREATE OR REPLACE FUNCTION runs_move_forward() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    in_force record;
    frozen text[] := ARRAY['number', 'kind', 'policy_id', 'as_of', 'engine', 'by_id', 'started_at'];
    key text;
BEGIN
    IF OLD.state = 'started' AND OLD.kind = 'touched' AND NEW.kind = 'full' THEN
        frozen := array_remove(frozen, 'kind');
    END IF;
    FOREACH key IN ARRAY frozen LOOP
        IF to_jsonb(OLD) -> key IS DISTINCT FROM to_jsonb(NEW) -> key THEN
            RAISE EXCEPTION 'a run keeps its %', key USING ERRCODE = 'YMT12';
        END IF;
    END LOOP;
    IF NOT (CASE OLD.state
        WHEN 'started' THEN NEW.state IN ('started', 'snapshotted', 'failed', 'abandoned')
        WHEN 'snapshotted' THEN NEW.state IN ('snapshotted', 'judged', 'repeated', 'failed', 'abandoned')
        WHEN 'judged' THEN NEW.state IN ('judged', 'published', 'finished', 'failed', 'abandoned')
        ELSE false END)
    THEN
        RAISE EXCEPTION 'a run does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'YMT13';
    END IF;
    NEW.published_xact := NULL;
    IF NEW.state = 'published' THEN
        SELECT number, as_of INTO in_force FROM runs WHERE state = 'published' ORDER BY number DESC LIMIT 1;
        IF NEW.follows_id IS DISTINCT FROM in_force.number THEN
            RAISE EXCEPTION 'another run was published meanwhile' USING ERRCODE = 'YMT14';
        END IF;
        IF NEW.as_of < in_force.as_of THEN
            RAISE EXCEPTION 'what is in force was judged for a later instant' USING ERRCODE = 'YMT15';
        END IF;
        NEW.published_xact := pg_current_xact_id()::text::bigint;
    END IF;
    IF NEW.state NOT IN ('started', 'snapshotted', 'judged') THEN
        NEW.finished_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $body$;
"""

# What the runs so far counted: the last of them is in force, and of each day the last one published.
CARRIED = """
INSERT INTO current_counts (district, colour, rule, people, run_id)
    SELECT district, colour, rule, people, run_id FROM run_counts
    WHERE people > 0 AND run_id = (SELECT max(number) FROM runs WHERE state = 'published');
INSERT INTO day_counts (day, colour, rule, people, run_id)
    SELECT last.day, colour, rule, sum(people), last.number FROM run_counts JOIN (
        SELECT (as_of AT TIME ZONE 'Asia/Shanghai')::date AS day, max(number) AS number FROM runs WHERE state = 'published' GROUP BY 1
    ) last ON last.number = run_counts.run_id GROUP BY last.day, colour, rule, last.number;
"""

COUNTED = ("current_counts", "day_counts", "counted_elsewhere")


def guards() -> str:
    """Nobody but the judge writes counts, and the judge only while it publishes the run that they name."""
    return "\n".join(
        f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM yimatong_app;"
        f"GRANT SELECT, INSERT, DELETE ON {table} TO yimatong_judge;"
        f"CREATE TRIGGER only_while_publishing AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
        "FOR EACH STATEMENT EXECUTE FUNCTION judgements_only_while_publishing();"
        for table in COUNTED
    )


def noting() -> str:
    """The triggers of the tables about people, so that they say about whom."""
    return "\n".join(
        f"DROP TRIGGER {table}_wait_for_the_judge_{event} ON {table};"
        f"CREATE TRIGGER {table}_wait_for_the_judge_{event} AFTER {event.upper()} ON {table} REFERENCING NEW TABLE AS fresh "
        f"FOR EACH STATEMENT EXECUTE FUNCTION judgements_note_change('{column}');"
        for table, column in PEOPLE.items()
        for event in ("insert", "update")
    )


def run_of() -> "models.ForeignKey[object]":
    """The run that said so."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="judgements.run",
    )


class Migration(migrations.Migration):
    dependencies = [("judgements", "0003_by_itself"), ("records", "0011_by_person")]
    operations = [
        migrations.AddField(
            "unjudged", "people", django.contrib.postgres.fields.ArrayField(models.IntegerField(), null=True)
        ),
        migrations.AddField("run", "shifts", models.JSONField(default=dict)),
        migrations.AddField("run", "sizes", models.JSONField(default=dict)),
        migrations.AddIndex(
            "run",
            models.Index(fields=["as_of", "number"], name="runs_published", condition=models.Q(state="published")),
        ),
        migrations.AddIndex(
            "verdict",
            models.Index(fields=["next_change"], name="verdicts_due", condition=models.Q(next_change__isnull=False)),
        ),
        migrations.CreateModel(
            name="CurrentCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "district", "colour", "rule", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("district", models.IntegerField()),
                ("colour", models.CharField(max_length=7)),
                ("rule", models.CharField(max_length=80)),
                ("people", models.IntegerField()),
                ("run", run_of()),
            ],
            options={"db_table": "current_counts"},
        ),
        migrations.CreateModel(
            name="PastCount",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day", "colour", "rule", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("colour", models.CharField(max_length=7)),
                ("rule", models.CharField(max_length=80)),
                ("people", models.IntegerField()),
                ("run", run_of()),
            ],
            options={"db_table": "day_counts"},
        ),
        migrations.CreateModel(
            name="CountedElsewhere",
            fields=[
                ("person", models.IntegerField(primary_key=True, serialize=False)),
                ("district", models.IntegerField()),
                ("run", run_of()),
            ],
            options={"db_table": "counted_elsewhere"},
        ),
        migrations.RunSQL(CARRIED),
        migrations.DeleteModel("RunCount"),
        migrations.RunSQL("\n".join([NOTING, MOVING, noting(), guards()])),
    ]
