"""An official's password can't be guessed in peace, and who guesses locks out nobody but themselves for long."""

from __future__ import annotations

import pytest
from django.urls import reverse

from yimatong.edges.web.officials import COOKIE
from yimatong.records.actions.officials import appoint, the_system
from yimatong.records.models import Official

PASSWORD = "a long enough password"


@pytest.fixture
def clerk(db) -> Official:
    return appoint(by=the_system(), username="window", name="窗口", role=Official.Role.CLERK, password=PASSWORD)


def attempt(client, password: str, address: str, **headers: str):
    return client.post(
        reverse("web:login"), {"username": "window", "password": password}, REMOTE_ADDR=address, **headers
    )


def test_after_ten_wrong_passwords_from_one_network_even_the_right_one_waits(client, clerk):
    answers = [attempt(client, "wrong", "10.1.2.3").status_code for _ in range(10)]

    assert answers == [200] * 10
    refused = attempt(client, PASSWORD, "10.1.2.77")
    assert refused.status_code == 429
    assert COOKIE not in client.cookies


def test_the_official_signs_in_from_elsewhere_meanwhile(client, clerk):
    for _ in range(11):
        attempt(client, "wrong", "10.1.2.3")

    assert attempt(client, PASSWORD, "10.9.9.9").status_code == 302


def test_a_guesser_with_many_networks_is_stopped_at_the_name(client, clerk):
    answers = [attempt(client, "wrong", f"10.{n}.0.1").status_code for n in range(101)]

    assert answers == [200] * 100 + [429]


@pytest.mark.parametrize(("proxies", "counted"), [(0, "10.1.2.3"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_the_address_is_read_from_our_own_proxies_alone(client, clerk, settings, monkeypatch, proxies, counted):
    settings.YIMATONG_PROXIES = proxies
    seen = []
    from yimatong.edges.web.views import session

    real = session.limits.spend
    monkeypatch.setattr(session.limits, "spend", lambda **told: seen.append(told["source"].address) or real(**told))

    attempt(client, "wrong", "10.1.2.3", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.7, 203.0.113.9")

    assert seen == [counted]
