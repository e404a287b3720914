"""The phone's API as a browser asks it: sessions, CSRF, tokens, ETags, and one shape for every mistake."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.passes.town import NOW, Phone, an_account, bind, looks_after, people, publish
from yimatong.edges.web.devices import limits
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.stations.declarations.models import Account
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.actions.bindings import Keys
from yimatong.stations.passes.models import Credential, DeviceBinding

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.fixture(autouse=True)
def in_february(monkeypatch: pytest.MonkeyPatch) -> None:
    """The city lives in February 2020."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def raw(value: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def signed_in(account: Account, *, strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=strict)
    session = client.session
    session["account"] = account.pk
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def post(client: Client, path: str, body: object, **headers: str) -> Any:
    return client.post(f"/e/{path}", json.dumps(body), content_type="application/json", headers=headers)


def brought(client: Client, who: str, phone: Phone) -> dict[str, object]:
    challenge = raw(post(client, "bind/challenge", {"who": who}).json()["challenge"])
    keys = Keys(phone.key.point, phone.points, challenge, b"")
    keys = replace(keys, signature=phone.key.sign(bindings.proof(keys)))
    return {
        "who": who, "challenge": text(challenge), "device_key": text(keys.device),
        "window_keys": [text(point) for point in keys.windows], "signature": text(keys.signature),
    }  # fmt: skip


def test_from_the_list_of_people_to_a_strip(system: Official):
    mother, child = people(2)
    publish({mother.pk: "green"})
    account = an_account(mother)
    ward = looks_after(account, child)
    client = signed_in(account)
    told = client.get("/e/people").json()["people"]
    assert [(one["who"], one["relation"], one["state"], one["colour"], one["bound"]) for one in told] == [
        ("self", "self", "judged", "green", False),
        (f"d{ward.pk}", "child", "not-judged", "unknown", False),
    ]
    made = post(client, "bind", brought(client, "self", Phone()))
    assert made.status_code == 201, made.json()
    body = made.json()
    assert body["days"] == ["2020-02-20", "2020-02-21", "2020-02-22", "2020-02-23"]
    strip = Client().get("/e/strip/2020-02-20", headers={"Authorization": f"YMT {body['token']}"})
    assert strip.json()["colour"] == "green"
    assert strip.headers["Cache-Control"] == "private, no-cache"
    same = Client().get(
        "/e/strip/2020-02-20", headers={"Authorization": f"YMT {body['token']}", "If-None-Match": strip.headers["ETag"]}
    )
    assert (same.status_code, same.content) == (304, b"")
    assert client.get("/e/people").json()["people"][0]["bound"] is True
    assert post(client, "bind", brought(client, "self", Phone())).json()["code"] == "bound-elsewhere"
    moved = post(client, "rebind", brought(client, "self", Phone()))
    assert moved.status_code == 201
    old = Client().get("/e/strip/2020-02-20", headers={"Authorization": f"YMT {body['token']}"})
    assert (old.status_code, old.json()["state"]) == (410, "moved")
    given_up = Client().post("/e/unbind", headers={"Authorization": f"YMT {moved.json()['token']}"})
    assert given_up.json() == {"state": "ended"}


