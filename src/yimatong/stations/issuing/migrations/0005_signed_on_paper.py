"""A signature may stand on the paper page alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("issuing", "0004_desk_guards")]
    operations = [
        migrations.AlterField(
            model_name="signature",
            name="how",
            field=models.CharField(
                choices=[("screen", "屏幕签名"), ("scan", "纸质登记册扫描"), ("paper", "已在纸质登记册签名")],
                max_length=6,
            ),
        ),
    ]
