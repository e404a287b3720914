"""A role for who speaks for a company: it sees its own roster and no record of anybody (B7)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0008_journeys_said")]
    operations = [
        migrations.RemoveConstraint(model_name="official", name="officials_known_role"),
        migrations.AlterField(
            model_name="official",
            name="role",
            field=models.CharField(
                choices=[
                    ("control_office", "防控办"),
                    ("health", "卫健部门"),
                    ("clerk", "窗口人员"),
                    ("auditor", "审计人员"),
                    ("employer", "企业联络员"),
                    ("machine", "系统"),
                ],
                max_length=14,
            ),
        ),
        migrations.AddConstraint(
            model_name="official",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role__in", ["control_office", "health", "clerk", "auditor", "employer", "machine"])
                ),
                name="officials_known_role",
            ),
        ),
    ]