def test_a_token_needs_one_look_up_and_no_session(system: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    client = signed_in(an_account(person))
    token = post(client, "bind", brought(client, "self", Phone())).json()["token"]
    header = {"Authorization": f"YMT {token}"}
    Client().get("/e/strip/2020-02-20", headers=header)
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/e/strip/2020-02-20", headers=header)
    assert answer.status_code == 200
    assert [one["sql"][:60] for one in asked if "device_bindings" not in one["sql"]] == []


def test_no_answer_holds_a_reason_a_number_of_a_person_or_a_document(system: Official):
    (person,) = people(1)
    publish({person.pk: "red"})
    client = signed_in(an_account(person))
    token = post(client, "bind", brought(client, "self", Phone())).json()["token"]
    strip = Client().get("/e/strip/2020-02-20", headers={"Authorization": f"YMT {token}"}).json()
    assert strip["colour"] == "red"
    assert set(strip) == {"state", "day", "issue", "colour", "until", "passes", "trust", "renew"}
    assert {key for one in strip["passes"] for key in one} == {"pass", "word", "key", "from", "to"}
    told = json.dumps([client.get("/e/people").json(), client.get("/e/status").json()])
    assert person.name not in told
    assert "330299" not in told


def test_whoever_waits_has_the_new_colour_with_the_next_strip(system: Official):
    (person,) = people(1)
    client = signed_in(an_account(person))
    token = post(client, "bind", brought(client, "self", Phone())).json()["token"]
    header = {"Authorization": f"YMT {token}"}
    assert Client().get("/e/strip/2020-02-20", headers=header).json()["state"] == "not-judged"
    publish({person.pk: "yellow"})
    assert client.get("/e/status").json()["people"][0]["colour"] == "yellow"
    assert Client().get("/e/strip/2020-02-20", headers=header).json()["colour"] == "yellow"
    assert Credential.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("people", 401, "not-signed-in"),
        ("status", 401, "not-signed-in"),
        ("strip/2020-02-20", 401, "token-unknown"),
        ("bind", 405, "wrong-method"),
    ],
)
def test_nobody_is_told_so_in_one_shape(system: Official, path: str, status: int, code: str):
    answer = Client().get(f"/e/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"code", "zh", "en", "remedy_zh", "remedy_en", "sentence", "remedy"}


def test_a_post_of_a_session_needs_its_csrf_token(system: Official):
    (person,) = people(1)
    client = signed_in(an_account(person), strict=True)
    assert post(client, "bind/challenge", {"who": "self"}).json()["code"] == "csrf"
    client.get("/e/people")
    token = client.cookies["csrftoken"].value
    assert post(client, "bind/challenge", {"who": "self"}, **{"X-CSRFToken": token}).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {}, {"who": "d"}, {"who": "1"}, {"who": "self", "more": 1}, {"who": 7}, [], "self", None,
    ],
)  # fmt: skip
def test_wrong_bodies_are_refused_without_repeating_them(system: Official, wrong: object):
    (person,) = people(1)
    client = signed_in(an_account(person))
    answer = post(client, "bind/challenge", wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "body-wrong")
    assert post(client, "bind", {"who": "self", "challenge": "=" * 9}).json()["code"] == "body-wrong"
    assert client.post("/e/bind", b"\xff{" * 9_000, content_type="application/json").json()["code"] == "body-wrong"


def test_other_peoples_dependants_are_not_shown(system: Official):
    mother, stranger, child = people(3)
    ward = looks_after(an_account(mother), child)
    client = signed_in(an_account(stranger))
    assert post(client, "bind/challenge", {"who": f"d{ward.pk}"}).json()["code"] == "not-your-person"
    assert post(client, "bind/challenge", {"who": f"d{10**11}"}).json()["code"] == "not-your-person"


def test_an_account_that_has_not_declared_is_told_so(system: Official):
    told = signed_in(an_account()).get("/e/people").json()
    assert told == {"people": [{"who": "self", "relation": "self", "state": "not-declared", "bound": False}]}


def test_one_phone_that_asks_too_often_waits_and_the_others_do_not(system: Official):
    one, other = people(2)
    publish({one.pk: "green", other.pk: "green"})
    tokens = []
    for person in (one, other):
        client = signed_in(an_account(person))
        tokens.append(post(client, "bind", brought(client, "self", Phone())).json()["token"])
    answers = [
        Client().get("/e/strip/2020-02-20", headers={"Authorization": f"YMT {tokens[0]}"})
        for _ in range(limits.STRIPS.most + 1)
    ]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    strangers = [
        Client().get("/e/strip/2020-02-20", headers={"Authorization": f"YMT {number:022d}"}).status_code
        for number in range(130)
    ]
    assert strangers[0] == 401
    assert strangers[-1] == 429
    good = Client().get("/e/strip/2020-02-20", headers={"Authorization": f"YMT {tokens[1]}"})
    assert good.status_code == 200, "of the same network, and it has done nothing"


def test_the_time_is_told(system: Official):
    time = Client().get("/e/time").json()
    assert time == {"now": int(NOW.timestamp() * 1000), "shift": int(clock.shift().total_seconds() * 1000)}


def test_who_is_looked_after_no_longer_is_shown_on_that_phone_no_longer(system: Official) -> None:
    guardian, child = people(2)
    publish({guardian.number: "green", child.number: "green"})
    account = an_account(guardian)
    looks_after(account, child)
    bound = bind(account, child.number)
    client = signed_in(account)

    assert client.post("/me/f1/detach/").status_code == 302

    ended = DeviceBinding.objects.get(pk=bound.binding)
    assert (ended.why, ended.ended_at is not None) == ("detached", True)
    assert Credential.objects.get(binding=ended).recalled_at is not None
