"""The first truthfulness wording, and the plain browser as the channel that is always there."""

from datetime import date
from typing import Any

from django.db import migrations

ZH = (
    "本人承诺：以上填报内容真实、准确、完整。本人知悉，隐瞒行程、接触史、症状或提供虚假信息，造成疫情传播或者有传播严重危险的，"
    "将依照《中华人民共和国传染病防治法》《中华人民共和国治安管理处罚法》《中华人民共和国刑法》等承担法律责任。"
    "情况有变化时，本人将及时更正。申报自愿；不便使用手机的，可到发证点申领纸质“甬行证”。"
)
EN = (
    "I declare that what I have filled in is true, exact and complete. I know that who hides travel, contacts or symptoms, or "
    "gives false information, and so spreads the disease or brings a grave danger of it, is liable under the Law on the "
    "Prevention and Control of Infectious Diseases, the Public Security Administration Punishments Law and the Criminal Law. "
    "I will correct it when things change. Declaring is voluntary; a paper pass is given at the issuing points."
)


def fill(apps: Any, schema_editor: Any) -> None:
    """Make the rows, once."""
    apps.get_model("declarations", "Statement").objects.get_or_create(
        version="2020-02-15", defaults={"zh": ZH, "en": EN, "first_day": date(2020, 2, 15)}
    )
    apps.get_model("declarations", "Channel").objects.get_or_create(
        slug="browser",
        defaults={"kind": "browser", "title_zh": "手机浏览器", "title_en": "Phone browser"},
    )


class Migration(migrations.Migration):
    dependencies = [("declarations", "0002_guards")]
    operations = [migrations.RunPython(fill)]
