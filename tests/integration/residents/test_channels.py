"""Each channel hands its users over, and everything that is wrong with a hand-over is refused with its own sentence."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.acting import PASSWORD, an_official, signed_in
from tests.integration.refusing import as_owner
from tests.integration.residents.channel import Channels, Visitor, code_of, english
from yimatong.edges.web.everybody.officials import COOKIE
from yimatong.edges.web.resident import oidc
from yimatong.records import identity
from yimatong.records.actions.officials import the_system
from yimatong.records.models import Official
from yimatong.stations.declarations import tasks
from yimatong.stations.declarations.actions import channels as registering
from yimatong.stations.declarations.budgets import BUDGETS, HOUR, Budget
from yimatong.stations.declarations.models import Account, Channel, Message

pytestmark = pytest.mark.django_db
Visit = Callable[[], Visitor]
THREE = ("alipay", "wechat", "police")
PROVIDERS = ("alipay", "police")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No provider's configuration is kept from one test to the next."""
    oidc._kept.clear()


@pytest.mark.parametrize("slug", THREE)
def test_each_channel_hands_its_user_over(visitor: Visit, slug: str) -> None:
    browser = visitor()
    answer = browser.sign_in(slug)
    assert answer.status_code == 200
    assert f'content="0; url={reverse("me:home")}"' in answer.content.decode()
    account = Account.objects.get(pk=browser.account)
    assert account.channel.slug == slug
    assert identity.unseal(account.phone_sealed, "phone") == "17000000101"
    assert browser.client.get(reverse("me:home")).status_code == 200


def test_a_real_name_channels_word_on_the_document_is_kept_and_nobody_elses(visitor: Visit) -> None:
    police, alipay = visitor(), visitor()
    police.sign_in("police", "zhou")
    alipay.sign_in("alipay", "zhou")
    known = Account.objects.get(pk=police.account)
    assert identity.unseal(known.name_sealed, "name") == "周建国"
    assert identity.unseal(known.document_sealed, "id").startswith("330299")
    assert Account.objects.get(pk=alipay.account).document_sealed is None


def test_the_same_user_comes_back_to_the_same_account_and_others_to_others(visitor: Visit) -> None:
    accounts = []
    for person in ("lin", "lin", "chen"):
        browser = visitor()
        browser.sign_in("wechat", person)
        accounts.append(browser.account)
    assert accounts[0] == accounts[1] != accounts[2]


@pytest.mark.parametrize("slug", PROVIDERS)
@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("expired", "exp"),
        ("no-expiry", "exp"),
        ("long", "exp"),
        ("other-audience", "aud"),
        ("other-issuer", "iss"),
        ("other-key", "signature"),
        ("other-nonce", "nonce"),
    ],
)
def test_a_wrong_id_token_opens_nothing(visitor: Visit, channels: Channels, slug: str, fault: str, word: str) -> None:
    browser = visitor()
    address = browser.begin(slug)["Location"]
    channels.wrong(slug, fault)
    answer = browser.client.get(browser.choose(address))
    assert (answer.status_code, code_of(answer)) == (403, "hand-over-wrong")
    assert f"({word})" in answer.content.decode()
    assert browser.account is None
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("expired", "hand-over-wrong"),
        ("no-expiry", "hand-over-wrong"),
        ("long", "hand-over-wrong"),
        ("other-audience", "hand-over-wrong"),
        ("other-issuer", "hand-over-wrong"),
        ("other-key", "hand-over-wrong"),
        ("other-nonce", "hand-over-unknown"),
    ],
)
def test_a_wrong_assertion_opens_nothing(visitor: Visit, channels: Channels, fault: str, code: str) -> None:
    browser = visitor()
    nonce = browser.nonce()
    channels.wrong("wechat", fault)
    answer = browser.hand_over(channels.assertion(nonce))
    assert (answer.status_code, code_of(answer)) == (403, code)
    assert code_of(browser.collect()) == "hand-over-elsewhere"
    assert not Account.objects.exists()


NESTED = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 5000).decode().rstrip("=") + ".e30.e30"


