"""A case of fraud about one's own pass, or one's child's (A6): what is thought, on what grounds, and one's own answer in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.core.bounds import whole
from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.everybody.titles import HOW_ANSWERED
from yimatong.edges.web.resident.session import page, show
from yimatong.records import clock, identity
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing.actions import fraud
from yimatong.stations.issuing.models import FraudAnswer, FraudCase

THOUGHT: dict[str, Promise] = {
    "false_identity": _("that somebody got this pass with another person's identity"),
    "false_statement": _("that something was declared for this pass that is not so"),
    "forged": _("that this pass was forged or altered"),
    "lent": _("that this pass was lent or sold"),
}
SHOWN = timedelta(days=30)
"""How long a case that is settled is shown."""


@dataclass(frozen=True)
class Hearing:
    """A case as the person reads it."""

    case: FraudCase
    own: bool
    in_time: bool
    thought: str
    grounds: str
    answers: tuple[tuple[FraudAnswer, str, str], ...]


def hearings(account: Account, now: datetime) -> list[Hearing]:
    """The cases about the passes of an account's own person and children, open ones and those settled lately, the newest first."""
    rows = FraudCase.objects.filter(paper__person__in=fraud.speaks_for(account)).select_related("paper", "paper__point")
    return [
        Hearing(
            case=row,
            own=row.paper.person_id == account.person_id,
            in_time=row.state != FraudCase.State.SETTLED and now <= row.answer_by,
            thought=str(THOUGHT[row.says]),
            grounds=identity.unseal(row.grounds_sealed, "row"),
            answers=tuple(
                (one, str(HOW_ANSWERED[one.how]), identity.unseal(one.words_sealed, "row"))
                for one in row.answers.order_by("at", "pk")
            ),
        )
        for row in rows.order_by("-pk")
        if row.settled_at is None or now - row.settled_at < SHOWN
    ]


@page
@require_http_methods(["GET", "POST"])
def hearing(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the cases; take an answer in the person's own words, as often as they write one, until the time is over."""
    now, mistake, words = clock.now(), None, request.POST.get("words", "")
    given = request.POST.get("case", "")
    number = whole(given) or 0
    if request.method == "POST":
        try:
            fraud.answer(account=account, case=number, words=words, now=now)
            return redirect("me:hearing")
        except YimatongError as problem:
            mistake = problem
    context = {
        "cases": hearings(account, now),
        "number": number,
        "words": words,
        "most": fraud.MOST,
        "mistake": spoken(mistake) if mistake else None,
    }
    return show(request, "me/hearing.html", context, status=422 if mistake else 200)
