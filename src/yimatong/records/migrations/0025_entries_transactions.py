"""An entry of the audit names its transaction, so that rows which were recorded in the same one find it. The database sets it itself."""

from django.db import migrations, models

NOTED = """
CREATE FUNCTION public.audit_entries_note_transaction() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    NEW.xact := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $body$;
CREATE TRIGGER note_transaction BEFORE INSERT ON public.audit_entries
    FOR EACH ROW EXECUTE FUNCTION public.audit_entries_note_transaction();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0024_identities_succeed")]
    operations = [
        migrations.AddField("auditentry", "xact", models.BigIntegerField(null=True, editable=False)),
        migrations.AddIndex("auditentry", models.Index(name="audit_entries_by_transaction", fields=["xact"])),
        migrations.RunSQL(NOTED),
    ]
