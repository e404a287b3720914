"""Why one person has this colour. Opened only through a look of one's own that is less than half an hour old."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from yimatong.core.errors import YimatongError
from yimatong.core.text import message
from yimatong.edges.web.everybody.explaining import cards, timeline
from yimatong.edges.web.everybody.facts import fact_title, facts_of, in_core
from yimatong.edges.web.everybody.policies import policy_in_force
from yimatong.edges.web.everybody.words import masked
from yimatong.edges.web.office.looks import EXPLAIN
from yimatong.edges.web.official import access
from yimatong.edges.web.official.frame import show
from yimatong.records import calendar, clock
from yimatong.records.models import Look
from yimatong.stations.judgements import queries, unfit
from yimatong.stations.judgements.discrepancies import open_ones
from yimatong.stations.judgements.online import judge_person

LASTS = timedelta(minutes=30)
"""How long a recorded look keeps its page open."""


@access.page(access.OPEN_PERSON)
def explanation(request: HttpRequest, look: int) -> HttpResponse:
    """Show the person of a look: the colour in force, or what the facts say of a past instant (`as_of`)."""
    seen = Look.objects.select_related("person").filter(pk=look, by=access.official(request), where=EXPLAIN).first()
    if seen is None:
        raise Http404
    if timezone.now() - seen.at > LASTS:
        return redirect(f"{reverse('web:look')}?over=1")
    asked = asked_instant(request.GET.get("as_of", ""))
    explained = explained_as_of(seen.person_id, asked)
    facts, policy = facts_of(seen.person_id), policy_in_force()
    context = {
        "look": seen,
        "over_at": seen.at + LASTS,
        "may_correct": access.official(request).role in access.CORRECT,
        "not_as_recorded": seen.person_id in {one.person for one in open_ones("default", tables=(unfit.TABLE,))},
        "may_see_deliveries": access.official(request).role in access.SEE_DELIVERIES,
        "name": masked(seen.person.name),
        "it": explained,
        "asked": asked,
        "latest": calendar.local(clock.now()),
        "cards": cards(explained, policy, in_core(facts)),
        "facts": [(fact, fact_title(fact.kind, fact.detail)) for fact in facts],
        "line": timeline(explained, facts, policy.zone),
    }
    return show(request, "web/explanation.html", context)


def explained_as_of(person: int, asked: datetime | None) -> queries.Explanation:
    """Return the verdict in force; for an instant before it, what was in force then; for one after it, a judgement made now."""
    if asked is None:
        return queries.explain(person)
    moment = min(asked, clock.now())
    in_force = queries.overview().run
    if in_force is None or moment >= in_force.as_of:
        return judge_person(person, as_of=moment)
    then = queries.run_at(moment)
    if then is None:
        raise mistake_nothing_then()
    return queries.explain_run(then.run, person)


def mistake_nothing_then() -> YimatongError:
    """Return the mistake of asking for an instant before the first judgement."""
    return YimatongError(
        "nothing-in-force-then",
        message("nothing had been judged at that instant."),
        remedy=message("choose a later instant, or judge that instant with yimatong judge."),
    )


def asked_instant(given: str) -> datetime | None:
    """Return the instant of a form's date-time field, in the installation's zone; None where none or nonsense is given."""
    try:
        parsed = parse_datetime(given)
    except ValueError:
        return None
    if parsed is None:
        return None
    return calendar.instant(parsed.date(), parsed.time()) if parsed.tzinfo is None else parsed
