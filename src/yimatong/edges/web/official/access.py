"""Who may open which page, and how a mistake is told there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.edges.web.everybody.words import in_words
from yimatong.records.models import Official
from yimatong.records.queries import streets_of

Role = Official.Role
View = Callable[..., HttpResponseBase]
USED_UP = "looks-used-up"
"""The code of a mistake: as many people were looked at as an official may (counted.py)."""

ANYBODY = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK, Role.AUDITOR})
LIST_PEOPLE = frozenset({Role.CONTROL_OFFICE, Role.HEALTH})
OPEN_PERSON = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK})
SEE_DELIVERIES = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.AUDITOR})
GET_HELD_ROWS = frozenset({Role.CONTROL_OFFICE, Role.HEALTH})
SEE_PERMITS = ANYBODY
ISSUE_PERMITS = frozenset({Role.CONTROL_OFFICE, Role.CLERK})
DESK = frozenset({Role.CONTROL_OFFICE, Role.CLERK})
SEE_COLLECTIONS = DESK | {Role.AUDITOR}
SEE_POINTS = frozenset({Role.CONTROL_OFFICE, Role.AUDITOR})
RUN_POINTS = frozenset({Role.CONTROL_OFFICE})
SEE_FRAUD = DESK | {Role.AUDITOR}
JUDGE_FRAUD = frozenset({Role.CONTROL_OFFICE})
SEE_ROSTERS = frozenset({Role.EMPLOYER, Role.CLERK, Role.CONTROL_OFFICE, Role.HEALTH})
SEE_WORKERS = frozenset({Role.EMPLOYER, Role.CLERK, Role.CONTROL_OFFICE})
ASK_WORKERS = frozenset({Role.EMPLOYER, Role.CONTROL_OFFICE})
RECORD_TESTS = frozenset({Role.HEALTH})
END_PERMITS = frozenset({Role.CONTROL_OFFICE, Role.HEALTH})
SEE_CHECKPOINTS = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.AUDITOR})
RUN_CHECKPOINTS = frozenset({Role.CONTROL_OFFICE})
SEE_HAND_OVERS = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.AUDITOR})
RECEIVE = frozenset({Role.CONTROL_OFFICE, Role.HEALTH})
SEE_OUTREACH = ANYBODY
TELL = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.CLERK})
SEE_COMPLAINTS = frozenset({Role.CONTROL_OFFICE, Role.AUDITOR})
ANSWER_COMPLAINTS = frozenset({Role.CONTROL_OFFICE})
SEE_OBJECTIONS = ANYBODY
SETTLE_OBJECTIONS = frozenset({Role.CONTROL_OFFICE, Role.HEALTH})
HEAR_ANSWERS = SETTLE_OBJECTIONS | {Role.CLERK}
SEE_CORRECTIONS = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.AUDITOR})
CORRECT = frozenset({Role.CONTROL_OFFICE, Role.HEALTH})
SEE_WATCH = frozenset({Role.CONTROL_OFFICE, Role.HEALTH, Role.AUDITOR})
SEE_LOOKS = frozenset({Role.CONTROL_OFFICE, Role.AUDITOR})


def page(roles: frozenset[Role]) -> Callable[[View], View]:
    """A page for officials of these roles: others are refused (403), strangers sign in first.

    A mistake that a person can mend (YimatongError) is shown with its sentence, remedy and code, and nothing else.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if official(request).role not in roles:
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except YimatongError as mistake:
                return tell(request, mistake)

        return guarded

    return decorate


def tell(request: HttpRequest, mistake: YimatongError) -> HttpResponse:
    """Return the page of a mistake, in the reader's language: 422 where something else can be asked for, 500 where not."""
    status = 500 if isinstance(mistake, EnvironmentProblem) else 429 if mistake.code == USED_UP else 422
    shown = {
        "code": mistake.code,
        "place": mistake.place,
        "sentence": in_words(mistake.sentence),
        "remedy": in_words(mistake.remedy),
    }
    return render(request, "web/mistake.html", {"mistake": shown}, status=status)


def official(request: HttpRequest) -> Official:
    """Return who is signed in."""
    assert isinstance(request.user, Official)
    return request.user


def may_see(by: Official, street: int | None) -> bool:
    """Whether somebody of this street lies in the official's jurisdiction; unknown streets are the whole city's."""
    streets = streets_of(by.jurisdiction)
    return streets is None or (street is not None and streets[0] <= street <= streets[1])
