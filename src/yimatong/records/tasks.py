"""Looks are summed for the auditor, and the queue looks after itself: jobs of workers that died are taken up again, what failed long ago
is forgotten.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from yimatong.records import sums
from yimatong.records.jobs import noted

SILENT = 60
"""Seconds without a sign of life (a worker gives one every ten) after which a worker counts as dead."""
KEPT = 7 * 24
"""Hours for which a job that failed can be looked at."""
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="queue", queueing_lock="take_up", pass_context=True)
async def take_up(context: JobContext, timestamp: int) -> None:
    """Put back what a dead worker was doing. Where the same waits already, that is enough, and the dead one is let go."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        assert job.id is not None
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
        log.warning("job.taken_up", job=job.id, task_name=job.task_name, attempts=job.attempts)


@app.periodic(cron="41 * * * *")
@app.task(queue="queue", queueing_lock="forget", pass_context=True)
async def forget(context: JobContext, timestamp: int) -> None:
    """Forget jobs that failed a week ago; those that succeeded are gone at once."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEPT, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="*/10 * * * *")
@app.task(queue="queue", queueing_lock="sum_looks")
def sum_looks(timestamp: int) -> None:
    """Sum the looks of today and yesterday, and ring where nothing follows them, or where many were made red by few."""
    with noted("sum_looks"):
        today = sums.today()
        for day in (today - timedelta(days=1), today):
            sums.sum_day(day)
        sums.ring(today, timezone.now())
