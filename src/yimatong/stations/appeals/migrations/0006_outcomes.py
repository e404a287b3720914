"""What became of a dispute only grows: settled once, by an official who may strike, not by who wrote it down. YMT72: who."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

GUARDS = """
SELECT records_append_only('dispute_outcomes');
REVOKE SELECT ON dispute_outcomes FROM yimatong_judge;

CREATE FUNCTION dispute_outcomes_by_another() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT FROM officials WHERE id = NEW.by_id AND role NOT IN ('control_office', 'health'))
        OR EXISTS (SELECT FROM disputes WHERE id = NEW.dispute_id AND official_id = NEW.by_id)
    THEN
        RAISE EXCEPTION 'a dispute is settled by the office, not by who wrote it down' USING ERRCODE = 'YMT72';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER by_another BEFORE INSERT ON dispute_outcomes FOR EACH ROW EXECUTE FUNCTION dispute_outcomes_by_another();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0005_at_a_point"),
        ("records", "0003_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="DisputeOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.CharField(choices=[("corrected", "已更正"), ("stands", "维持")], max_length=9),
                ),
                ("struck", models.JSONField(default=list)),
                ("words_sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="appeals.dispute"
                    ),
                ),
            ],
            options={
                "db_table": "dispute_outcomes",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(finding="corrected") | Q(finding="stands", struck=[]),
                        name="dispute_outcomes_strike_what_is_corrected",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
