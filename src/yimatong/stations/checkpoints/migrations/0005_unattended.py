"""Documents have a fifth value, `unattended`: the cells of passages that are kept are counted anew."""

from django.db import migrations

# The document is the last field, so the cell of a situation was `rest * 4 + document` and is `rest * 5 + document`.
COUNTED_ANEW = """
ALTER TABLE passages DISABLE TRIGGER refuse_change;
UPDATE passages SET cell = cell / 4 * 5 + cell % 4;
ALTER TABLE passages ENABLE TRIGGER refuse_change;
"""


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0004_control_hours_and_emergencies")]
    operations = [migrations.RunSQL(COUNTED_ANEW)]
