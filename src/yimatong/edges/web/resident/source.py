"""Where a question comes from, for the limits: the account, the browser, the network."""

from __future__ import annotations

import secrets

from django.http import HttpRequest

from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.resident.session import known_device
from yimatong.stations.declarations.actions.limits import Source

DEVICE = "me.device"


def source_of(request: HttpRequest) -> Source:
    """The source of a request, as far as it is known: a device that signed in here before is counted by the name it got then."""
    account, device = account_of(request), known_device(request)
    if not device and DEVICE not in request.session:
        request.session[DEVICE] = secrets.token_urlsafe(12)
    return Source(
        account=account.pk if account else None,
        device=device or str(request.session[DEVICE]),
        address=str(request.META.get("REMOTE_ADDR", "")),
        known=bool(device),
    )
