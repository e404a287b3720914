"""Disputes may be said at an issuing point, to an official who writes them down."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("appeals", "0004_complaints_stay"),
        ("issuing", "0005_signed_on_paper"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="dispute",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="declarations.account",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="point",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="issuing.point"
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="official",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=Q(account__isnull=False, point=None, official=None)
                | Q(account=None, point__isnull=False, official__isnull=False),
                name="disputes_by_an_account_or_at_a_point",
            ),
        ),
    ]
