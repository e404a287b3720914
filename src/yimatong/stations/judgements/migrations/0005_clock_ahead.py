"""An earlier instant is published over one that lies ahead of the clock: a clock that was ahead must not hold everybody's colour there."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("yimatong.stations.judgements.migrations.0004_by_day").MOVING
MOVING = BEFORE.replace(
    "IF NEW.as_of < in_force.as_of THEN",
    "IF NEW.as_of < in_force.as_of AND in_force.as_of <= now() + interval '1 hour' THEN",
)


class Migration(migrations.Migration):
    dependencies = [("judgements", "0004_by_day")]

    operations = [migrations.RunSQL(MOVING, BEFORE)]
