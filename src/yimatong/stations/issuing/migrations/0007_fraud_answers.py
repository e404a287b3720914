"""What the holder says to a case stands in rows of its own, each with who wrote it; before the time to answer is over nothing is
settled, and afterwards nobody answers online any more. YMT56: a case settled, or answered, at the wrong time.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now

MOVED = """
INSERT INTO fraud_answers (case_id, how, words_sealed, at, by_id)
SELECT id, 'desk', answer_sealed, heard_at, coalesce(
    (SELECT by_id FROM audit_entries WHERE action = 'fraud.hear' AND subject = 'fraud/' || f.id ORDER BY number DESC LIMIT 1), opened_by_id)
FROM fraud_cases f WHERE answer_sealed IS NOT NULL;
"""
GUARDS = """
SELECT records_append_only('fraud_answers');
REVOKE SELECT ON fraud_answers FROM yimatong_judge;

CREATE FUNCTION fraud_answers_in_time() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT FROM fraud_cases WHERE id = NEW.case_id AND (state = 'settled' OR (NEW.how = 'online' AND NEW.at > answer_by))) THEN
        RAISE EXCEPTION 'a case is answered online in its time, and not after it was settled' USING ERRCODE = 'YMT56';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER in_time BEFORE INSERT ON fraud_answers FOR EACH ROW EXECUTE FUNCTION fraud_answers_in_time();

CREATE FUNCTION fraud_cases_wait() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF NEW.state = 'settled' AND NEW.settled_at <= NEW.answer_by THEN
        RAISE EXCEPTION 'before the time to answer is over nothing is decided' USING ERRCODE = 'YMT56';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER wait BEFORE UPDATE ON fraud_cases FOR EACH ROW WHEN (OLD.state <> 'settled') EXECUTE FUNCTION fraud_cases_wait();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0006_at_a_checkpoint"),
        ("issuing", "0006_roster_asked"),
        ("records", "0003_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="FraudAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "how",
                    models.CharField(choices=[("desk", "窗口笔录"), ("online", "本人网上答复")], max_length=6),
                ),
                ("words_sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="declarations.account",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="issuing.fraudcase"
                    ),
                ),
            ],
            options={
                "db_table": "fraud_answers",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(how="desk", by__isnull=False, account=None)
                        | Q(how="online", by=None, account__isnull=False),
                        name="fraud_answers_by_somebody",
                    )
                ],
            },
        ),
        migrations.RunSQL(MOVED),
        migrations.RemoveField(model_name="fraudcase", name="answer_sealed"),
        migrations.RunSQL(GUARDS),
    ]
