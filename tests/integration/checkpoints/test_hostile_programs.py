"""What programs send, with hostile values in the place of each value: scanners, offline desks, phones, gateways of texts. Never a 5xx.

Each request of a device is rightly signed: what is tried is what a device that somebody has broken into may say.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests import hostile
from tests.integration.checkpoints.guard import AT, Guard, b64, enrolment
from tests.integration.issuing.tablet import Tablet
from tests.integration.issuing.town import a_point, official
from tests.integration.passes.test_phone_api import brought, signed_in
from tests.integration.passes.town import Phone, an_account, people, publish
from yimatong.core.credential import FileKey
from yimatong.edges.web.devices import asking, limits
from yimatong.records.models import Official
from yimatong.stations.checkpoints import actions
from yimatong.stations.checkpoints.models import Checkpoint, Passage
from yimatong.stations.issuing.actions import desks

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
KEY = "gateway-key-of-the-tests-32-signs"
SLOWEST = 5.0
Ask = Callable[[str, str, bytes], Any]
WALKED = {
    "e/time": "GET", "e/people": "GET", "e/status": "GET", "e/bind/challenge": "POST", "e/bind": "POST", "e/rebind": "POST", "e/unbind": "POST",
    "e/strip/<word:day>": "GET", "e/told": "POST", "d/enrol": "POST", "d/sync": "POST", "d/carry": "POST", "d/extract": "GET",
    "d/extract-key": "POST", "d/divisions": "GET", "s/enrol": "POST", "s/sync": "POST", "s/extract": "GET", "s/extract-key": "POST", "s/apply": "POST",
    "s/divisions": "GET", "texts/received": "POST", "texts/delivered": "POST",
}  # fmt: skip
"""Every address that a program asks, and how; test_hostile_pages.py compares them with the product's."""


@pytest.fixture(autouse=True)
def no_limit_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in (limits.STRIPS, limits.STRANGERS, limits.SESSIONS, asking.ENROLMENTS, asking.STRANGERS):
        monkeypatch.setattr(limit, "is_over", lambda *_: 0)


def tried(ask: Ask, method: str, path: str, *good: Any) -> list[str]:
    """Everything hostile at an address, beginning from bodies that are right; what went wrong."""
    wrong, sent = [], 0
    for body in good or ({},):
        for raw in hostile.bodies(body):
            begun = monotonic()
            answer = ask(method, path, raw)
            sent += 1
            if answer.status_code >= 500 or monotonic() - begun > SLOWEST:
                wrong.append(f"{path} {raw[:150]!r}: {answer.status_code}")
    assert sent > 15
    for query in (
        "?q=" + hostile.DIGITS,
        "?q=a%00b",
        "?q=%ED%A0%80",
        "?epoch=" + hostile.DIGITS,
        "?" + "&".join(f"f{at}=1" for at in range(5_000)),
    ):
        answer = ask(method, path + query, b"")
        if answer.status_code >= 500:
            wrong.append(f"{path} {query[:60]}: {answer.status_code}")
    return wrong


def by_device(device: Guard) -> Ask:
    def ask(method: str, path: str, body: bytes) -> Any:
        device.client.raise_request_exception = False
        return device.client.generic(
            method,
            path,
            body,
            content_type="application/json",
            headers={"Authorization": device.header(method, path, body)},
        )

    return ask


def by_client(client: Client, **headers: str) -> Ask:
    client.raise_request_exception = False
    return lambda method, path, body: client.generic(
        method, path, body, content_type="application/json", headers=headers
    )


def test_a_scanner_that_somebody_broke_into_breaks_nothing(guard: Guard, gate: Checkpoint, system: Official) -> None:
    ask = by_device(guard)
    head = {"lists": {"trust": 1, "policy": AT, "recall": {"439452": 3}}, "clock": 0.5}
    batch = {
        "records": [
            guard.passage(),
            guard.record("complaint", of=1, complaint="plate", text="x"),
            guard.record("shift", event="begin", guard="王", counts={"green": 1}, note=""),
        ],
        **head,
    }
    application = {
        "name": "林晓岚", "id_type": "resident", "id_number": "330299198001010018", "phone": "17000000201", "home_division": "330203001",
        "symptoms": [], "contact_symptomatic": False, "contact_confirmed": False, "itinerary": [{"division": 420106001, "from": "2020-02-08", "to": "2020-02-09"}],
        "statement": "2020-02-15", "language": "zh",
    }  # fmt: skip
    wrong = (
        tried(ask, "POST", "/s/sync", batch)
        + tried(ask, "POST", "/s/apply", application)
        + tried(ask, "POST", "/s/extract-key")
    )
    wrong += tried(ask, "GET", "/s/extract") + tried(ask, "GET", "/s/apply") + tried(ask, "GET", "/s/divisions")
    (offer,) = actions.offer_enrolments(by=system, checkpoint=gate.number, at=datetime.now(UTC))
    wrong += tried(by_client(Client()), "POST", "/s/enrol", enrolment(offer.secret, FileKey.made()))
    for header in (
        "",
        "YMT-S " + "9" * 5000,
        f"YMT-S {guard.device}.{'9' * 16}.{'A' * 86}",
        f"YMT-S {guard.device}.{'9' * 17}.{'A' * 86}",
        "YMT-S \u00b2",
    ):
        wrong += [str(header) for _ in range(1) if guard.ask("POST", "/s/sync", batch, header).status_code >= 500]
    assert not wrong, "\n".join(wrong[:30])
    before = Passage.objects.count()
    assert guard.sync(guard.passage())["refused"] == [], "and it still works"
    assert Passage.objects.count() == before + 1


