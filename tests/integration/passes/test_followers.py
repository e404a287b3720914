"""Who signs after a key that was compromised, and that what it signs is over before it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.passes.town import NOW
from yimatong.records.models import Official
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.models import SigningKey

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.mark.parametrize("use", ["pass", "recall", "policy", "root", "paper"])
def test_where_the_key_of_before_signs_again_another_is_made_that_outlives_it(
    system: Official, clean_home: Path, use: str
):
    """B is stolen on its first day: A, which every gate knows, signs on, and what it signs is over before its time is."""
    keys.ensure_paper(by=system, now=NOW)
    first = keyring.signing_row(use, int(NOW.timestamp()))
    second = keys.rotate(by=system, use=use, now=NOW)
    stolen = NOW + timedelta(seconds=keys.LEAD, hours=1)
    follower = keys.compromised(by=system, kid=second.kid, now=stolen, why="a note on the screen")
    first.refresh_from_db()
    signed = {}
    for hour in range(0, 24 * 15, 6):
        moment = int((stolen + timedelta(hours=hour)).timestamp())
        keys.ensure(by=system, now=stolen + timedelta(hours=hour))
        row = keyring.signing_row(use, moment)
        assert row.state != "compromised"
        assert row.until >= moment + keyring.HOLDS[use], "what it signs is over before it is"
        signed[hour] = row.kid
    assert len(set(signed.values())) <= 2
    assert signed[24 * 14] not in {first.kid, second.kid}
    if keyring.HOLDS[use] + keys.LEAD < first.until - stolen.timestamp():
        assert follower.kid == signed[0] == first.kid, "known to every gate already"
        made = SigningKey.objects.get(kid=signed[24 * 14])
        assert made.since >= stolen.timestamp() + keys.LEAD, "gates have it before it signs"
    else:
        assert follower.kid == signed[0] == signed[24 * 14]


def test_the_first_key_stolen_before_the_second_signs(system: Official):
    first = keyring.signing_row("pass", int(NOW.timestamp()))
    second = keys.rotate(by=system, use="pass", now=NOW)
    follower = keys.compromised(by=system, kid=first.kid, now=NOW, why="found in a bin")
    assert follower.kid not in {first.kid, second.kid}
    assert keyring.signing_row("pass", int(NOW.timestamp())).kid == follower.kid
    assert keyring.signing_row("pass", second.since).kid == second.kid


def test_a_key_that_ends_before_what_it_would_sign_signs_nothing_and_another_is_made(system: Official):
    """As a city had it whose second key was stolen before this was looked at: the first signed on, to its last second."""
    now = int(NOW.timestamp())
    first = keyring.signing_row("pass", now)
    SigningKey.objects.filter(pk=first.pk).update(state="retired", until=now + keyring.HOLDS["pass"])
    assert keyring.signing_row("pass", now) == first, "what it signs now is over when it is"
    assert keyring.signing_row("pass", now + 1) is None, "passes are made seven days ahead"
    keys.ensure(by=system, now=NOW + timedelta(seconds=1))
    other = keyring.signing_row("pass", now + 1)
    assert (other.kid != first.pk, other.state) == (True, "active")
