"""Texts go by two providers behind one adapter, each once (S13): by preference, in turn, past one that fails, and not twice in doubt."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.db.utils import IntegrityError
from structlog.testing import capture_logs

from bench import sender
from bench.gateway import Gateway
from tests.integration.declarations.gateways import (
    environment,
    now_due,
    number,
    post,
    real,
    states,
    two_gateways,
    words,
)
from tests.integration.refusing import as_owner
from yimatong.records.jobs import alone
from yimatong.stations.declarations import reaching, tasks
from yimatong.stations.declarations.actions import claiming, gateways, messages, providers, sending
from yimatong.stations.declarations.models import Message, Provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[Gateway, Gateway]]:
    with two_gateways() as both:
        yield both


@pytest.fixture
def both(processes: tuple[Gateway, Gateway], settings) -> tuple[Gateway, Gateway]:
    """Two gateways, as new."""
    for one in processes:
        if one.process is None:
            one.begin()
        one.forget()
    settings.YIMATONG_SMS = "gateway"
    settings.YIMATONG_SMS_GATEWAY = tuple(one.url for one in processes)
    return processes


def references(*of: Gateway) -> list[str]:
    """The ids that these took, in the order in which they did."""
    return [said["id"] for one in of for said in one.taken()]


def send(**how) -> sending.Sent:
    return sending.send_waiting(at=real(), **how)


def test_texts_go_by_both_providers_each_text_once_under_its_reference(both):
    made = post(200)
    assert send() == sending.Sent(200, 0)
    first, second = ({said["to"] for said in one.taken()} for one in both)
    assert first | second == {number(one) for one in range(200)}
    assert not first & second
    assert min(len(first), len(second)) > 50
    known = {str(one) for one in Message.objects.values_list("reference", flat=True)}
    assert set(references(*both)) == known
    assert len(made) == both[0].handed() + both[1].handed()


def test_what_was_sent_keeps_neither_number_nor_text_and_says_by_whom(both):
    post(3)
    send()
    rows = set(Message.objects.values_list("state", "phone_sealed", "text_sealed"))
    assert rows == {("sent", None, None)}
    assert set(Message.objects.values_list("provider", flat=True)) <= {one.name for one in both}
    with pytest.raises(IntegrityError):
        Message.objects.update(text_sealed=b"again")


def test_a_provider_that_is_down_costs_no_text_and_no_wait(both):
    both[0].kill()
    post(100)
    began = time.monotonic()
    assert send().sent == 100
    assert time.monotonic() - began < 5
    assert len(references(both[1])) == 100
    row = Provider.objects.get(name=both[0].name)
    assert row.failing_since is not None
    assert row.preference < providers.MOST


@pytest.mark.parametrize("mode", ["busy", "refuse"])
def test_what_one_has_certainly_not_taken_goes_to_the_other(both, mode):
    both[0].mode(mode)
    post(60)
    done = send()
    assert (done.sent, done.failed) == (60, 0)
    assert len(references(both[1])) == 60


def test_a_text_that_both_refuse_fails_and_says_so(both):
    for one in both:
        one.mode("refuse")
    (made,) = post(1, carries=77)
    send()
    made.refresh_from_db()
    assert (made.state, made.error, made.carries, made.text_sealed) == ("failed", "status-400", 77, None)
    assert both[0].handed() == both[1].handed() == 1


@pytest.mark.parametrize("mode", ["error-taken", "die"])
def test_in_doubt_the_same_provider_gets_it_again_and_no_other(both, mode):
    for one in both:
        one.mode(mode)
    post(20)
    assert send().sent == 0
    assert states() == {"sending": 20} or set(states()) == {"sending", "waiting"}
    in_doubt = {str(one.reference): one.provider for one in Message.objects.filter(in_doubt=True)}
    assert in_doubt
    for one in both:
        one.mode("ok")
    Provider.objects.update(rests_until=real())
    for _ in range(4):
        now_due()
        send()
    assert states() == {"sent": 20}
    found = [references(one) for one in both]
    assert not set(found[0]) & set(found[1])
    assert sorted(found[0] + found[1]) == sorted(map(str, Message.objects.values_list("reference", flat=True)))
    assert {one.name for one in both for reference in in_doubt if reference in references(one)} <= set(
        in_doubt.values()
    )
    assert all(
        dict(Message.objects.values_list("reference", "provider"))[one]
        for one in Message.objects.values_list("reference", flat=True)
    )


def test_a_provider_that_hangs_holds_up_what_it_has_and_nothing_else(both, monkeypatch):
    monkeypatch.setattr(gateways, "SECONDS", 2.0)
    monkeypatch.setattr(providers, "SLOW", 0.5)
    both[0].mode("hang-taken")
    post(300)
    began = time.monotonic()
    done = send()
    assert time.monotonic() - began < 10
    held = Message.objects.filter(state="sending", provider=both[0].name, in_doubt=True).count()
    assert done.sent == 300 - held == len(references(both[1]))
    assert 0 < held <= 2 * sending.HANDS
    assert not set(references(both[0])) & set(references(both[1]))


def test_a_slow_provider_is_chosen_less_and_quiet_time_brings_it_back(both, monkeypatch):
    monkeypatch.setattr(providers, "SLOW", 0.2)
    both[0].mode("slow 0.4")
    post(60)
    assert send().sent == 60
    slow, quick = (Provider.objects.filter(name=one.name).first() for one in both)
    assert slow.preference == 50
    assert quick is None or quick.preference == providers.MOST
    for minute in range(1, 5):
        providers.recover([one.name for one in both], real() + timedelta(minutes=minute, seconds=5))
    assert Provider.objects.get(name=both[0].name).preference == 90


def test_one_bad_moment_is_counted_once(both):
    at = real()
    for _ in range(100):
        providers.fall(both[0].name, at)
    assert Provider.objects.get().preference == 50
    providers.fall(both[0].name, at + providers.FELL)
    assert Provider.objects.get().preference == 25


def test_when_both_are_down_everything_waits_few_are_asked_and_nothing_is_lost(both):
    for one in both:
        one.mode("busy")
    post(200)
    with capture_logs() as said:
        assert send().sent == 0
    assert states() == {"waiting": 200}
    asked = sum(one.handed() for one in both)
    assert asked <= 200
    assert {line["provider"] for line in said if line["event"] == "texts.provider_fails"} == {one.name for one in both}
    for _ in range(3):
        send()
    assert sum(one.handed() for one in both) <= asked + 2
    for one in both:
        one.mode("ok")
    Provider.objects.update(rests_until=real())
    now_due()
    with capture_logs() as said:
        assert send().sent == 200
    assert "texts.provider_is_back" in {line["event"] for line in said}
    assert len(set(references(*both))) == len(references(*both)) == 200


def test_health_says_when_a_provider_fails_for_minutes_with_texts_waiting(both):
    at = real()
    post(2)
    assert not reaching.waiting(at).too_long
    Provider.objects.create(name=both[0].name, failing_since=at - timedelta(minutes=4))
    with as_owner():
        Message.objects.update(made_at=at - timedelta(minutes=4))
    found = reaching.waiting(at)
    assert (found.count, found.failing, found.too_long) == (2, (both[0].name,), True)
    with as_owner():
        Message.objects.update(made_at=at)
    assert not reaching.waiting(at).too_long


def test_a_text_that_is_too_late_fails_and_is_not_sent(both):
    post(2, good_until=real() - timedelta(seconds=1))
    assert send() == sending.Sent(0, 2)
    assert set(Message.objects.values_list("state", "error", "text_sealed")) == {("failed", "too-late", None)}
    assert both[0].handed() + both[1].handed() == 0


def test_two_senders_at_once_never_send_the_same(both):
    post(400)
    done: list[sending.Sent] = []

    def go() -> None:
        try:
            done.append(send())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.sent for one in done) == 400
    assert both[0].handed() + both[1].handed() == 400


def test_what_one_sender_is_claiming_another_passes_over_without_waiting(both):
    post(20)
    found: dict[str, set[int]] = {}

    def claim(whose: str) -> None:
        standing = providers.standing(gateways.texting(), real())
        claimed = claiming.claim(
            at=real(), most=10, urgent=False, standing=standing, busy=frozenset(), chance=random.Random(1)
        )
        found[whose] = {one.number for one in claimed}

    def other() -> None:
        try:
            claim("other")
        finally:
            connections.close_all()

    with transaction.atomic():
        claim("one")
        beside = threading.Thread(target=other)
        beside.start()
        beside.join(timeout=10)
        waited = beside.is_alive()
    beside.join()
    assert not waited
    assert [len(numbers) for numbers in found.values()] == [10, 10]
    assert not found["one"] & found["other"]


def test_a_code_in_the_middle_of_a_storm_goes_within_two_seconds(both):
    messages.post_many(texts=words(4_000), at=real())
    over = threading.Event()

    def storm() -> None:
        try:
            while not over.is_set() and send(seconds=1).sent:
                pass
        finally:
            connections.close_all()

    sending_on = threading.Thread(target=storm)
    sending_on.start()
    try:
        took = []
        for one in range(5):
            code = messages.post(kind="code", phone=number(9_000 + one), text=f"code {one}", at=real())
            began = time.monotonic()
            while Message.objects.get(pk=code.pk).state != "sent" and time.monotonic() - began < 10:
                time.sleep(0.02)
            took.append(time.monotonic() - began)
            assert Message.objects.filter(kind="told", state="waiting").exists()
    finally:
        over.set()
        sending_on.join()
    assert max(took) < 2


def test_the_urgent_are_sent_alone_when_asked_and_first_otherwise(both):
    post(40)
    post(3, kind="code")
    assert send(urgent=True).sent == 3
    assert {said["kind"] for one in both for said in one.taken()} == {"code"}
    assert send().sent == 40


def test_a_worker_sends_codes_beside_its_jobs_while_a_round_is_on(both):
    post(20)
    post(2, kind="answer")
    with alone("texts", note=False) as free:
        assert free
        held = threading.Thread(target=tasks.send_now.func)
        held.start()
        held.join()
        assert states() == {"sent": 2, "waiting": 20}, "the round is somebody else's: the urgent alone"
        post(1, kind="code")
        beside = threading.Thread(target=in_a_thread_of_its_own)
        beside.start()
        beside.join()
        assert states() == {"sent": 3, "waiting": 20}
    tasks.send_every_minute.func(0)
    assert states() == {"sent": 23}


def in_a_thread_of_its_own() -> None:
    """What the worker does each second."""
    tasks.send_urgent()
    connections.close_all()


def test_a_round_that_is_over_before_everything_is_sent_says_so(both):
    post(200)
    done = send(seconds=0.05)
    assert done.more
    assert states()["waiting"] > 0
    assert not send().more


@pytest.mark.kill
def test_senders_that_are_killed_in_the_middle_lose_nothing_and_double_nothing(both):
    count = 3_000
    messages.post_many(texts=words(count), at=real())
    for kill in range(4):
        process = sender.begin(environment(*both))
        time.sleep(0.15 + 0.1 * kill)
        sender.kill(process)
    left = states()
    assert left.get("sending", 0) > 0
    now_due()
    while send().sent:
        now_due()
    assert states() == {"sent": count}
    first, second = (references(one) for one in both)
    assert not set(first) & set(second)
    assert len(first) + len(second) == count
    assert {said["text"] for one in both for said in one.taken()} == {f"words {one}" for one in range(count)}


def test_a_claim_of_a_killed_sender_is_left_alone_for_a_short_while_and_then_taken_up_by_the_same_provider(both):
    post(1)
    Message.objects.update(state="sending", provider=both[1].name, tries=1, again_at=real() + timedelta(seconds=30))
    assert send().sent == 0
    later = real() + timedelta(seconds=31)
    assert sending.send_waiting(at=later).sent == 1
    assert references(both[0]) == []
    assert len(references(both[1])) == 1
