"""`yimatong worker`: works on jobs and the nightly schedule until it is told to stop."""

from __future__ import annotations

import asyncio
import signal

import click


@click.command("worker")
@click.option("--jobs", type=click.IntRange(1, 16), default=4, show_default=True, help="Jobs worked on at once.")
def command(jobs: int) -> None:
    """Work on jobs from the database, first on what comes each minute; Ctrl-C or SIGTERM ends it after the present job.

    When the database goes away, it waits for it and goes on by itself.
    """
    from yimatong.site.returning import keep_at

    keep_at(lambda: work(jobs))


def work(jobs: int) -> None:
    """Work until told to stop; EnvironmentProblem, or what the database says, when it is away."""
    from yimatong.site.program import database

    with database():
        from procrastinate.contrib.django import app

        from yimatong.records import policies
        from yimatong.records.jobs import begin_at_once, keep_going

        policies.refuse_other_zone()
        begin_at_once(app)
        over = keep_going(app)
        try:
            asyncio.run(_work(jobs))
        finally:
            over.set()


async def _work(jobs: int) -> None:
    """The same. The queue does not say by itself whether it ended because somebody asked, or because it cannot go on."""
    from procrastinate.contrib.django import app

    from yimatong.records.tasks import SILENT
    from yimatong.site.program import problem

    loop, told = asyncio.get_running_loop(), asyncio.Event()
    with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
        async with working.open_async():
            # A job a minute is done with when it has succeeded; those that failed stay to be looked at.
            working_on = asyncio.ensure_future(
                working.run_worker_async(
                    concurrency=jobs, listen_notify=True, delete_jobs="successful", stalled_worker_timeout=SILENT,
                    install_signal_handlers=False,
                )
            )  # fmt: skip

            def stop() -> None:
                told.set()
                working_on.cancel()

            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stop)
            try:
                await working_on
            except asyncio.CancelledError:
                if not told.is_set():
                    raise
    if not told.is_set():
        raise problem("database-does-not-answer")