@pytest.mark.parametrize("token", ["", "no.token", "x" * 9000, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", NESTED])
def test_what_is_no_signed_token_opens_nothing(visitor: Visit, token: str) -> None:
    answer = visitor().hand_over(token)
    assert (answer.status_code, code_of(answer)) == (403, "hand-over-wrong")


def test_an_assertion_that_comes_again_is_refused(visitor: Visit, channels: Channels) -> None:
    browser = visitor()
    assertion = channels.assertion(browser.nonce())
    assert browser.hand_over(assertion).status_code == 200
    assert code_of(browser.hand_over(assertion)) == "hand-over-repeated"


def test_an_assertions_number_is_good_once_also_with_a_fresh_nonce(visitor: Visit, channels: Channels) -> None:
    answers = []
    for _ in range(2):
        browser = visitor()
        nonce = browser.nonce()
        channels.wrong("wechat", "same-jti")
        answers.append(code_of(browser.hand_over(channels.assertion(nonce))))
    assert answers == ["", "hand-over-repeated"]


def test_an_assertion_opens_a_session_only_in_the_browser_that_began(visitor: Visit, channels: Channels) -> None:
    attacker, victim = visitor(), visitor()
    assert attacker.hand_over(channels.assertion(attacker.nonce())).status_code == 200
    assert code_of(victim.collect()) == "hand-over-elsewhere"
    assert victim.account is None
    victim.nonce()
    assert code_of(victim.collect()) == "hand-over-elsewhere"
    assert attacker.collect().status_code == 200


def test_a_collected_hand_over_is_not_collected_again(visitor: Visit) -> None:
    browser = visitor()
    cookie_before = None
    posted = browser.hand_over(browser.assertion_through_the_page())
    assert posted.status_code == 200
    cookie_before = browser.client.cookies["yimatong-sign-in"].value
    assert browser.collect().status_code == 200
    browser.client.cookies["yimatong-sign-in"] = cookie_before
    assert code_of(browser.collect()) == "hand-over-elsewhere"


@pytest.mark.parametrize("slug", PROVIDERS)
def test_a_code_is_good_in_the_browser_that_asked_and_once(visitor: Visit, slug: str) -> None:
    browser, other = visitor(), visitor()
    back = browser.choose(browser.begin(slug)["Location"])
    assert code_of(other.client.get(back)) == "hand-over-elsewhere"
    other.begin(slug)
    assert code_of(other.client.get(back)) == "hand-over-elsewhere"
    kept = browser.client.cookies["yimatong-sign-in"].value
    assert browser.client.get(back).status_code == 200
    browser.client.cookies["yimatong-sign-in"] = kept
    assert browser.client.get(back).status_code == 403


def test_a_return_without_its_state_or_code_opens_nothing(visitor: Visit) -> None:
    browser = visitor()
    back = browser.choose(browser.begin("alipay")["Location"])
    assert code_of(browser.client.get(re.sub(r"state=[^&]+", "state=guessed", back))) == "hand-over-elsewhere"
    state = re.search(r"state=[^&]+", back)
    assert state
    cancelled = browser.client.get(f"{reverse('me:return', args=['alipay'])}?{state[0]}&error=access_denied")
    assert code_of(cancelled) == "hand-over-cancelled"
    assert browser.account is None


@pytest.mark.parametrize("stopped", THREE)
def test_stopping_one_channel_leaves_the_others_working(visitor: Visit, channels: Channels, stopped: str) -> None:
    begun = visitor()
    address = begun.begin(stopped)["Location"]
    registering.stop(by=the_system(), slug=stopped, why="its key was lost")
    answer = visitor().begin(stopped)
    assert (answer.status_code, code_of(answer)) == (403, "channel-stopped")
    late = begun.hand_over("any") if stopped == "wechat" else begun.client.get(begun.choose(address))
    assert code_of(late) == "channel-stopped"
    shown = english(Client()).get(reverse("me:channels")).content.decode()
    assert f'data-channel="{stopped}"' not in shown
    for other in set(THREE) - {stopped}:
        browser = visitor()
        assert browser.sign_in(other).status_code == 200
        assert browser.account is not None


def test_each_channel_has_its_own_quota(visitor: Visit) -> None:
    with as_owner():
        Channel.objects.filter(slug="alipay").update(quota=1)
    first, second, other = visitor(), visitor(), visitor()
    assert first.sign_in("alipay").status_code == 200
    answer = second.sign_in("alipay", "zhou")
    assert (answer.status_code, code_of(answer)) == (403, "channel-busy")
    assert other.sign_in("police", "zhou").status_code == 200


def test_a_channel_that_does_not_answer_is_said_to_be_silent_and_the_others_go_on(visitor: Visit) -> None:
    registering.move(by=the_system(), slug="alipay", issuer="http://127.0.0.1:9/alipay")
    answer = visitor().begin("alipay")
    assert (answer.status_code, code_of(answer)) == (403, "channel-silent")
    assert visitor().sign_in("police").status_code == 200


def test_a_provider_that_says_to_be_another_is_not_believed(visitor: Visit, channels: Channels) -> None:
    known = f"{channels.base}/police/.well-known/openid-configuration"
    registering.move(by=the_system(), slug="alipay", issuer=f"{channels.base}/alipay", discovery=known)
    assert code_of(visitor().begin("alipay")) == "channel-silent"


def test_a_new_channel_is_a_registration(visitor: Visit, channels: Channels) -> None:
    registering.register(
        by=the_system(), slug="harbour", kind="assertion", title_zh="港口", title_en="Harbour app",
        issuer=f"{channels.base}/wechat", discovery=f"{channels.base}/wechat/mini-program", jwks=channels.keys("wechat"),
    )  # fmt: skip
    browser = visitor()
    assert browser.hand_over(channels.assertion(browser.nonce("harbour")), "harbour").status_code == 200
    assert browser.collect("harbour").status_code == 200
    assert Account.objects.get(pk=browser.account).channel.slug == "harbour"


def test_rotated_keys_open_and_the_old_ones_do_not(visitor: Visit, channels: Channels) -> None:
    registering.rotate(by=the_system(), slug="wechat", jwks=channels.keys("police"))
    browser = visitor()
    assert code_of(browser.hand_over(channels.assertion(browser.nonce()))) == "hand-over-wrong"


def test_signing_in_begins_a_session_of_its_own(visitor: Visit) -> None:
    browser = visitor()
    browser.client.get(reverse("me:channels"))
    before = browser.client.session.session_key
    browser.sign_in("alipay")
    after = browser.client.session
    assert after.session_key != before
    assert {key for key, _value in after.items() if not key.startswith("_")} == {"account"}


def test_the_cookie_of_a_sign_in_is_lax_and_short_and_the_sessions_stay_strict(visitor: Visit) -> None:
    browser = visitor()
    cookie = browser.begin("alipay").cookies["yimatong-sign-in"]
    assert (cookie["samesite"], cookie["httponly"], cookie["path"], cookie["max-age"]) == (
        "Lax",
        True,
        "/me/sign-in/",
        600,
    )
    answer = browser.sign_in("alipay")
    assert answer.cookies["sessionid"]["samesite"] == "Strict"
    assert answer.cookies["sessionid"]["httponly"] is True
    assert answer.cookies["yimatong-sign-in"].value == ""


def test_a_resident_and_an_official_never_share_a_session(visitor: Visit) -> None:
    official = an_official("office", Official.Role.CONTROL_OFFICE, name="防控办")
    browser = visitor()
    signed_in(official, browser.client)
    browser.sign_in("alipay")
    assert COOKIE not in browser.client.cookies or browser.client.cookies[COOKIE].value == ""
    given = {"username": "office", "password": PASSWORD}
    assert browser.client.post(reverse("web:login"), given).status_code == 302
    assert browser.client.cookies[COOKIE].value
    assert browser.account is None
    assert browser.client.get(reverse("me:home")).status_code == 302


def test_who_asked_for_a_page_is_led_to_it_and_never_to_another_site(visitor: Visit) -> None:
    for asked, led in (
        ("/me/questions/", "/me/questions/"),
        ("https://elsewhere.invalid/", "/me/home/"),
        ("//elsewhere.invalid", "/me/home/"),
    ):
        browser = visitor()
        browser.client.get(reverse("me:channels"), {"next": asked})
        assert f'content="0; url={led}"' in browser.sign_in("police").content.decode()


def test_a_phone_signs_in_with_the_code_that_was_sent_to_it(channels: Channels) -> None:
    client = english(Client())
    wrong = client.post(reverse("me:phone"), {"phone": "12"})
    assert wrong.status_code == 422
    assert "no valid number" in wrong.content.decode()
    assert client.post(reverse("me:phone"), {"phone": "+86 170 0000 0109"})["Location"] == reverse("me:code")
    text = identity.unseal(Message.objects.get().text_sealed, "message")
    code = re.search(r"\d{6}", text)
    assert code
    other = f"{(int(code[0]) + 1) % 10**6:06d}"
    assert client.post(reverse("me:code"), {"code": other}).status_code == 422
    assert "account" not in client.session
    assert client.post(reverse("me:code"), {"code": code[0]})["Location"] == reverse("me:home")
    assert Account.objects.get(pk=client.session["account"]).channel.slug == "browser"


def test_nothing_of_the_user_stands_in_an_address_or_a_log(visitor: Visit, capfd: pytest.CaptureFixture[str]) -> None:
    browser = visitor()
    back = browser.choose(browser.begin("police")["Location"], "zhou")
    browser.client.get(back)
    said = capfd.readouterr()
    for word in ("周建国", "17000000102", "330299"):
        assert word not in back
        assert word not in json.dumps([said.out, said.err], ensure_ascii=False)


def test_a_code_is_sent_at_once_and_a_device_that_signed_in_goes_on_when_strangers_used_up_what_all_share(
    channels: Channels,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("me:phone"), {"phone": "+86 170 0000 0110"})
    assert ProcrastinateJob.objects.filter(task_name=tasks.send_now.name, status="todo").exists()
    text = identity.unseal(Message.objects.filter(kind="code").latest("id").text_sealed, "message")
    assert client.post(reverse("me:code"), {"code": re.search(r"\d{6}", text)[0]}).status_code == 302
    client.get(reverse("me:home"))
    client.post(reverse("me:out"))

    used_up = {**BUDGETS["wrong"], "all": Budget(0, HOUR)}
    monkeypatch.setitem(BUDGETS, "wrong", used_up)

    def asked(browser: Client) -> str:
        browser.post(reverse("me:phone"), {"phone": "+86 170 0000 0110"})
        return browser.post(reverse("me:code"), {"code": "x"}).content.decode()

    assert "尝试次数过多" in asked(Client())
    assert "尝试次数过多" not in asked(client)
    client.cookies["yimatong-device"] = "forged:1:signature"
    assert "尝试次数过多" in asked(client)
