"""How texts and service messages go out: by whom, under which reference, how each provider does, and which numbers are not their owner's."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0006_at_a_checkpoint"),
        ("records", "0016_key_fingerprints"),
    ]

    operations = [
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("name", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("preference", models.SmallIntegerField(default=100)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("failing_since", models.DateTimeField(null=True)),
                ("rests_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "providers",
            },
        ),
        migrations.CreateModel(
            name="WrongNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_key", models.UUIDField(db_index=True)),
                ("said_at", models.DateTimeField()),
            ],
            options={
                "db_table": "wrong_numbers",
            },
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="messages_waiting_can_be_sent",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="messages_waiting",
        ),
        migrations.AddField(
            model_name="channel",
            name="messages_secret_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="channel",
            name="messages_url",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="message",
            name="account",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="declarations.account",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="again_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            model_name="message",
            name="carries",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="in_doubt",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="reference",
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), unique=True),
        ),
        migrations.AddField(
            model_name="message",
            name="refusals",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="message",
            name="reported_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="turn",
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="message",
            name="way",
            field=models.CharField(
                choices=[("text", "短信"), ("channel", "渠道服务消息")], default="text", max_length=7
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("code", "验证码"),
                    ("receipt", "回执"),
                    ("answer", "短信查询答复"),
                    ("reminder", "每日打卡提醒"),
                    ("hearing", "请说明情况"),
                    ("told", "通知"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="phone_key",
            field=models.UUIDField(db_index=True, null=True),
        ),
        migrations.AlterField(
            model_name="message",
            name="provider",
            field=models.CharField(default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[("waiting", "待发送"), ("sending", "发送中"), ("sent", "已发送"), ("failed", "未能发送")],
                default="waiting",
                max_length=7,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "sending"])),
                fields=["turn", "id"],
                name="messages_in_turn",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("carries__isnull", False), ("state", "failed")),
                fields=["carries"],
                name="messages_not_arrived",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["made_at"], name="messages_by_age"),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(("messages_url", ""), ("messages_secret_sealed__isnull", False), _connector="OR"),
                name="channels_sign_what_they_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", True), ("phone_key__isnull", False), ("way", "text")),
                    models.Q(
                        ("account__isnull", False),
                        ("phone_key__isnull", True),
                        ("phone_sealed__isnull", True),
                        ("way", "channel"),
                    ),
                    _connector="OR",
                ),
                name="messages_by_a_known_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["sent", "failed"]),
                    models.Q(
                        ("text_sealed__isnull", False),
                        models.Q(("way", "channel"), ("phone_sealed__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="messages_waiting_can_be_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["waiting", "sending"]),
                    models.Q(("phone_sealed__isnull", True), ("text_sealed__isnull", True)),
                    _connector="OR",
                ),
                name="messages_over_keep_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sending"), _negated=True),
                    models.Q(("provider", ""), _negated=True),
                    _connector="OR",
                ),
                name="messages_sending_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_doubt", False), models.Q(("state", "waiting"), _negated=True), _connector="OR"),
                name="messages_in_doubt_stay",
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(("preference__gte", 0), ("preference__lte", 100)), name="providers_preference"
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.CheckConstraint(
                condition=models.Q(("failing_since__isnull", False), ("rests_until__isnull", True), _connector="OR"),
                name="providers_rest_while_they_fail",
            ),
        ),
        migrations.AddField(
            model_name="wrongnumber",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.person"),
        ),
        migrations.AddConstraint(
            model_name="wrongnumber",
            constraint=models.UniqueConstraint(fields=("person", "phone_key"), name="wrong_numbers_one_each"),
        ),
        # The judge has no business with who is told what, and where.
        migrations.RunSQL("REVOKE SELECT ON providers, wrong_numbers FROM yimatong_judge"),
    ]
