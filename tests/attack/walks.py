"""An official walks through the city, or makes their own day smaller; a stranger guesses at a door."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.acting import PASSWORD
from tests.attack.guards import granted, put, untriggered, without
from tests.attack.town import Attacked
from tests.attack.tries import Denied, Found, Noticed, Refused, attack
from tests.integration.passes.town import a_document
from tests.integration.web.looking import WHY
from tests.integration.web.town import id_number
from yimatong.edges.web.everybody.officials import COOKIE
from yimatong.edges.web.official import counted, doors, references, searching
from yimatong.records import sums
from yimatong.records.actions import audit
from yimatong.records.models import Alarm, Look, LookDay
from yimatong.stations.declarations.actions import limits

SECTION = "records"
NOON = datetime.fromisoformat("2020-02-20T12:00:00+08:00")
RINGS = Found("an alarm", "at once")


@attack(
    "walk-by-person-numbers", who="clerk", aim="read", promise="R18 R1", how="open people by their internal numbers, one after the other",
    guard="a page takes a reference of its own session, and no number", answer=Refused("422"),
    off=[put(references, "person_of", lambda _request, text: int(text) if text.isdigit() else None)],
)  # fmt: skip
def walk_by_person_numbers(city: Attacked) -> bool:
    clerk = city.browser("clerk")
    for person in range(1, 6):
        answer = clerk.post(reverse("web:look"), {"person": person, **WHY})
        if answer.status_code != 302:
            raise Denied(answer.status_code)
    return Look.objects.filter(by__username="clerk").count() == 5


@attack(
    "button-of-a-colleague", who="clerk", aim="read", promise="R18", how="open somebody by the button of a page that a colleague was shown",
    guard="a reference is signed for its session", answer=Refused("422"), off=[put(references, "_salt", lambda _request: "web.person")],
)  # fmt: skip
def button_of_a_colleague(city: Attacked) -> bool:
    theirs, mine = city.browser("health"), city.browser("clerk")
    shown = references.reference(asked_by(theirs), city.red)
    answer = mine.post(reverse("web:look"), {"person": shown, **WHY})
    if answer.status_code != 302:
        raise Denied(answer.status_code)
    return Look.objects.filter(by__username="clerk", person=city.red).exists()


def asked_by(client: Client) -> object:
    """A request of this browser, as far as a reference is made for it."""
    return type("Asked", (), {"COOKIES": {COOKIE: client.cookies[COOKIE].value}})()


def searched(city: Attacked, documents: list[str]) -> bool:
    """Whether a clerk gets through these documents and nothing rings."""
    clerk = city.browser("clerk")
    for document in documents:
        answer = clerk.post(reverse("web:look"), {"id_type": "resident", "id_number": document, **WHY})
        assert answer.status_code in (302, 422)
    if Alarm.objects.filter(sort=Alarm.Sort.WALK, official__username="clerk").exists():
        raise Noticed("an alarm")
    return True


@attack(
    "walk-by-documents", who="clerk", aim="read", promise="R18", how="search for the documents that lie beside a neighbour's, in no order",
    guard="documents that begin alike are counted", answer=RINGS,
    off=[without(searching._beside_each_other, "if now > window.budget.most:", "if False:")],
)  # fmt: skip
def walk_by_documents(city: Attacked) -> bool:
    return searched(city, [id_number(serial) for serial in (12, 3, 14, 5, 16, 7, 18, 9, 20, 1)])


@attack(
    "walk-in-order", who="clerk", aim="read", promise="R18", how="search for documents of one day after another",
    guard="searches that go one way are counted", answer=RINGS,
    off=[without(searching._in_order, "if max(up, down) >= IN_ORDER:", "if False:")],
)  # fmt: skip
def walk_in_order(city: Attacked) -> bool:
    return searched(city, sorted(a_document(number) for number in range(1, 14)))


@attack(
    "looks-without-end", who="clerk", aim="read", promise="R18 R1", how="look at one person after another, a minute long",
    guard="looks have a budget, counted in the database", answer=Refused("looks-used-up"), off=[put(counted, "spend", lambda *_asked: None)],
)  # fmt: skip
def looks_without_end(city: Attacked) -> bool:
    clerk = city.official("clerk")
    # Two minutes' budget and more, should a minute end meanwhile.
    for n in range(70):
        counted.look(by=clerk, person=1 + n, why="流调核实", where="explain")
    return Look.objects.filter(by=clerk).count() == 70


def a_day(city: Attacked) -> None:
    """The clerk has looked at three people, and the sums are made."""
    for person in (1, 2, 3):
        audit.look(by=city.official("clerk"), person=person, why="因私", where="explain")
    sums.sum_day(sums.today())
    assert LookDay.objects.get(official__username="clerk").looks == 3


@attack(
    "day-made-smaller", who="yimatong_app", aim="hide", promise="R19", how="UPDATE the sum of one's own looks",
    guard="the sums are written by their function alone", answer=Refused("42501"), off=[granted("UPDATE ON look_days"), untriggered("look_days")],
)  # fmt: skip
def day_made_smaller(city: Attacked) -> bool:
    a_day(city)
    city.by("yimatong_app", "UPDATE look_days SET looks = 0, people = 0")
    return LookDay.objects.get(official__username="clerk").looks == 0


@attack(
    "searches-deleted", who="yimatong_app", aim="hide", promise="R19 C3", how="DELETE one's searches, so that the sum made of them is smaller",
    guard="the role has no DELETE on searches; behind it YMT04", answer=Refused("42501"), off=[granted("DELETE ON searches"), untriggered("searches")],
)  # fmt: skip
def searches_deleted(city: Attacked) -> bool:
    searched(city, [id_number(1)])
    city.by("yimatong_app", "DELETE FROM searches")
    a_day(city)
    return LookDay.objects.get(official__username="clerk").searches == 0


@attack(
    "look-of-another-day", who="clerk", aim="hide", promise="R19", how="write a look as one of last week, which no sum of today has",
    guard="a look has the database's time", answer=Refused("its own time"), off=[untriggered("looks")],
)  # fmt: skip
def look_of_another_day(city: Attacked) -> bool:
    clerk = city.official("clerk")
    audit.confirm(clerk)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO looks (by_id, person_id, why, \"where\", at) VALUES (%s, %s, '因私', 'explain', now() - interval '7 days')",
            [clerk.pk, city.red],
        )
    if timezone.now() - Look.objects.get(by=clerk).at < timedelta(days=1):
        raise Denied("its own time")
    sums.sum_day(sums.today())
    return not LookDay.objects.filter(official=clerk).exists()


def sign_in(client: Client, password: str, address: str) -> int:
    """What the sign-in page answers to the clerk's name."""
    return client.post(
        reverse("web:login"), {"username": "clerk", "password": password, "code": ""}, REMOTE_ADDR=address
    ).status_code


