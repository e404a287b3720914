"""The chain is sealed each minute; everything is verified each night, also where no night was judged."""

from __future__ import annotations

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from yimatong.records.jobs import AGAIN, alone, cron_of, later, wake, was_missed
from yimatong.stations.audits import chain, verifying

AFTER_NIGHT = 105
"""Minutes after the night's judgement at which everything is verified: after the looks of judgements and passes."""
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queue="reconciling", queueing_lock="seal_chain")
def seal_chain(timestamp: int = 0) -> None:
    """Seal what was added to the audit chain and recorded, and look at a part of what was sealed."""
    log.debug("audit.seal", scheduled=timestamp)
    with alone("seal_chain") as free:
        if free:
            chain.THIS_PROCESS.look()
            if was_missed("verify_everything"):
                wake(verify_everything)


@app.periodic(cron=cron_of(later(settings.YIMATONG_NIGHT, AFTER_NIGHT)))
@app.task(queue="verifying", queueing_lock="verify_everything", retry=AGAIN)
def verify_everything(timestamp: int = 0) -> None:
    """Verify everything, and judge a run again that is drawn."""
    log.info("audit.night", scheduled=timestamp)
    with alone("verify_everything") as free:
        if free:
            verifying.verify()
