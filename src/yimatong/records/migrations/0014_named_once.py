"""The officials and deliveries that a record names are checked once a statement, as its person and place are (0002), not once a row.

Foreign keys of each home and fact that are NULL where a delivery brings it were queued and looked at row by row. The trigger that checks
person and place looks at them now, at the insert and when a row is struck or ended. Officials are never deleted and keep their number, as
deliveries do: so looking at the moment of writing is enough.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = "'person_id', 'people', 'number'"
DELIVERY = "'delivery_id', 'deliveries', 'id'"
POINTING = {
    "facts": (PERSON, DELIVERY),
    "homes": (PERSON, DELIVERY, "'stairwell_id', 'stairwells', 'number'"),
    "stays": (PERSON, DELIVERY, "'place_id', 'places', 'number'"),
    "areas": (DELIVERY,),
}
"""What is checked at an insert since migration 0002."""
ENDED = ("facts", "homes", "areas")
BY = ("recorded_by", "struck_by")
BY_ENDED = ("end_recorded_by",)


# One look at the rows says which columns name anything, and which one and the same row: a delivery's rows all name it, and no official.
POINTS = """
CREATE OR REPLACE FUNCTION records_point_somewhere() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $body$
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
            EXECUTE format('SELECT NOT EXISTS (SELECT FROM %I there WHERE there.%I = $1)', TG_ARGV[i + 1], TG_ARGV[i + 2])
                INTO lost USING named[i / 3 + 1][1];
        ELSE
            EXECUTE format(
                'SELECT count(*) > 0 FROM fresh LEFT JOIN %2$I there ON there.%3$I = fresh.%1$I
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
STAYING = """
CREATE TRIGGER officials_refuse_delete BEFORE DELETE ON officials FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
CREATE TRIGGER officials_keep_key BEFORE UPDATE OF id ON officials
    FOR EACH ROW WHEN (OLD.id <> NEW.id) EXECUTE FUNCTION records_keep_key();
REVOKE DELETE ON officials FROM yimatong_app;
"""
AGAIN = """
DROP TRIGGER {table}_point_somewhere ON {table};
CREATE TRIGGER {table}_point_somewhere AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION records_point_somewhere({inserted});
CREATE TRIGGER {table}_point_somewhere_still AFTER UPDATE ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION records_point_somewhere({updated});
"""


def guards() -> str:
    """The triggers of the four tables anew, with what they name beside; and officials that stay."""
    statements = [POINTS, STAYING]
    for table, pointing in POINTING.items():
        named = [f"'{column}_id', 'officials', 'id'" for column in (*BY, *(BY_ENDED if table in ENDED else ()))]
        named += ["'end_delivery_id', 'deliveries', 'id'"] if table in ENDED else []
        statements.append(AGAIN.format(table=table, inserted=", ".join((*pointing, *named)), updated=", ".join(named)))
    return "\n".join(statements)


def without_constraint(to: str) -> "models.ForeignKey[object]":
    """A reference that the trigger checks."""
    return models.ForeignKey(
        db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("records", "0013_stands_for")]
    operations = [
        *(
            migrations.AlterField(model, field, without_constraint(settings.AUTH_USER_MODEL))
            for model in ("area", "fact", "home", "stay")
            for field in (*BY, *(() if model == "stay" else BY_ENDED))
        ),
        *(
            migrations.AlterField(model, "end_delivery", without_constraint("records.delivery"))
            for model in ("area", "fact", "home")
        ),
        migrations.RunSQL(guards()),
    ]
