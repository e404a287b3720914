"""What the judgement needs to go on by itself: when the run in force is due again, and what was recorded since.

`unjudged` gets a row with each statement that records, ends or strikes something that a judgement reads, in the transaction of that
statement: whoever sees the facts sees the row, however late the transaction commits, and nobody has to remember to ask. A run takes away
the rows that lay in its snapshot, in the transaction that publishes it.
"""

import django.db.models.functions.datetime
from django.db import migrations, models

# The tables that a judgement reads, and on what. A delivery into the lake is known by its row, which is closed once the files lie there.
READ = {
    "people": ("INSERT", "UPDATE"),
    "facts": ("INSERT", "UPDATE"),
    "homes": ("INSERT", "UPDATE"),
    "areas": ("INSERT", "UPDATE"),
    "stays": ("INSERT", "UPDATE"),
    "places": ("UPDATE",),
    "deliveries": ("UPDATE",),
}

NOTING = """
CREATE FUNCTION judgements_note_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    IF EXISTS (SELECT FROM fresh) THEN
        INSERT INTO public.unjudged (what) VALUES (TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $body$;
REVOKE UPDATE, DELETE, TRUNCATE ON unjudged FROM yimatong_app;
GRANT DELETE ON unjudged TO yimatong_judge;
"""


def noting() -> str:
    """The function and its triggers."""
    triggers = [
        f"CREATE TRIGGER {table}_wait_for_the_judge_{event.lower()} AFTER {event} ON {table} REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION judgements_note_change();"
        for table, events in READ.items()
        for event in events
    ]
    return "\n".join([NOTING, *triggers])


class Migration(migrations.Migration):
    dependencies = [("judgements", "0002_guards"), ("records", "0009_employers")]
    operations = [
        migrations.AddField("run", "next_change", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "run",
            models.Index(fields=["number"], name="runs_said", condition=models.Q(state__in=["published", "repeated"])),
        ),
        migrations.AddIndex(
            "run",
            models.Index(
                fields=["as_of"],
                name="runs_over_everybody",
                condition=models.Q(kind="full", state__in=["published", "repeated"]),
            ),
        ),
        migrations.CreateModel(
            name="Unjudged",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=10)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"db_table": "unjudged"},
        ),
        migrations.RunSQL(noting()),
    ]
