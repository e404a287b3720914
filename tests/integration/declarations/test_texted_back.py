"""What gateways hand back: whether a text reached its phone, and "this is not me" from a number that is somebody else's."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.identities import somebody
from tests.integration.declarations.conftest import declare, real
from tests.integration.declarations.gateways import text_to
from tests.integration.refusing import as_owner
from yimatong.records import identity
from yimatong.records.models import AuditEntry, Person
from yimatong.stations.declarations import reaching, wording
from yimatong.stations.declarations.actions import checking_in, messages, sending, signing_in
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.signing_in import Claims
from yimatong.stations.declarations.models import Message, Provider, WrongNumber

pytestmark = pytest.mark.django_db
KEY = "k" * 40
PHONE = "13800000001"


@pytest.fixture(autouse=True)
def a_gateway(settings) -> None:
    settings.YIMATONG_SMS_KEY = KEY


def hand_over(what: str, said: Any, *, key: str = KEY) -> int:
    body, at = json.dumps(said).encode(), str(int(time.time()))
    signature = hmac.new(key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"X-YMT-Time": at, "X-YMT-Signature": signature}
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/texts/{what}", body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def sent(db: None) -> Message:
    """A text that a gateway took."""
    made = messages.post(kind="told", phone=PHONE, text="您有新的通知。", at=real(), carries=5)
    assert sending.send_waiting(at=real()).sent == 1
    made.refresh_from_db()
    return made


def report(message: Message, state: str, **how: Any) -> int:
    return hand_over("delivered", {"id": str(message.reference), "state": state}, **how)


def test_a_text_that_did_not_arrive_is_failed_so_that_what_it_carries_is_found(sent):
    assert report(sent, "failed") == 204
    sent.refresh_from_db()
    assert (sent.state, sent.error, sent.carries) == ("failed", "not-arrived", 5)
    assert Provider.objects.get(name="file").preference == 90


def test_a_text_that_arrived_stays_sent_and_costs_its_provider_nothing(sent):
    assert report(sent, "delivered") == 204
    sent.refresh_from_db()
    assert sent.state == "sent"
    assert sent.reported_at is not None
    assert not Provider.objects.exists()


def test_the_first_report_counts(sent):
    report(sent, "delivered")
    assert report(sent, "failed") == 204
    sent.refresh_from_db()
    assert sent.state == "sent"


def test_a_text_that_arrived_late_was_slow(sent):
    Message.objects.update(sent_at=real() - timedelta(minutes=6))
    report(sent, "delivered")
    assert Provider.objects.get(name="file").preference == 90


def test_a_text_that_was_given_up_in_doubt_and_arrived_was_sent(sent):
    Message.objects.update(state="failed", error="TimeoutError", sent_at=None)
    report(sent, "delivered")
    sent.refresh_from_db()
    assert (sent.state, sent.error) == ("sent", "")


def test_a_report_that_comes_before_ours_is_written_down_is_kept(db):
    made = messages.post(kind="told", phone=PHONE, text="x", at=real())
    Message.objects.update(state="sending", provider="file", tries=1)
    made.refresh_from_db()
    assert report(made, "delivered") == 204
    made.refresh_from_db()
    assert (made.state, made.text_sealed) == ("sent", None)


def test_a_report_that_nobody_signed_or_of_no_text_or_in_another_form_changes_nothing(sent):
    assert report(sent, "failed", key="other" * 10) == 403
    assert hand_over("delivered", {"id": str(uuid.uuid4()), "state": "failed"}) == 204
    assert hand_over("delivered", {"id": "17", "state": "failed"}) == 400
    assert hand_over("delivered", {"id": str(sent.reference), "state": "lost"}) == 400
    sent.refresh_from_db()
    assert (sent.state, sent.reported_at) == ("sent", None)


def test_without_a_key_nothing_is_reported(sent, settings):
    settings.YIMATONG_SMS_KEY = ""
    assert report(sent, "failed") == 404
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.fixture
def person(verified, answers) -> int:
    """Somebody who has declared, with PHONE on record; the receipt waits."""
    made = declare(verified(), answers())
    assert made.person is not None
    return made.person


def not_me(text: str = "不是本人", phone: str = "+86 138 0000 0001") -> int:
    return hand_over("received", {"from": phone, "text": text})


@pytest.mark.parametrize("text", ["不是本人", " 非本人。", "N", "ｎｏ", "TD", "Stop!", "不 是 我", "This is not me."])
def test_not_me_is_understood_however_it_is_typed(person, text):
    assert not_me(text) == 204
    assert reaching.wrong_number(person)


@pytest.mark.parametrize("text", ["查询", "", "本人", "not", "我是本人", "no idea what this is"])
def test_another_text_is_the_question_as_before(person, text):
    assert not_me(text) == 204
    assert not reaching.wrong_number(person)
    assert Message.objects.filter(kind="answer").count() == 1


def test_what_the_city_sends_by_itself_ends_and_what_somebody_asks_for_goes(person):
    not_me()
    at = real()
    for kind in ("receipt", "reminder", "hearing", "told"):
        made = messages.post(kind=kind, phone=PHONE, text="x", at=at, carries=9)
        made.refresh_from_db()
        assert (made.state, made.error, made.carries, made.text_sealed) == ("failed", "wrong-number", 9, None)
    messages.post_many(texts=[text_to(PHONE, "y"), text_to("13800000002", "z")], at=at)
    assert list(Message.objects.order_by("-id").values_list("state", flat=True)[:2]) == ["waiting", "failed"]
    assert signing_in.ask_for_code(phone=PHONE, source=Source(), at=at) is None
    assert Message.objects.get(kind="code").state == "waiting"


def test_what_waits_for_that_phone_fails_at_once_and_one_confirmation_goes(person):
    assert Message.objects.get(kind="receipt").state == "waiting"
    in_doubt = messages.post(kind="told", phone=PHONE, text="x", at=real())
    Message.objects.filter(pk=in_doubt.pk).update(state="sending", provider="file", in_doubt=True)
    not_me()
    not_me()
    assert set(Message.objects.exclude(kind="answer").values_list("state", "error")) == {("failed", "wrong-number")}
    confirmation = Message.objects.get(kind="answer")
    assert identity.unseal(confirmation.phone_sealed, "phone") == PHONE
    assert identity.unseal(confirmation.text_sealed, "message") == wording.text("not_me")
    assert WrongNumber.objects.count() == 1


def test_a_number_on_no_record_marks_nobody_and_is_not_answered(person):
    Message.objects.all().delete()
    assert not_me(phone="13700000000") == 204
    assert not WrongNumber.objects.exists()
    assert not Message.objects.exists()


def test_the_mark_ends_when_the_person_proves_the_number_and_for_nobody_else(person, alipay):
    other = somebody(
        name="李四", id_type="resident", id_key=uuid.uuid4(), id_tail="0002", phone=PHONE, division=330203001,
    )  # fmt: skip
    not_me()
    assert reaching.wrong_numbers([person, other.number]) == {person, other.number}
    assert reaching.wrong_phones([identity.phone_key(PHONE)])
    claims = Claims(name="王小明", phone=PHONE)
    signing_in.sign_in(channel=alipay, subject="user-1", claims=claims, at=real() + timedelta(seconds=1))
    assert reaching.wrong_numbers([person, other.number]) == {other.number}
    assert not reaching.wrong_phones([identity.phone_key(PHONE)])
    assert messages.post(kind="told", phone=PHONE, text="x", at=real()).state == "waiting"


def test_said_again_after_it_was_proved_it_counts_again(person, alipay):
    not_me()
    WrongNumber.objects.update(said_at=real() - timedelta(days=1))
    signing_in.sign_in(channel=alipay, subject="user-1", claims=Claims(phone=PHONE), at=real() - timedelta(hours=1))
    assert not reaching.wrong_number(person)
    not_me()
    assert reaching.wrong_number(person)


def test_another_phone_on_record_is_not_meant(person):
    not_me()
    Person.objects.filter(pk=person).update(phone_key=identity.phone_key("13800000003"))
    assert not reaching.wrong_number(person)


def test_a_reminder_does_not_go_to_a_number_that_is_not_theirs(person):
    at = real()
    Message.objects.all().delete()
    not_me()
    assert checking_in.remind(people=[person], now=at + timedelta(days=3000), at=at) == 0
    assert not Message.objects.filter(kind="reminder").exists()


def test_it_is_audited_without_the_number(person):
    not_me()
    assert json.loads(AuditEntry.objects.get(action="number.not_me").details) == {"people": [person]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM audit_entries e")
        assert PHONE not in cursor.fetchone()[0]


def test_what_is_over_is_forgotten_and_what_waits_stays(sent):
    waiting = messages.post(kind="told", phone=PHONE, text="x", at=real())
    failed = messages.post(kind="told", phone=PHONE, text="x", at=real(), good_until=real() - timedelta(seconds=1))
    Message.objects.filter(pk=failed.pk).update(state="failed", text_sealed=None, phone_sealed=None)
    with as_owner():
        Message.objects.update(made_at=real() - timedelta(days=31))
    fresh = messages.post(kind="told", phone=PHONE, text="x", at=real())
    Message.objects.filter(pk=fresh.pk).update(state="sent", text_sealed=None, phone_sealed=None)
    assert messages.forget(before=real() - timedelta(days=30)) == 2
    assert set(Message.objects.values_list("pk", flat=True)) == {waiting.pk, fresh.pk}
