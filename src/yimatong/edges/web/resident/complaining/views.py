"""The two public pages: complaining, and where a complaint stands. Nobody says who they are; the receipt is theirs alone."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yimatong.edges.web.everybody.accounts import account_of
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.resident.session import open_page, show
from yimatong.edges.web.resident.source import source_of
from yimatong.records import clock, identity
from yimatong.stations.appeals import actions, queries
from yimatong.stations.appeals.errors import AppealError
from yimatong.stations.checkpoints.models import Checkpoint
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.checks import plain_phone

SLIP = re.compile(r"[0-9A-Za-z-]{1,32}")
RECEIPT = "complaint-receipt"
"""Where the session keeps the number of a receipt until it was shown."""
FIRST = "refused_despite_green"


@open_page
@require_http_methods(["GET", "POST"])
def complain(request: HttpRequest, checkpoint: int | None = None, slip: str = "") -> HttpResponse:
    """Ask what it is about; record it and show the receipt."""
    gate = _gate(checkpoint)
    if slip and not SLIP.fullmatch(slip):
        raise Http404
    kinds = queries.kinds(clock.now())
    chosen = request.POST.get("kind", FIRST if gate is not None and FIRST in kinds and slip == "" else "")
    shown = {
        "gate": gate,
        "slip": slip,
        "kinds": [(key, in_words(text), key == chosen) for key, text in kinds.items()],
        "words": request.POST.get("words", ""),
        "most": actions.MOST_COMPLAINED,
        "phone": request.POST.get("phone", ""),
        "account": (account := account_of(request)),
        "inbox": request.method == "GET" or "inbox" in request.POST,
    }
    if request.method == "GET":
        return show(request, "complain/complain.html", shown)
    phone = plain_phone(str(shown["phone"]))
    target = identity.phone_key(phone) if phone else None
    if no := limits.spend(what="complain", source=source_of(request), target=target, at=timezone.now()):
        return show(request, "complain/complain.html", {**shown, "mistake": spoken(no)}, status=429)
    now = clock.now()
    try:
        made = actions.complain(
            kind=chosen,
            checkpoint=checkpoint,
            text=str(shown["words"]),
            source="page",
            happened=now,
            now=now,
            slip=slip,
            account=account if "inbox" in request.POST else None,
            phone=str(shown["phone"]),
        )
    except AppealError as mistake:
        return show(request, "complain/complain.html", {**shown, "mistake": spoken(mistake)}, status=422)
    request.session[RECEIPT] = made.receipt
    return redirect("complain:done")


@open_page
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Show the receipt, to be copied or photographed; it stays in this browser until another complaint is made."""
    number = request.session.get(RECEIPT)
    if not number:
        return redirect("complain:receipt")
    return show(request, "complain/done.html", {"receipt": number})


@open_page
@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Show where the complaint of a receipt stands."""
    if request.method == "GET":
        return show(request, "complain/receipt.html")
    if no := limits.spend(what="complaint-look", source=source_of(request), at=timezone.now()):
        return show(request, "complain/receipt.html", {"mistake": spoken(no)}, status=429)
    number = request.POST.get("receipt", "")[:40]
    found = queries.by_receipt(number)
    if found is None:
        return show(request, "complain/receipt.html", {"unknown": True, "receipt": number}, status=422)
    kinds = queries.kinds(found.complaint.received)
    context = {
        "it": found,
        "gate": found.complaint.checkpoint,
        "kind": in_words(kinds[found.complaint.kind]) if found.complaint.kind in kinds else found.complaint.kind,
    }
    return show(request, "complain/standing.html", context)


def _gate(checkpoint: int | None) -> Checkpoint | None:
    if checkpoint is None:
        return None
    found = Checkpoint.objects.filter(pk=checkpoint).first() if checkpoint < 2**31 else None
    if found is None:
        raise Http404
    return found
