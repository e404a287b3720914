"""Home: everybody of the account with their colour, what waits for an answer, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.resident.session import page, show, tell_code
from yimatong.edges.web.resident.views.hearing import hearings
from yimatong.edges.web.resident.views.messages import unread
from yimatong.edges.web.resident.who import NEW, SELF, Who, everybody, known
from yimatong.records import clock
from yimatong.records.calendar import day
from yimatong.records.models import Look
from yimatong.stations.appeals.objections import said_by
from yimatong.stations.declarations import queries
from yimatong.stations.declarations.actions import checking_in, contradicting, earlier, family
from yimatong.stations.declarations.form import SYMPTOMS
from yimatong.stations.declarations.models import Account, CheckIn, Dependant
from yimatong.stations.issuing import companies
from yimatong.stations.judgements.queries import Explanation, explain
from yimatong.stations.judgements.tasks import judge_soon
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.models import DeviceBinding

RELATION_TITLES = {
    Dependant.Relation.CHILD: _("my child"),
    Dependant.Relation.WARD: _("my ward"),
    Dependant.Relation.PARENT: _("my parent"),
    Dependant.Relation.GRANDPARENT: _("my grandparent"),
    Dependant.Relation.SPOUSE: _("my husband or wife"),
    Dependant.Relation.OTHER: _("another relative"),
}
MOST_LOOKS = 50
OBJECTIONS_SHOWN = timedelta(days=14)


@dataclass(frozen=True)
class Card:
    """One person as the home page shows them."""

    who: Who
    it: Explanation
    checked_in: bool
    missed: tuple[date, ...]
    judged: bool
    objections: tuple[str, ...]
    """How the objections of the last days stand."""

    @property
    def relation(self) -> str:
        """What they are to the account, in words."""
        shown = self.who.shown
        return str(RELATION_TITLES.get(Dependant.Relation(shown.relation), "")) if shown and shown.relation else ""


def card(whose: Who) -> Card:
    """The card of somebody who has declared."""
    assert whose.person is not None
    now = clock.now()
    explained = explain(whose.person)
    return Card(
        whose,
        explained,
        CheckIn.objects.filter(person=whose.person, day=day(now)).exists(),
        queries.missed_days(whose.person, now),
        explained.run is not None,
        tuple(one.state for one in said_by(whose.person, now) if now - one.dispute.at < OBJECTIONS_SHOWN),
    )


@page
@require_GET
def home(request: HttpRequest, account: Account) -> HttpResponse:
    """Show everybody of the account."""
    cards = [card(whose) for whose in everybody(account)]
    draft = queries.progress(account, about=SELF)
    context = {
        "cards": cards,
        "new": not cards,
        "begun": draft.prefilled == "draft",
        "prefilled": draft.prefilled,
        "questions": queries.open_contradictions(account),
        "earlier": queries.waiting_earlier(account),
        "work": companies.work_of(account),
        "hearings": hearings(account, clock.now()),
        "news": unread(account, clock.now()),
    }
    return show(request, "me/home.html", context)


@page
@require_http_methods(["GET", "POST"])
def health(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """How somebody is today: the daily check-in, and a new symptom at any time."""
    whose = known(account, about)
    assert whose.person is not None
    error = False
    chosen: list[str] | None = None
    if request.method == "POST":
        chosen = request.POST.getlist("symptoms")
        error = not chosen or ("none" in chosen and len(chosen) > 1)
        if not error:
            symptoms = [one for one in chosen if one != "none"]
            done = checking_in.check_in(
                account=account, person=whose.person, symptoms=symptoms, now=clock.now(), at=timezone.now()
            )
            if done.touched:
                judge_soon()
            return tell_code(redirect("me:noted", about=whose.handle, what="unwell" if symptoms else "well"))
    options = [(key, in_words(text), key in (chosen or ())) for key, text in SYMPTOMS.items()]
    context = {"who": whose, "options": options, "none": chosen is not None and "none" in chosen, "error": error}
    return show(request, "me/health.html", context, status=422 if error else 200)


@page
@require_GET
def noted(request: HttpRequest, account: Account, about: str, what: str) -> HttpResponse:
    """Say that it was taken down, and what to do with a symptom."""
    whose = known(account, about)
    return show(request, "me/noted.html", {"who": whose, "unwell": what == "unwell"})


@page
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, account: Account) -> HttpResponse:
    """Ask what the person to be added is to the account; then declare for them."""
    from yimatong.edges.web.resident.views.review import RELATION

    if account.person_id is None:
        return redirect("me:declare", about=SELF)
    error = False
    if request.method == "POST":
        relation = request.POST.get("relation", "")
        error = relation not in Dependant.Relation.values
        if not error:
            request.session[RELATION] = relation
            return redirect("me:declare", about=NEW)
    options = [(relation.value, str(title), False) for relation, title in RELATION_TITLES.items()]
    return show(request, "me/add.html", {"options": options, "error": error}, status=422 if error else 200)


@page
@require_http_methods(["GET", "POST"])
def detach(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """Take somebody off this phone, their code with them; what was declared stays."""
    whose = known(account, about)
    assert whose.person is not None
    if request.method == "POST":
        now = clock.now()
        with transaction.atomic():
            for former in family.detach(account=account, person=whose.person, now=now):
                bindings.end_all(person=whose.person, account=former, why=DeviceBinding.Why.DETACHED, now=now)
        return redirect("me:home")
    return show(request, "me/detach.html", {"who": whose})


@page
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, account: Account) -> HttpResponse:
    """What the city asks the person: contradictions to be answered, earlier declarations to be confirmed."""
    if request.method == "POST":
        given, now = request.POST.get("number", ""), clock.now()
        number = whole(given) or 0
        if request.POST.get("go") == "answer":
            contradicting.answer(account=account, contradiction=number, words=request.POST.get("words", ""), now=now)
        elif request.POST.get("go") == "confirm":
            earlier.confirm_earlier(account=account, earlier=number, now=now)
        else:
            earlier.reject_earlier(account=account, earlier=number, now=now)
        return redirect("me:questions")
    context = {"cases": queries.open_contradictions(account), "earlier": queries.waiting_earlier(account)}
    return show(request, "me/questions.html", context)


@page
@require_GET
def looks(request: HttpRequest, account: Account, about: str) -> HttpResponse:
    """Who looked at this person's record: when, in which office, why."""
    whose = known(account, about)
    rows = Look.objects.select_related("by").filter(person=whose.person).order_by("-id")[:MOST_LOOKS]
    return show(request, "me/looks.html", {"who": whose, "looks": rows, "most": MOST_LOOKS})
