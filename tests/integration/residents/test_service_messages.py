"""A channel's own service message (S13): signed, once, to the user of that channel alone, and none where it was stopped."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from tests.identities import somebody
from tests.integration.residents.channel import Channels, Visitor, ask
from yimatong.records import identity
from yimatong.records.actions.officials import the_system
from yimatong.site.commands import demo_channels
from yimatong.site.commands.demo_channels import MESSAGES_SECRET
from yimatong.stations.declarations import reaching
from yimatong.stations.declarations.actions import channels as registering, messages, sending
from yimatong.stations.declarations.errors import DeclarationError
from yimatong.stations.declarations.models import Account, Channel, Message, Provider

pytestmark = pytest.mark.django_db
THREE = ("alipay", "wechat", "police")


def real() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def offering(channels: Channels) -> Channels:
    """All three take service messages."""
    for slug in THREE:
        registering.rotate(
            by=the_system(),
            slug=slug,
            messages_url=f"{channels.base}/{slug}/service-messages",
            messages_secret=MESSAGES_SECRET,
        )
    return channels


def account_of(visitor: Callable[[], Visitor], slug: str, person: str = "lin") -> Account:
    browser = visitor()
    browser.sign_in(slug, person)
    return Account.objects.select_related("channel").get(pk=browser.account)


def send() -> sending.Sent:
    return sending.send_waiting(at=real())


@pytest.mark.parametrize("slug", THREE)
def test_it_reaches_the_user_of_the_channel(offering, visitor, slug):
    words = f"您有新的通知 {uuid.uuid4()}"
    made = messages.post_to_channel(kind="told", account=account_of(visitor, slug), text=words, at=real(), carries=3)
    assert send().sent == 1
    made.refresh_from_db()
    assert (made.way, made.state, made.provider, made.text_sealed) == ("channel", "sent", f"channel:{slug}", None)
    page = ask(f"{offering.base}/messages")[2]
    row = page.split(words)[0].rsplit("<li", 1)[1] + page.split(words)[1].split("</li>")[0]
    assert "林晓岚" in row
    assert Channel.objects.get(slug=slug).title_zh in row


def test_it_is_taken_once_however_often_it_is_handed_over(offering, visitor):
    words = f"once {uuid.uuid4()}"
    messages.post_to_channel(kind="told", account=account_of(visitor, "alipay"), text=words, at=real())
    held = Message.objects.values("phone_sealed", "text_sealed").get()
    assert send().sent == 1
    Message.objects.update(state="sending", in_doubt=True, **held)
    assert send().sent == 1
    assert ask(f"{offering.base}/messages")[2].count(words) == 1


def test_another_secret_is_refused_by_the_channel_and_the_message_waits(offering, visitor):
    account = account_of(visitor, "police")
    registering.rotate(by=the_system(), slug="police", messages_secret="another secret of thirty-two signs")
    messages.post_to_channel(kind="told", account=account, text="x", at=real())
    with capture_logs() as said:
        assert send().sent == 0
    assert ("texts.provider_fails", "channel:police") in {(line["event"], line.get("provider")) for line in said}
    assert Message.objects.get().state == "waiting"
    registering.rotate(by=the_system(), slug="police", messages_secret=MESSAGES_SECRET)
    Message.objects.update(again_at=real())
    Provider.objects.update(rests_until=real())
    assert send().sent == 1


def test_one_channel_that_fails_holds_up_neither_texts_nor_others(offering, visitor):
    alipay, police = account_of(visitor, "alipay"), account_of(visitor, "police")
    Channel.objects.filter(slug="alipay").update(messages_url="http://127.0.0.1:9/service-messages")
    for account in (alipay, police):
        account.channel.refresh_from_db()
        messages.post_to_channel(kind="told", account=account, text="x", at=real())
    messages.post(kind="told", phone="17000000103", text="x", at=real())
    assert send().sent == 2
    assert Message.objects.get(state="waiting").account_id == alipay.pk


def test_a_user_whom_the_channel_does_not_know_is_told_another_way(offering, visitor):
    account = account_of(visitor, "wechat")
    Account.objects.filter(pk=account.pk).update(subject_sealed=identity.seal("nobody", "subject"))
    messages.post_to_channel(kind="told", account=account, text="x", at=real(), carries=8)
    assert send().failed == 1
    assert Message.objects.filter(carries=8, state="failed", error="status-422").exists()


def test_a_stopped_channel_gets_none_neither_before_nor_after(offering, visitor):
    account = account_of(visitor, "alipay")
    waiting = messages.post_to_channel(kind="told", account=account, text="x", at=real(), carries=1)
    registering.stop(by=the_system(), slug="alipay", why="a trial")
    account.channel.refresh_from_db()
    later = messages.post_to_channel(kind="told", account=account, text="x", at=real(), carries=2)
    assert later.state == "failed"
    send()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("failed", "channel-offers-none")


def test_many_are_put_into_the_outbox_by_the_same_rules(offering, visitor):
    accounts = [account_of(visitor, slug) for slug in ("alipay", "police")]
    registering.stop(by=the_system(), slug="police", why="a trial")
    accounts[1].channel.refresh_from_db()
    messages.post_many(
        services=[messages.Service("told", one, "x", number) for number, one in enumerate(accounts)], at=real()
    )
    assert list(Message.objects.order_by("carries").values_list("carries", "state")) == [(0, "waiting"), (1, "failed")]
    assert send().sent == 1


def test_the_account_for_a_message_is_of_a_channel_that_takes_them(offering, visitor):
    account = account_of(visitor, "police")
    known = somebody(
        name="林晓岚",
        id_type="resident",
        id_key=uuid.uuid4(),
        id_tail="0002",
        division=330203001,
    )
    Account.objects.filter(pk=account.pk).update(person=known)
    assert reaching.accounts_for_messages([known.number]) == {known.number: account}
    registering.stop(by=the_system(), slug="police", why="a trial")
    assert reaching.accounts_for_messages([known.number]) == {}


def test_an_address_must_be_https_and_have_a_secret(channels):
    with pytest.raises(DeclarationError) as unsafe:
        registering.rotate(
            by=the_system(), slug="alipay", messages_url="http://alipay.example/", messages_secret="s" * 32
        )
    with pytest.raises(DeclarationError) as unsigned:
        registering.rotate(by=the_system(), slug="alipay", messages_url="https://alipay.example/")
    assert (unsafe.value.code, unsigned.value.code) == ("channel-messages-unsafe", "channel-incomplete")
    registering.rotate(by=the_system(), slug="alipay", messages_url="https://alipay.example/", messages_secret="s" * 32)
    sealed = Channel.objects.get(slug="alipay").messages_secret_sealed
    assert sealed is not None
    assert b"s" * 32 not in bytes(sealed)


@pytest.mark.django_db(transaction=True)
def test_the_demo_registers_all_three_and_shows_what_came_by_either_gateway(program, settings):
    port = int(program.base.rsplit(":", 1)[1])
    demo_channels.register(port)
    assert {channel.slug for channel in Channel.objects.all() if reaching.offers(channel)} == set(THREE)
    Channel.objects.filter(slug="police").update(messages_url="")
    demo_channels.register(port)
    assert reaching.offers(Channel.objects.get(slug="police")), "one of an earlier version is given the address"
    told = demo_channels.settings(port)
    settings.YIMATONG_SMS = told["YIMATONG_SMS"]
    settings.YIMATONG_SMS_GATEWAY = tuple(told["YIMATONG_SMS_GATEWAY"].split(","))
    words = [f"text {uuid.uuid4()}" for _ in range(20)]
    for one in words:
        messages.post(kind="told", phone="17000000103", text=one, at=real())
    # What the program on a busy machine did not take at once is handed over again.
    sent, until = 0, time.monotonic() + 60
    while sent < 20:
        sent += send().sent
        assert time.monotonic() < until
    page = ask(f"{program.base}/messages")[2]
    assert all(one in page for one in words)
    assert "陈雨桐" in page
    assert {"短信一 Gateway 1", "短信二 Gateway 2"} <= set(re.findall(r"短信[一二] Gateway \d", page))


def test_the_reference_channel_takes_nothing_that_is_not_signed(program):
    body = json.dumps({"id": str(uuid.uuid4()), "to": "x", "kind": "told", "text": "forged"}).encode()
    request = urllib.request.Request(f"{program.base}/alipay/service-messages", body)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    refused.value.close()
    assert refused.value.code == 403
    assert "forged" not in ask(f"{program.base}/messages")[2]
