"""Why this colour: the fact, the rule, since when, until when, what ends it, what to do today; and to object to that very fact."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from yimatong.core.errors import YimatongError
from yimatong.edges.web.everybody import objecting
from yimatong.edges.web.everybody.explaining import Card, cards
from yimatong.edges.web.everybody.facts import facts_of, in_core
from yimatong.edges.web.everybody.policies import policy_in_force
from yimatong.edges.web.everybody.refusals import spoken
from yimatong.edges.web.resident.session import page, show
from yimatong.edges.web.resident.who import known
from yimatong.records import clock
from yimatong.stations.appeals.actions import dispute as disputing
from yimatong.stations.appeals.models import Dispute
from yimatong.stations.appeals.objections import said_by
from yimatong.stations.appeals.queries import disputes_of
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.models import Account
from yimatong.stations.judgements.queries import Explanation, ReasonExplained, explain

SOURCES = {
    "declaration": _("your own declaration"),
    "check-in": _("your own health report"),
}
MOST_PAST = 20


@dataclass(frozen=True)
class Told:
    """One reason with what the page adds: its number on the page, the dispute of its fact, who said the fact."""

    number: int
    card: Card
    dispute: Dispute | None

    @property
    def reason(self) -> ReasonExplained:
        """The reason itself."""
        return self.card.reason

    @property
    def source(self) -> str:
        """Where the fact comes from, in words that the person knows."""
        given = self.reason.evidence.source or ""
        return str(SOURCES.get(given.split(":")[0], given))


def told(it: Explanation) -> list[Told]:
    """The reasons as the page shows them, the strictest first."""
    said = disputes_of(it.person)
    found = cards(it, policy_in_force(), in_core(facts_of(it.person)))
    return [Told(number, card, said.get(card.reason.evidence.fact)) for number, card in enumerate(found, start=1)]


@page
@require_GET
def why(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """Show the colour in force with its reasons and its history."""
    whose = known(account, about)
    assert whose.person is not None
    it = explain(whose.person)
    context = {
        "who": whose,
        "it": it,
        "told": told(it),
        "objections": objecting.told(said_by(whose.person, clock.now())),
        "history": it.history[:MOST_PAST],
        "declarations": queries.history_of(whose.person)[:MOST_PAST],
    }
    return show(request, "me/why.html", context)


@page
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, account: Account, about: str, number: int) -> HttpResponse:
    """Object to the fact behind one reason."""
    whose = known(account, about)
    assert whose.person is not None
    reason = next((one for one in told(explain(whose.person)) if one.number == number), None)
    if reason is None:
        raise Http404
    mistake: YimatongError | None = None
    words = request.POST.get("words", "")
    if request.method == "POST":
        # The number is that of the page that was read; the fact named there is what is meant.
        evidence = request.POST.get("evidence", "")
        try:
            disputing(account=account, person=whose.person, evidence=evidence, words=words, now=clock.now())
            return redirect("me:why", about=about)
        except YimatongError as problem:
            mistake = problem
    context = {"who": whose, "told": reason, "words": words, "mistake": spoken(mistake) if mistake else None}
    return show(request, "me/dispute.html", context, status=422 if mistake else 200)
