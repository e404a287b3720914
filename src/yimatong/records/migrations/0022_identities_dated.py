"""Since when a person's identity stands and its digest, the identities that are over, and corrections (models/identities.py)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0021_jobs_of_a_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="identified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="identity_mac",
            field=models.BinaryField(null=True),
        ),
        migrations.CreateModel(
            name="IdentityCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "sex",
                    models.CharField(choices=[("female", "女"), ("male", "男"), ("unknown", "未说明")], max_length=7),
                ),
                (
                    "id_type",
                    models.CharField(
                        choices=[
                            ("resident", "居民身份证"),
                            ("hk_macau", "港澳居民来往内地通行证"),
                            ("taiwan", "台湾居民来往大陆通行证"),
                            ("foreign_permanent", "外国人永久居留身份证"),
                            ("passport", "护照"),
                            ("none", "无证件"),
                        ],
                        max_length=17,
                    ),
                ),
                ("id_key", models.UUIDField(null=True)),
                ("id_sealed", models.BinaryField(null=True)),
                ("id_tail", models.CharField(default="", max_length=4)),
                ("stood", models.BinaryField()),
                ("carried", models.BooleanField()),
                ("reason", models.CharField(max_length=400)),
                ("basis", models.CharField(max_length=400)),
                ("proposed_at", models.DateTimeField()),
                ("proposal_mac", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待确认"), ("confirmed", "已确认"), ("refused", "已拒绝")],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_reason", models.CharField(default="", max_length=400)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "identity_corrections",
            },
        ),
        migrations.CreateModel(
            name="FormerIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "sex",
                    models.CharField(choices=[("female", "女"), ("male", "男"), ("unknown", "未说明")], max_length=7),
                ),
                (
                    "id_type",
                    models.CharField(
                        choices=[
                            ("resident", "居民身份证"),
                            ("hk_macau", "港澳居民来往内地通行证"),
                            ("taiwan", "台湾居民来往大陆通行证"),
                            ("foreign_permanent", "外国人永久居留身份证"),
                            ("passport", "护照"),
                            ("none", "无证件"),
                        ],
                        max_length=17,
                    ),
                ),
                ("id_key", models.UUIDField(null=True)),
                ("id_sealed", models.BinaryField(null=True)),
                ("id_tail", models.CharField(default="", max_length=4)),
                ("identified_at", models.DateTimeField()),
                ("identity_mac", models.BinaryField()),
                ("until", models.DateTimeField()),
                ("why", models.CharField(max_length=400)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("xact", models.BigIntegerField(editable=False)),
                (
                    "ended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.person",
                    ),
                ),
                (
                    "correction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former",
                        to="records.identitycorrection",
                    ),
                ),
            ],
            options={
                "db_table": "former_identities",
            },
        ),
        migrations.AddIndex(
            model_name="identitycorrection",
            index=models.Index(fields=["person"], name="identity_corrections_of"),
        ),
        migrations.AddConstraint(
            model_name="identitycorrection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")), fields=("person",), name="identity_corrections_one_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="identitycorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ["confirmed", "refused"]),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="identity_corrections_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitycorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("basis", ""), _negated=True)),
                name="identity_corrections_have_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitycorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("decision_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="identity_corrections_refused_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="identitycorrection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("id_key", None), ("id_type", "none")),
                    models.Q(models.Q(("id_type", "none"), _negated=True), ("id_key__isnull", False)),
                    _connector="OR",
                ),
                name="identity_corrections_a_document_has_a_number",
            ),
        ),
        migrations.AddIndex(
            model_name="formeridentity",
            index=models.Index(fields=["person", "until"], name="former_identities_of"),
        ),
        migrations.AddConstraint(
            model_name="formeridentity",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("identified_at"))), name="former_identities_end_after_start"
            ),
        ),
    ]
