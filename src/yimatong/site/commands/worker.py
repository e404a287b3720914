"""`yimatong worker`: works on jobs and the nightly schedule until it is told to stop."""

from __future__ import annotations

import click

from yimatong.edges.cli.starting import needs_database


@click.command("worker")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Jobs worked on at once.")
@needs_database
def command(jobs: int) -> None:
    """Work on jobs from the database, first on what comes each minute; Ctrl-C or SIGTERM ends it after the present job."""
    from procrastinate.contrib.django import app

    from yimatong.records.jobs import begin_at_once, keep_going
    from yimatong.records.tasks import SILENT

    begin_at_once(app)
    keep_going(app)
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        # A job a minute is done with when it has succeeded; those that failed stay to be looked at.
        working.run_worker(
            concurrency=jobs, listen_notify=True, delete_jobs="successful", stalled_worker_timeout=SILENT
        )
