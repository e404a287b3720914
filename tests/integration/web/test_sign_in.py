"""An official's password can't be guessed in peace, and who guesses locks out strangers: never the official's own device."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from yimatong.edges.web.everybody.officials import COOKIE
from yimatong.edges.web.official import doors
from yimatong.records import passwords
from yimatong.records.actions.officials import appoint, release, set_password, the_system
from yimatong.records.models import Alarm, AuditEntry, Official
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.models import Attempt

pytestmark = pytest.mark.django_db(databases=["default", "owner"])
PASSWORD = "a long enough password"
NOON = datetime.fromisoformat("2020-02-20T12:00:00+08:00")


@pytest.fixture
def clerk(db) -> Official:
    return appoint(by=the_system(), username="window", name="窗口", role=Official.Role.CLERK, password=PASSWORD)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Noon, until a test says otherwise."""
    moment = [NOON]
    monkeypatch.setattr("yimatong.edges.web.official.signing_in.timezone.now", lambda: moment[0])
    return moment


def attempt(client, password: str, address: str, username: str = "window", code: str = "", **headers: str):
    given = {"username": username, "password": password, "code": code}
    return client.post(reverse("web:login"), given, REMOTE_ADDR=address, **headers)


def flood(tries: int, networks: int = 11) -> list[int]:
    """So many wrong passwords from so many networks, each from a browser of its own."""
    return [attempt(Client(), "wrong", f"10.{n % networks}.0.1").status_code for n in range(tries)]


def test_a_flood_from_eleven_networks_does_not_lock_the_official_out(client, clerk):
    assert attempt(client, PASSWORD, "192.0.2.7").status_code == 302
    client.post(reverse("web:logout"))

    assert 429 in flood(104)

    assert attempt(client, PASSWORD, "192.0.2.7").status_code == 302
    assert COOKIE in client.cookies


def test_the_known_device_goes_on_from_a_network_that_is_attacking(client, clerk):
    attempt(client, PASSWORD, "10.0.0.9")
    client.post(reverse("web:logout"))
    flood(104, networks=1)
    assert attempt(client, PASSWORD, "10.0.0.9").status_code == 302


def test_strangers_wait_longer_the_longer_they_go_on(clerk, clock):
    told = []
    for minutes in range(0, 24 * 60, 5):
        clock[0] = NOON + timedelta(minutes=minutes)
        while attempt(Client(), "wrong", f"10.{len(told) % 250}.0.1").status_code == 200:
            told.append(minutes)
    assert told.count(0) == 10
    assert sum(minute < 60 for minute in told) == 30
    # Noon in the city is four o'clock of the day that is counted.
    assert sum(minute < 20 * 60 for minute in told) == 100


def test_a_stranger_is_told_when_the_next_try_is_possible_and_what_to_do(client, clerk):
    flood(11)
    refused = attempt(client, PASSWORD, "172.16.0.1")
    assert refused.status_code == 429
    html = refused.content.decode()
    assert "10 分钟后可再试" in html
    assert "新设备登录码" in html
    assert COOKIE not in client.cookies


def test_names_that_there_are_not_wait_like_names_that_there_are(client, clerk):
    def told(username: str) -> list[tuple[int, str]]:
        answers = [attempt(Client(), "wrong", f"10.{n}.0.1", username) for n in range(12)]
        return [(one.status_code, one.content.decode().replace(username, "").split("csrf")[0]) for one in answers]

    assert told("window") == told("nobodyy")


def test_names_that_there_are_not_take_the_same_work(clerk, monkeypatch):
    worked = []
    real = passwords._scrypt
    monkeypatch.setattr(passwords, "_scrypt", lambda *given: worked.append(given[1:2] + given[3:]) or real(*given))
    attempt(Client(), "wrong", "10.0.0.1")
    attempt(Client(), "wrong", "10.0.0.1", "nobody")
    assert len(worked) == 2
    assert worked[0] == worked[1]


@pytest.mark.parametrize("dressed", [" window", "window ", "\twindow"])
def test_blanks_around_a_name_make_no_other_name_of_it(clerk, dressed):
    for n in range(10):
        attempt(Client(), "wrong", f"10.{n}.0.1")
    assert attempt(Client(), PASSWORD, "10.99.0.1", dressed).status_code == 429


def test_what_succeeds_uses_nothing_up(clerk):
    answers = [attempt(Client(), PASSWORD, "10.1.2.3").status_code for _ in range(30)]
    assert answers == [302] * 30
    assert not Attempt.objects.filter(what__startswith="official", count__gt=0).exists()


def test_a_known_device_has_a_budget_of_its_own_that_ends(client, clerk):
    attempt(client, PASSWORD, "192.0.2.7")
    client.post(reverse("web:logout"))
    assert [attempt(client, "wrong", "192.0.2.7").status_code for _ in range(12)] == [200] * 10 + [429] * 2
    # It falls back on nobody's: a stranger's browser still has all its tries.
    assert attempt(Client(), PASSWORD, "192.0.2.7").status_code == 302


