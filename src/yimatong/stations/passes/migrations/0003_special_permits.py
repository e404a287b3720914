"""Special permits that a desk issues: two of one person never overlap, and one is ended once, with its reason."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# A range of one number stands for the number: equality in such an index would need an extension. The minute in which a permit
# was ended early is free for the next one.
GUARDS = """
ALTER TABLE special_permits ADD CONSTRAINT special_permits_never_overlap EXCLUDE USING gist (
    int4range(person_id, person_id, '[]') WITH &&,
    tstzrange(start, coalesce(ended_at, "end"), '[)') WITH &&
) WHERE (ended_at IS NULL OR ended_at >= start);

CREATE FUNCTION special_permits_end_once() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    once text[] := ARRAY['ended_at', 'ended_by_id', 'ended_why', 'remainder_id'];
BEGIN
    IF OLD.ended_at IS NOT NULL OR to_jsonb(OLD) - once IS DISTINCT FROM to_jsonb(NEW) - once THEN
        RAISE EXCEPTION 'a special permit is ended once, and nothing else of it changes' USING ERRCODE = 'YMT37';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER end_once BEFORE UPDATE ON special_permits FOR EACH ROW EXECUTE FUNCTION special_permits_end_once();
CREATE TRIGGER refuse_delete BEFORE DELETE ON special_permits
    FOR EACH STATEMENT EXECUTE FUNCTION records_refuse_delete();
REVOKE DELETE ON special_permits FROM yimatong_app;
REVOKE SELECT ON special_permits FROM yimatong_judge;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("passes", "0002_guards"),
        ("records", "0008_journeys_said"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SpecialPermit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sort",
                    models.CharField(
                        choices=[("goods_driver", "货车司机"), ("commuter", "跨省通勤人员")], max_length=12
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        choices=[
                            ("police", "公安部门车辆通行证"),
                            ("transport", "交通运输部门车辆通行证"),
                            ("civil_affairs", "民政部门车辆通行证"),
                            ("employer", "单位通勤证明"),
                        ],
                        max_length=13,
                    ),
                ),
                ("document_sealed", models.BinaryField()),
                ("document_tail", models.CharField(max_length=4)),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("issued_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(default="", max_length=400)),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fact",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.fact"
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="special_permits", to="records.person"
                    ),
                ),
                (
                    "remainder",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.fact"
                    ),
                ),
            ],
            options={
                "db_table": "special_permits",
                "indexes": [models.Index(fields=["-issued_at"], name="special_permits_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("document__in", ["police", "transport", "civil_affairs"]), ("sort", "goods_driver")
                            ),
                            models.Q(("document", "employer"), ("sort", "commuter")),
                            _connector="OR",
                        ),
                        name="special_permits_closed_lists",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))), name="special_permits_end_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None), ("ended_why", ""), ("remainder", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("ended_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="special_permits_ended_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
