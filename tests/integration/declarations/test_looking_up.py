"""Looking up without a device, and the limits that hold against many sources at once (A8, E16)."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings
from structlog.testing import capture_logs

from tests.integration.declarations.conftest import NOW, declare, document, real
from yimatong.core.text import given
from yimatong.records import identity
from yimatong.records.refusals import Refused
from yimatong.stations.declarations import wording
from yimatong.stations.declarations.actions import limits, messages, receipts, sending, signing_in
from yimatong.stations.declarations.actions.limits import Source
from yimatong.stations.declarations.actions.receipts import Answer
from yimatong.stations.declarations.budgets import BUDGETS
from yimatong.stations.declarations.models import Attempt, Declaration, Message, OneTimeCode

pytestmark = pytest.mark.django_db
HOME = Source(device="a-phone", address="198.51.100.7")


@pytest.fixture
def receipt(verified, answers) -> str:
    """The receipt of somebody who has declared by Alipay."""
    return declare(verified(), answers()).receipt


def somewhere(number: int) -> Source:
    """One of many sources: a device and a network each of its own."""
    return Source(device=f"device-{number}", address=f"10.{number // 250}.{number % 250}.9")


def code_sent() -> str:
    text = identity.unseal(Message.objects.filter(kind="code").latest("id").text_sealed, "message")
    return text.split("验证码 ")[1][:6]


def test_a_receipt_and_the_code_to_the_phone_on_record_open_it(receipt):
    assert receipts.ask_for_receipt_code(receipt=receipt.lower().replace("-", " "), source=HOME, at=real()) is None
    opened = receipts.open_by_receipt(receipt=receipt, code=code_sent(), source=HOME, at=real())
    assert opened == Declaration.objects.get()
    again = receipts.open_by_receipt(receipt=receipt, code=code_sent(), source=HOME, at=real())
    assert again.code == "code-wrong"


def test_a_name_and_an_id_number_open_nothing(receipt):
    for guess in (document(1), f"王小明{document(1)}", "王小明", "13800000001"):
        assert receipts.ask_for_receipt_code(receipt=guess, source=HOME, at=real()) is None
        assert receipts.open_by_receipt(receipt=guess, code="123456", source=HOME, at=real()).code == "code-wrong"
    assert not Message.objects.filter(kind="code").exists()


def test_a_wrong_receipt_is_answered_like_a_right_one(receipt):
    right = receipts.ask_for_receipt_code(receipt=receipt, source=HOME, at=real())
    wrong = receipts.ask_for_receipt_code(receipt="0000-0000-0000", source=HOME, at=real())
    assert right is None
    assert wrong is None
    assert OneTimeCode.objects.count() == 1


def test_a_code_dies_after_five_tries_and_after_ten_minutes(receipt):
    at = real()
    receipts.ask_for_receipt_code(receipt=receipt, source=HOME, at=at)
    late = receipts.open_by_receipt(receipt=receipt, code=code_sent(), source=HOME, at=at + timedelta(minutes=11))
    assert late.code == "code-wrong"
    receipts.ask_for_receipt_code(receipt=receipt, source=HOME, at=at)
    for number in range(5):
        receipts.open_by_receipt(receipt=receipt, code="abcdef", source=somewhere(number), at=at)
    assert receipts.open_by_receipt(receipt=receipt, code=code_sent(), source=HOME, at=at).code == "code-wrong"


def test_one_question_from_each_of_many_addresses_about_one_target_is_stopped(receipt):
    at, told = real(), []
    for number in range(40):
        answer = receipts.open_by_receipt(receipt=receipt, code=f"{number:06d}", source=somewhere(number), at=at)
        told.append(answer.code)
    assert told.count("code-wrong") == BUDGETS["answer"]["target"].most
    assert told[-1] == "too-many-attempts"


def test_one_question_about_each_of_many_targets_from_many_addresses_is_stopped_too(receipt):
    at = real()
    told = [
        receipts.open_by_receipt(receipt=f"{number:012d}", code="123456", source=somewhere(number), at=at).code
        for number in range(BUDGETS["wrong-receipt"]["all"].most + 20)
    ]
    assert told.count("code-wrong") == BUDGETS["wrong-receipt"]["all"].most
    assert set(told[-19:]) == {"too-many-attempts"}
    known = Source(device="of-old", address="203.0.113.5", known=True)
    receipts.ask_for_receipt_code(receipt=receipt, source=known, at=at)
    assert isinstance(receipts.open_by_receipt(receipt=receipt, code=code_sent(), source=known, at=at), Declaration)


def test_a_single_source_is_stopped_early_and_others_go_on(receipt):
    at = real()
    told = [
        receipts.open_by_receipt(receipt=f"{number:012d}", code="123456", source=HOME, at=at).code
        for number in range(30)
    ]
    assert told.count("code-wrong") == BUDGETS["answer"]["device"].most
    receipts.ask_for_receipt_code(receipt=receipt, source=somewhere(1), at=at)
    opened = receipts.open_by_receipt(receipt=receipt, code=code_sent(), source=somewhere(1), at=at)
    assert isinstance(opened, Declaration)


@pytest.mark.django_db(transaction=True)
def test_twenty_sources_at_the_same_moment_share_the_targets_budget(receipt):
    at, told, ready = real(), [], threading.Barrier(20)

    def go(number: int) -> None:
        try:
            ready.wait()
            source = somewhere(number)
            told.append(receipts.open_by_receipt(receipt=receipt, code="123456", source=source, at=at).code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("code-wrong") == BUDGETS["answer"]["target"].most
    assert told.count("too-many-attempts") == 20 - BUDGETS["answer"]["target"].most


def test_a_budget_comes_back_with_the_next_window(receipt):
    at = real()
    for _ in range(12):
        receipts.ask_for_receipt_code(receipt=receipt, source=HOME, at=at)
    assert receipts.ask_for_receipt_code(receipt=receipt, source=somewhere(1), at=at).code == "too-many-attempts"
    assert receipts.ask_for_receipt_code(receipt=receipt, source=HOME, at=at + timedelta(hours=1)) is None


def test_the_counters_hold_no_address_and_are_swept(receipt):
    receipts.ask_for_receipt_code(receipt=receipt, source=HOME, at=real())
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM attempts t")
        told = cursor.fetchone()[0]
    assert "198.51.100" not in told
    assert "a-phone" not in told
    assert limits.sweep(at=real()) == 0
    assert limits.sweep(at=real() + timedelta(days=3)) > 3
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("nonsense", "unknown"),
    ],
)
def test_addresses_are_counted_by_network(address, counted):
    assert limits.network(address) == counted


def test_a_message_is_answered_to_the_phone_on_record_and_to_no_other(receipt):
    def says(person: int) -> Answer:
        return Answer(given({"zh": "绿码", "en": "GREEN"}), NOW)

    refused = receipts.sms_answer(phone="13700000000", says=says, source=Source(), at=real())
    assert refused.code == "sms-number-unknown"
    assert receipts.sms_answer(phone="+86 138 0000 0001", says=says, source=Source(), at=real()) is None
    message = Message.objects.get(kind="answer")
    text = identity.unseal(message.text_sealed, "message")
    assert text == "【宁波防控】王*明 绿码 GREEN，至 until 2020-02-18 10:00"
    assert identity.unseal(message.phone_sealed, "phone") == "13800000001"


def test_the_browser_signs_in_by_a_code(db):
    assert signing_in.ask_for_code(phone="138 0000 0009", source=HOME, at=real()) is None
    wrong = signing_in.sign_in_by_code(phone="13800000009", code="1", source=HOME, at=real())
    assert isinstance(wrong, Refused)
    account = signing_in.sign_in_by_code(phone="13800000009", code=code_sent(), source=HOME, at=real())
    assert (account.channel.slug, account.phone_tail) == ("browser", "0009")
    assert signing_in.ask_for_code(phone="12", source=HOME, at=real()).code == "phone-shape"


def test_what_was_sent_keeps_neither_number_nor_text(receipt):
    assert sending.send_waiting(at=real()).sent == 1
    message = Message.objects.get()
    assert (message.state, message.phone_sealed, message.text_sealed) == ("sent", None, None)
    texts = [path.read_text(encoding="utf-8") for path in (Path(settings.YIMATONG_HOME) / "outbox").iterdir()]
    lines = [json.loads(line) for text in texts for line in text.splitlines()]
    assert receipt in lines[-1]["text"]


def test_a_gateway_that_does_not_answer_is_tried_again_until_it_is_too_late(receipt):
    at = real()
    with override_settings(YIMATONG_SMS="gateway", YIMATONG_SMS_GATEWAY=("http://127.0.0.1:9/",)):
        assert sending.send_waiting(at=at).again == 1
        assert Message.objects.get().state == "waiting"
        assert sending.send_waiting(at=at + timedelta(days=2)).failed == 1
    message = Message.objects.get()
    assert (message.state, message.error, message.text_sealed) == ("failed", "ConnectionRefusedError", None)


def test_a_text_that_cannot_be_opened_fails_alone_and_those_behind_it_are_sent(receipt):
    """The first in the line, each minute again: nobody got a text any more."""
    first = Message.objects.get()
    Message.objects.filter(pk=first.pk).update(phone_sealed=b"not sealed")
    messages.post(kind="reminder", phone="+8617000000402", text=wording.text("reminder"), at=real())
    with capture_logs() as said:
        done = sending.send_waiting(at=real())
    assert (done.sent, done.failed) == (1, 1)
    assert dict(Message.objects.values_list("kind", "state")) == {first.kind: "failed", "reminder": "sent"}
    assert [(line["work"], line["number"]) for line in said if line["event"] == "record.left_out"] == [
        ("texts", first.pk)
    ]