def test_the_device_of_one_official_is_a_strangers_to_another(client, clerk):
    appoint(by=the_system(), username="other", name="另", role=Official.Role.CLERK, password=PASSWORD)
    attempt(client, PASSWORD, "192.0.2.7")
    client.post(reverse("web:logout"))
    for n in range(10):
        attempt(Client(), "wrong", f"10.{n}.0.1", "other")
    assert attempt(client, PASSWORD, "192.0.2.7", "other").status_code == 429


@pytest.mark.parametrize("how", ["password", "forged", "age"])
def test_a_device_is_known_no_more(client, clerk, how, monkeypatch):
    attempt(client, PASSWORD, "192.0.2.7")
    client.post(reverse("web:logout"))
    if how == "password":
        set_password(by=the_system(), official=clerk, password=PASSWORD)
    elif how == "forged":
        client.cookies[doors.DEVICE] = str(client.cookies[doors.DEVICE].value)[:-1] + "x"
    else:
        later = time.time() + doors.DEVICE_LASTS + 60
        monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    flood(11)
    assert attempt(client, PASSWORD, "192.0.2.7").status_code == 429


def test_who_was_let_go_does_not_sign_in_on_a_known_device(client, clerk):
    attempt(client, PASSWORD, "192.0.2.7")
    release(by=the_system(), official=clerk, why="moved")
    assert attempt(client, PASSWORD, "192.0.2.7").status_code == 200
    assert COOKIE not in client.cookies or not client.cookies[COOKIE].value


def test_the_devices_cookie_is_for_the_sign_in_page_alone(client, clerk):
    attempt(client, PASSWORD, "192.0.2.7")
    kept = client.cookies[doors.DEVICE]
    assert (kept["path"], bool(kept["httponly"]), kept["samesite"]) == (reverse("web:login"), True, "Strict")
    assert "window" not in kept.value
    name = kept.value
    client.post(reverse("web:logout"))
    attempt(client, PASSWORD, "192.0.2.7")
    assert client.cookies[doors.DEVICE].value.split(":")[0] == name.split(":")[0]


def test_a_code_lets_the_official_in_on_a_new_device_meanwhile(clerk, clock):
    flood(104)
    code = doors.hand_out_code(by=the_system(), official=clerk, at=NOON)
    assert attempt(Client(), PASSWORD, "172.16.0.1", code="WRONGWRONG").status_code == 429
    assert attempt(Client(), "wrong", "172.16.0.1", code=code).status_code == 200
    assert attempt(Client(), PASSWORD, "172.16.0.1", code=code.lower()).status_code == 302
    assert AuditEntry.objects.filter(action="official.device", subject=f"official/{clerk.pk}").count() == 1
    clock[0] = NOON + timedelta(minutes=31)
    assert doors.name_by_code(clerk, code, clock[0]) == ""


def test_an_attack_rings_once_an_hour_and_names_the_official_alone(clerk, clock):
    for minutes in (0, 10, 20, 60, 70, 80):
        clock[0] = NOON + timedelta(minutes=minutes)
        flood(10)
    alarms = Alarm.objects.order_by("hour").values_list("official", "sort", "count")
    assert list(alarms) == [(clerk.pk, "passwords", 20), (clerk.pk, "passwords", 20)]
    assert AuditEntry.objects.filter(action="alarm.passwords", subject=f"official/{clerk.pk}").count() == 2


def test_passwords_tried_at_many_names_ring_too(db):
    for n in range(doors.SPRAYED):
        attempt(Client(), "wrong", f"10.{n % 200}.{n // 200}.1", f"name{n}")
    assert list(Alarm.objects.values_list("official", "count")) == [(None, doors.SPRAYED)]


@pytest.mark.parametrize(("proxies", "counted"), [(0, "10.1.2.3"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_the_address_is_read_from_our_own_proxies_alone(client, clerk, settings, monkeypatch, proxies, counted):
    settings.YIMATONG_PROXIES = proxies
    seen = []
    real = limits.count
    monkeypatch.setattr(limits, "count", lambda **told: seen.append(told["source"].address) or real(**told))

    attempt(client, "wrong", "10.1.2.3", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.7, 203.0.113.9")

    assert seen[0] == counted


@pytest.mark.parametrize(
    "next_", ["NaN", "1e309", "web:people", "//other.example/", "https://other.example/", "x" * 3000, "\u202e"]
)
def test_whoever_is_signed_in_is_led_to_an_address_of_ours_or_home(clerk, next_):
    client = Client()
    assert attempt(client, PASSWORD, "192.0.2.1").status_code == 302
    assert client.get("/login/", {"next": next_})["Location"] == "/"
    assert client.get("/login/", {"next": "/people/"})["Location"] == "/people/"
