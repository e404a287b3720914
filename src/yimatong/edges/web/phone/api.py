"""The phone's API. Signed in: whom this account may show, binding, status. By token: strips. By nobody: the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token

from yimatong.core.text import in_all
from yimatong.edges.web.devices import limits
from yimatong.edges.web.devices.telling import No, answer, no
from yimatong.edges.web.phone.asking import asked_by, read, signed_in, token_of
from yimatong.edges.web.phone.bodies import Asked, Brought
from yimatong.records import clock
from yimatong.stations.declarations.models import Account
from yimatong.stations.declarations.wording import telling
from yimatong.stations.notifications.queries import of_person
from yimatong.stations.passes import queries, renewal
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.actions.bindings import Bound, Keys
from yimatong.stations.passes.days import KEYS, WINDOWS, day_named, day_of, name_of, seconds
from yimatong.stations.passes.errors import mistake
from yimatong.stations.passes.upkeep import follow_some

DESK = "desk"
TOLD_DAYS, MOST_TOLD = timedelta(days=3), 3


@asked_by("GET")
def time(request: HttpRequest) -> HttpResponse:
    """City time, and how far the city lives back."""
    return answer({"now": int(clock.now().timestamp() * 1000), "shift": int(clock.shift().total_seconds() * 1000)})


@asked_by("GET")
def people(request: HttpRequest) -> HttpResponse:
    """Whom this account may show; sets the CSRF cookie for what follows."""
    account = signed_in(request)
    get_token(request)
    return answer({"people": [one.told() for one in queries.people(account, clock.now())]})


@asked_by("GET")
def status(request: HttpRequest) -> HttpResponse:
    """The colours in force. Credentials that do not agree with them yet are brought in line now, for whoever waits."""
    account = signed_in(request)
    now = clock.now()
    shown = queries.people(account, now)
    behind = queries.behind([one.person for one in shown if one.person])
    if behind:
        follow_some(now=now, people=behind)
    return answer({"people": [one.status() for one in shown], "credential": "up-to-date"})


@asked_by("POST")
def challenge(request: HttpRequest) -> HttpResponse:
    """What the phone must sign."""
    account = signed_in(request)
    who = read(request, Asked).who
    person = 0 if who == DESK else _person(account, who)
    asked, until = bindings.challenge(account=account, person=person, at=datetime.now(UTC))
    return answer({"challenge": renewal.text(asked), "expires": int(clock.in_city(until).timestamp())})


@asked_by("POST")
def bind(request: HttpRequest) -> HttpResponse:
    """Bind this phone to somebody who is on no other."""
    return _bind(request, move=False)


@asked_by("POST")
def rebind(request: HttpRequest) -> HttpResponse:
    """Bind this phone, and end what stands in the way."""
    return _bind(request, move=True)


@asked_by("POST")
def unbind(request: HttpRequest) -> HttpResponse:
    """Give a person up, as the phone itself asks."""
    bindings.unbind(token=token_of(request), now=clock.now())
    return answer({"state": "ended"})


@asked_by("GET")
def strip(request: HttpRequest, day: str) -> HttpResponse:
    """A day's passes. No session, no cookie, no ORM."""
    token = token_of(request)
    if wait := limits.STRIPS.is_over(token):
        raise No("too-often", wait=wait)
    try:
        wanted = day_named(day)
    except ValueError:
        raise No("body-wrong") from None
    found = renewal.strip(token=token, day=wanted, now=clock.now())
    if found.state in ("bound", "not-judged"):
        return _with_etag(request, found.body, found.etag, "application/json", "private, no-cache")
    return _stranger(request) if found.state == "unknown" else no(f"binding-{found.state}", state=found.state)


@asked_by("GET")
def told(request: HttpRequest) -> HttpResponse:
    """What the phone's person was told in the last days: titles alone, since guards see this page. Asked when other passes came."""
    token = token_of(request)
    if wait := limits.STRIPS.is_over(token):
        raise No("too-often", wait=wait)
    person = queries.person_of_token(token)
    if person is None:
        return _stranger(request)
    how, rows = telling(), of_person(person, since=clock.now() - TOLD_DAYS, most=MOST_TOLD)
    words = [(row, how.told[row.kind].title) for row in rows]
    return answer(
        {
            "told": [
                {
                    "id": row.pk,
                    "at": seconds(row.at),
                    "zh": title.of("zh"),
                    "en": title.of("en"),
                    "title": in_all(title),
                }
                for row, title in words
            ]
        }
    )


def _stranger(request: HttpRequest) -> HttpResponse:
    """Nobody's token: guessing is hopeless, and yet counted."""
    wait = limits.STRANGERS.is_over(request.META.get("REMOTE_ADDR"))
    return no("too-often", wait=wait) if wait else no("token-unknown")


def _bind(request: HttpRequest, *, move: bool) -> HttpResponse:
    account = signed_in(request)
    brought = read(request, Brought)
    keys = Keys(brought.device_key, brought.window_keys, brought.challenge, brought.signature)
    now, at = clock.now(), datetime.now(UTC)
    if brought.transfer is not None:
        if wait := limits.STRANGERS.is_over(("transfer", account.pk)):
            raise No("too-often", wait=wait)
        doing = partial(bindings.bind_by_transfer, code=brought.transfer)
    else:
        doing = partial(bindings.bind, person=_person(account, brought.who), move=move)
    bound: Bound = doing(account=account, keys=keys, now=now, at=at)
    today = day_of(now)
    return answer(
        {
            "token": bound.token,
            "state": "bound" if bound.serial else "not-judged",
            "today": name_of(today),
            "days": [name_of(today + ahead) for ahead in range(queries.days_ahead() + 1)],
            "windows": WINDOWS,
            "keys": KEYS,
            "renew": {"after": 0, "within": 0},
        },
        201,
    )


def _person(account: Account, who: str) -> int:
    """The number behind `self` or `d7`; `not-your-person` where it is nobody of this account."""
    found = queries.person_of(account, who)
    if found is None:
        raise mistake("not-your-person")
    return found


def _with_etag(request: HttpRequest, data: bytes, etag: str, kind: str, kept: str) -> HttpResponse:
    given = str(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if etag in given:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type=kind)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = kept
    return response
