"""Control zones that are one in certain hours alone, and passages by a work card while the code is down."""

from django.db import migrations, models

CONTROL_HOURS = """
ALTER TABLE checkpoints ALTER COLUMN control_hours SET DEFAULT '[]'::jsonb;
ALTER TABLE checkpoints ADD CONSTRAINT checkpoints_control_hours_of_a_control_zone
    CHECK (zone = 'control' OR control_hours = '[]'::jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0003_register")]

    operations = [
        migrations.AddField("checkpoint", "control_hours", models.JSONField(default=list)),
        migrations.RunSQL(CONTROL_HOURS),
        migrations.RemoveConstraint("flag", "checkpoint_flags_closed_list"),
        migrations.AlterField(
            "flag",
            "kind",
            models.CharField(
                choices=[
                    ("not-the-matrix", "与处置矩阵不符"), ("dead-pass", "放行时已收回"), ("impossible-time", "时间上不可能"),
                    ("record-changed", "同号异文"), ("clock", "时钟异常"), ("emergency", "故障时凭工作证通过"),
                ],
                max_length=15,
            ),
        ),
        migrations.AddConstraint(
            "flag",
            models.CheckConstraint(
                name="checkpoint_flags_closed_list",
                condition=models.Q(
                    kind__in=[
                        "not-the-matrix", "dead-pass", "impossible-time", "record-changed", "clock", "emergency",
                    ]
                ),
            ),
        ),
    ]  # fmt: skip