def flooded(wrong: int) -> None:
    """So many wrong passwords of strangers, each from a network and a browser of its own."""
    for n in range(wrong):
        sign_in(Client(), "wrong", f"10.{n}.0.1")


@attack(
    "password-guessed", who="stranger on the network", aim="power", promise="R20 R3", how="guess an official's password from eleven networks, the last time rightly",
    guard="tries at one name are counted from everywhere", answer=Refused("429"), off=[put(limits, "wait", lambda *_a, **_k: 0)],
)  # fmt: skip
def password_guessed(city: Attacked) -> bool:
    with put(timezone, "now", lambda: NOON)(city):
        flooded(11)
        client = Client()
        status = sign_in(client, PASSWORD, "10.99.0.1")
    if status == 429:
        raise Denied(429)
    return COOKIE in client.cookies


@attack(
    "locked-out-by-guessing", who="stranger on the network", aim="stop", promise="R20", how="guess until the official is not let in either",
    guard="a device that the official has signed in on has a budget of its own", answer=Refused("the official is in"),
    off=[put(doors, "known_name", lambda *_asked: "")],
)  # fmt: skip
def locked_out_by_guessing(city: Attacked) -> bool:
    with put(timezone, "now", lambda: NOON)(city):
        client = Client()
        assert sign_in(client, PASSWORD, "192.0.2.7") == 302
        client.post(reverse("web:logout"))
        flooded(12)
        status = sign_in(client, PASSWORD, "192.0.2.7")
    if status == 302:
        raise Denied("the official is in")
    return status == 429


@attack(
    "guesses-that-nobody-hears", who="stranger on the network", aim="hide", promise="R20", how="guess slowly, an hour long, within every budget",
    guard="wrong passwords at one official ring", answer=RINGS, off=[put(doors, "ATTACKED", 10_000)],
)  # fmt: skip
def guesses_that_nobody_hears(city: Attacked) -> bool:
    for minutes in (0, 10, 20):
        moment = NOON + timedelta(minutes=minutes)
        with put(timezone, "now", lambda moment=moment: moment)(city):
            flooded(9)
    if Alarm.objects.filter(sort=Alarm.Sort.PASSWORDS, official__username="clerk").exists():
        raise Noticed("an alarm")
    return True
