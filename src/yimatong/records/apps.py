"""The Django app `records`."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class Records(AppConfig):
    """Everything that is recorded about people and places."""

    name = "yimatong.records"
    label = "records"
    verbose_name = "记录"

    def ready(self) -> None:
        """Have every process compare its keys with the city's before it uses the database."""
        from yimatong.records.installation import compare

        connection_created.connect(compare, dispatch_uid="keys")
