"""The queue in tests: worked on as `yimatong worker` does, and emptied."""

from __future__ import annotations

from django.db import connections
from procrastinate.contrib.django import app


def work() -> None:
    """Work on every job that is due, as `yimatong worker` does, then come back."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, concurrency=1)


def empty() -> None:
    """No jobs and workers of another test: Django does not know these tables as its own, and leaves them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers CASCADE")
