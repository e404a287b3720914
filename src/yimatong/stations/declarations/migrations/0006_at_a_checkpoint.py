"""Checkpoints as a channel: nobody signs in there, a guard types what somebody says whose document is shown."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def fill(apps: Any, schema_editor: Any) -> None:
    """Make the channel, once, by the connection that migrates: it holds the table that was altered a moment ago."""
    channels = apps.get_model("declarations", "Channel").objects.using(schema_editor.connection.alias)
    channels.get_or_create(
        slug="checkpoint",
        defaults={"kind": "checkpoint", "title_zh": "卡点当场申报", "title_en": "Applied at a checkpoint"},
    )


class Migration(migrations.Migration):
    dependencies = [("declarations", "0005_retracted")]
    operations = [
        migrations.RemoveConstraint("channel", "channels_known_kind"),
        migrations.RemoveConstraint("channel", "channels_whole_by_kind"),
        migrations.AlterField(
            model_name="channel",
            name="kind",
            field=models.CharField(
                choices=[
                    ("oidc", "OpenID Connect"),
                    ("assertion", "签名断言"),
                    ("browser", "浏览器"),
                    ("checkpoint", "卡点"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "channel",
            models.CheckConstraint(
                name="channels_known_kind", condition=Q(kind__in=["oidc", "assertion", "browser", "checkpoint"])
            ),
        ),
        migrations.AddConstraint(
            "channel",
            models.CheckConstraint(
                name="channels_whole_by_kind",
                condition=Q(kind__in=["browser", "checkpoint"])
                | Q(kind="assertion", jwks__isnull=False) & ~Q(issuer="")
                | Q(kind="oidc") & ~Q(issuer="") & ~Q(client_id=""),
            ),
        ),
        migrations.RunPython(fill),
    ]
