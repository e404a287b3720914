"""Indexes for whoever asks after some people and not after the whole city: what was struck of them, who is a case, whose contact ends."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0010_works")]
    operations = [
        migrations.AddIndex(
            "fact", models.Index(fields=["person"], name="facts_struck_of", condition=Q(struck_at__isnull=False))
        ),
        migrations.AddIndex(
            "fact", models.Index(fields=["person"], name="facts_cases", condition=Q(kind="case", struck_at=None))
        ),
        migrations.AddIndex(
            "fact", models.Index(fields=["end"], name="facts_contacts_end", condition=Q(kind="contact", struck_at=None))
        ),
        migrations.AddIndex(
            "home", models.Index(fields=["person"], name="homes_struck_of", condition=Q(struck_at__isnull=False))
        ),
        migrations.AddIndex(
            "stay", models.Index(fields=["person"], name="stays_struck_of", condition=Q(struck_at__isnull=False))
        ),
        migrations.AddIndex(
            "stay", models.Index(fields=["arrive"], name="stays_by_arrival", condition=Q(struck_at=None))
        ),
    ]
