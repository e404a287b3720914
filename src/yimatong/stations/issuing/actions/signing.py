"""The applicant signs a line of the register: on the screen, on a paper page that was scanned, or on the page that is filed.

The data of `screen` is JSON, strokes `[[[x, y], …], …]` in whole numbers, y downwards, or a PNG; of `scan` a PNG or JPEG; of
`paper` nothing: the signature stands on the printed page.
"""

from __future__ import annotations

import base64
from datetime import datetime

from django.db import IntegrityError, transaction

from yimatong.records import identity
from yimatong.records.actions import audit
from yimatong.records.models import Official
from yimatong.stations.issuing.actions.issuing import paper_of
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import Paper, Signature

LARGEST = 400_000
"""Bytes of a signature: strokes have some kilobytes, a scan of one line some more."""


@transaction.atomic
def sign_register(*, by: Official, number: str, how: str, data: bytes, now: datetime) -> Signature:
    """Keep the signature to the line of a pass, sealed, once; `signed-already`, `signature-wrong`."""
    paper = paper_of(number)
    at_desk(by, paper.point_id)
    made = keep(by, paper, how, data, now)
    audit.record(by=by, action="register.sign", subject=f"paper/{paper.number}", details={"how": how})
    return made


def keep(by: Official, paper: Paper, how: str, data: bytes, now: datetime) -> Signature:
    """The same in the caller's transaction, which audits."""
    least = 0 if how == Signature.How.PAPER else 1
    if how not in Signature.How.values or not least <= len(data) <= (LARGEST if least else 0):
        raise mistake("signature-wrong")
    sealed = identity.seal(base64.b64encode(data).decode(), "row")
    try:
        with transaction.atomic():
            return Signature.objects.create(entry=paper.entry, how=how, sealed=sealed, signed_at=now, by=by)
    except IntegrityError:
        raise mistake("signed-already") from None
