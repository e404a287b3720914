"""Who signs after a key that was compromised, and that what it signs is over before it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acting import owning
from tests.integration.passes.town import NOW
from yimatong.core.credential import State, Use
from yimatong.core.errors import EnvironmentProblem
from yimatong.records.models import Official
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.models import SigningKey, TrustCut

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


def test_who_signs_from_now_on_is_in_the_list_with_the_same_step(system: Official):
    """A minting that runs beside the command signs by the follower at once; nobody has to come by for a list that knows it."""
    keys.cut_trust(now=NOW)
    first = keyring.signing_row("pass", int(NOW.timestamp()))
    follower = keys.compromised(by=system, kid=first.kid, now=NOW, why="found in a bin")
    assert _told() == {first.kid: State.COMPROMISED, follower.kid: State.ACTIVE}
    third = keys.rotate(by=system, use="pass", now=NOW + timedelta(minutes=1), lead=0)
    assert _told() == {first.kid: State.COMPROMISED, follower.kid: State.RETIRED, third.kid: State.ACTIVE}


def test_a_stolen_key_is_dead_also_where_no_list_can_say_so(system: Official, clean_home: Path):
    keys.cut_trust(now=NOW)
    before = TrustCut.objects.count()
    keyring.file_of("root", keyring.signing_row("root", int(NOW.timestamp())).kid).unlink()
    first = keyring.signing_row("pass", int(NOW.timestamp()))
    keys.compromised(by=system, kid=first.kid, now=NOW, why="the office was broken into")
    first.refresh_from_db()
    assert (first.state, TrustCut.objects.count()) == ("compromised", before)
    with pytest.raises(EnvironmentProblem, match="root"):
        keys.cut_trust(now=NOW)


def _told() -> dict[str, State]:
    """The state of each pass key in the newest trust list."""
    trust = keys.trust_of(bytes(TrustCut.objects.order_by("-version")[0].data))
    return {key.kid.hex(): key.state for key in trust.keys if key.use is Use.PASS}


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
    with owning():
        SigningKey.objects.filter(pk=first.pk).update(state="retired", until=now + keyring.HOLDS["pass"])
    assert keyring.signing_row("pass", now) == first, "what it signs now is over when it is"
    assert keyring.signing_row("pass", now + 1) is None, "passes are made seven days ahead"
    keys.ensure(by=system, now=NOW + timedelta(seconds=1))
    other = keyring.signing_row("pass", now + 1)
    assert (other.kid != first.pk, other.state) == (True, "active")
