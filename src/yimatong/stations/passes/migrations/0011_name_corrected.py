"""A pass can be recalled because its holder's identity was corrected (actions/correcting.py)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("passes", "0010_keys_by_function"),
    ]

    operations = [
        migrations.AlterField(
            model_name="credential",
            name="cause",
            field=models.CharField(
                choices=[
                    ("colour", "颜色改变"),
                    ("permit", "特别通行证改变"),
                    ("unknown", "研判结果失效"),
                    ("ended", "绑定结束"),
                    ("name", "身份更正"),
                ],
                default="",
                max_length=7,
            ),
        ),
    ]
