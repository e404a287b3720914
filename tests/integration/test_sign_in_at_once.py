"""Two who try a password at the same moment are counted as two."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connections

from yimatong.edges.web.official import doors
from yimatong.stations.declarations.actions import limits

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 2, 20, 4, 0, tzinfo=UTC)


def test_two_at_once_do_not_pass_as_one() -> None:
    at, ready, waits = NOON, Barrier(16), []

    def guess() -> None:
        ready.wait()
        door = doors.Door(
            "window", "official", limits.Source(address="10.0.0.1"), limits.identity.keyed("official:", "window")
        )
        counted = limits.count(what=door.what, source=door.source, target=door.target, at=at)
        waits.append(limits.wait(counted, at))
        connections.close_all()

    guessers = [Thread(target=guess) for _ in range(16)]
    for one in guessers:
        one.start()
    for one in guessers:
        one.join()
    assert sum(minutes == 0 for minutes in waits) == 5