def test_an_offline_desk_that_somebody_broke_into_breaks_nothing(guard: Guard, system: Official) -> None:
    clerk = official("clerk")
    point = a_point(staff=clerk)
    (made, other) = desks.offer_desks(by=clerk, point=point.pk, at=datetime.now(UTC), count=2)
    tablet = Tablet.enrolled(made.secret)
    ask = by_device(tablet)
    sealed = [
        tablet.closed(kind="issue", number="330203-000001", name="x"),
        tablet.closed(kind=10**40, at="9" * 5000),
    ]
    wrong = tried(ask, "POST", "/d/sync", {"records": sealed, "queued": 2}) + tried(
        ask, "POST", "/d/carry", {"numbers": str(uuid4()), "route": True}
    )
    wrong += tried(ask, "POST", "/d/extract-key") + tried(ask, "GET", "/d/extract") + tried(ask, "GET", "/d/divisions")
    wrong += tried(by_client(Client()), "POST", "/d/enrol", enrolment(other.secret, FileKey.made()))
    inside = {
        "kind": "issue",
        "number": "330203-000001",
        "at": AT,
        "name": "林晓岚",
        "document": "330299198001010018",
        "person": 5,
        "strokes": b64(b"[]"),
    }
    for value in hostile.NUMBERS:
        for changed in hostile.changed(inside, value):
            try:
                record = tablet.closed(**{**changed, "kind": changed.get("kind")})
            except ValueError:
                continue
            answer = ask("POST", "/d/sync", json.dumps({"records": [record], "queued": 0}).encode())
            if answer.status_code >= 500:
                wrong.append(f"inside {str(changed)[:150]}")
    assert not wrong, "\n".join(wrong[:30])


def test_a_phone_that_somebody_broke_into_breaks_nothing(system: Official) -> None:
    (person,) = people(1)
    publish({person.pk: "green"})
    client = signed_in(an_account(person))
    ask = by_client(client)
    right = brought(client, "self", Phone())
    wrong = tried(ask, "POST", "/e/bind/challenge", {"who": "self"}) + tried(
        ask, "POST", "/e/bind", right | {"transfer": None}
    )
    wrong += (
        tried(ask, "POST", "/e/told", {"who": "self", "at": AT})
        + tried(ask, "GET", "/e/people")
        + tried(ask, "GET", "/e/time")
    )
    for token in ("", "x" * 22, "²" * 22):
        headers = {"Authorization": f"YMT {token}"}
        by_token = by_client(Client(), **headers) if token.isascii() else ask
        wrong += (
            tried(by_token, "GET", "/e/status")
            + tried(by_token, "POST", "/e/rebind", {"who": "self"})
            + tried(by_token, "POST", "/e/unbind", {})
        )
        for day in ("2020-02-20", "9" * 5000, "a%00b", "%ED%A0%80", "0000-00-00", "x" * 300):
            wrong += [day[:20] for _ in range(1) if by_token("GET", f"/e/strip/{day}", b"").status_code >= 500]
    assert not wrong, "\n".join(wrong[:30])


def test_a_gateway_of_texts_that_somebody_broke_into_breaks_nothing(system: Official, settings: Any) -> None:
    settings.YIMATONG_SMS_KEY = KEY
    client = Client(raise_request_exception=False)

    def ask(method: str, path: str, body: bytes) -> Any:
        at = str(int(time.time()))
        signature = hmac.new(KEY.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {"X-YMT-Time": at, "X-YMT-Signature": signature}
        return client.generic(method, path, body, content_type="application/json", headers=headers)

    wrong = tried(ask, "POST", "/texts/received", {"from": "17000000201", "text": "码"})
    wrong += tried(ask, "POST", "/texts/delivered", {"id": str(uuid4()), "state": "failed"})
    for at in ("9" * 5000, "²", "-1", "NaN", ""):
        answer = client.generic(
            "POST",
            "/texts/received",
            b"{}",
            headers={"X-YMT-Time": at.encode("latin-1").decode("latin-1"), "X-YMT-Signature": "é"},
        )
        wrong += [at[:10] for _ in range(1) if answer.status_code >= 500]
    assert not wrong, "\n".join(wrong[:30])
