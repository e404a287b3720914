"""A text from a phone without a screen for codes (E16): signed by the gateway, answered to the number on record alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import pytest
from django.test import Client

from tests.identities import somebody
from tests.integration.passes.town import a_document, publish
from yimatong.records import identity
from yimatong.records.models import Person
from yimatong.stations.declarations.models import Message

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])
KEY = "k" * 40
NUMBER = "17000000555"


@pytest.fixture(autouse=True)
def a_gateway(settings) -> None:
    settings.YIMATONG_SMS_KEY = KEY


@pytest.fixture
def grandmother() -> Person:
    person = somebody(
        name="王小明", id_type="resident", document=a_document(77), phone=NUMBER, division=330203001,
    )  # fmt: skip
    publish({person.number: "yellow"})
    return person


def hand_over(body: bytes, *, key: str = KEY, off: int = 0, sign: bytes | None = None) -> int:
    at = str(int(time.time()) + off)
    signature = hmac.new(key.encode(), at.encode() + b"." + (sign or body), hashlib.sha256).hexdigest()
    headers = {"X-YMT-Time": at, "X-YMT-Signature": signature}
    answer = Client(enforce_csrf_checks=True).post(
        "/texts/received", body, content_type="application/json", headers=headers
    )
    assert answer.content == b"" or answer.status_code == 404
    return answer.status_code


def text_from(number: str) -> bytes:
    return json.dumps({"from": number, "text": "查询"}).encode()


def test_the_colour_goes_to_the_number_on_record(grandmother: Person) -> None:
    assert hand_over(text_from("+86 170 0000 0555")) == 204

    message = Message.objects.get(kind="answer")
    assert identity.unseal(message.phone_sealed, "phone") == NUMBER
    assert "黄码 yellow" in identity.unseal(message.text_sealed, "message")


def test_a_number_on_no_record_learns_nothing_and_the_gateway_neither(grandmother: Person) -> None:
    assert hand_over(text_from("17000000556")) == 204
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ({"key": "other" * 10}, 403), ({"off": -400}, 403), ({"off": 400}, 403), ({"sign": b"{}"}, 403),
    ],
)  # fmt: skip
def test_an_invented_old_or_changed_text_is_refused(grandmother: Person, made: dict, status: int) -> None:
    assert hand_over(text_from(NUMBER), **made) == status
    assert not Message.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b'{"from": 5}', b"{", b'{"from": "' + b"1" * 5000 + b'"}'])
def test_another_form_is_refused(grandmother: Person, body: bytes) -> None:
    assert hand_over(body) == 400


def test_without_a_key_there_is_no_such_address(grandmother: Person, settings) -> None:
    settings.YIMATONG_SMS_KEY = ""
    assert hand_over(text_from(NUMBER)) == 404


def test_a_number_is_answered_six_times_an_hour(grandmother: Person) -> None:
    assert {hand_over(text_from(NUMBER)) for _ in range(8)} == {204}
    assert Message.objects.filter(kind="answer").count() == 6
