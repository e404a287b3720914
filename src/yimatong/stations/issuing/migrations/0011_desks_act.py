"""Offline desks of before there were sessions act by one of their own, and codes that wait make one (records, migration 0020)."""

from django.db import migrations

DESKS = """
INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until)
SELECT clerk_id, sha256(convert_to('desk:' || replace(id::text, '-', ''), 'UTF8')), 'desk', enrolled_at, 'infinity'
FROM public.desk_devices;
INSERT INTO public.official_sessions (official_id, token_hash, sort, began_at, until)
SELECT clerk_id, secret, 'offer', made_at, until FROM public.desk_offers WHERE used_at IS NULL AND revoked_at IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("issuing", "0010_no_more_than_needed"), ("records", "0020_authors")]
    operations = [migrations.RunSQL(DESKS)]
