"""A storm of changed verdicts and its telling: `python -m bench.told storm CITY HOME CHANGES`, `python -m bench.told beside HOME`.

The database under HOME is that of the night; it is filled, and judged once, where it is not.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import aside, cities
from bench.filled import filled
from bench.machine import CHECKOUT
from bench.nights import _next_minute

BY_DAY = datetime(2020, 2, 20, 4, 0, tzinfo=UTC)
"""Noon in the city: at night most of it would wait for the morning."""
READY = "ready"
FIRST_PHONE = 17_000_000_000
"""Numbers of an area that no carrier has in use."""
ORDERS = (
    "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis)"
    " SELECT number, 'order', 'home', %s, 'storm', 'bench' FROM people WHERE number <= %s ON CONFLICT DO NOTHING"
)
STRIKE = (
    "UPDATE facts SET struck_at = now(), strike_reason = 'bench', struck_by_id = (SELECT id FROM officials WHERE username = 'system')"
    " WHERE source = 'storm' AND struck_at IS NULL"
)


def storm(city: str, home: str, changes: str) -> dict[str, Any]:
    """Six nights of so many changes each; two of them while the changes of those before are told beside. The first one warms up."""
    made, many = cities.Made(**json.loads(city)), int(changes)
    with filled(made, Path(home)):
        from yimatong.stations.judgements.models import Run
        from yimatong.stations.notifications.actions import following
        from yimatong.stations.notifications.models import Notification

        if not Run.objects.filter(state="published").exists():
            _night()
        _phones(many)
        following.begin_here()
        nights = {"first": _night_of(_order, many), "released": _night_of(_release, many)}
        teller = _beside(home)
        print(file=teller.stdin, flush=True)
        nights |= {"ordered beside": _night_of(_order, many), "released beside": _night_of(_release, many)}
        told = json.loads(teller.communicate()[0])
        nights |= {"ordered": _night_of(_order, many), "released again": _night_of(_release, many)}
        twice = Notification.objects.count() - Notification.objects.values("person", "kind", "about").distinct().count()
    return {"nights": nights, "told": told, "twice": twice}


def beside(home: str) -> dict[str, Any]:
    """Tell whatever waits, as the worker does, until nothing waits."""
    import os

    os.environ["YIMATONG_HOME"] = home
    from yimatong.site.program import log_aside, server

    with server(), log_aside():
        from django.db import connections

        from yimatong.records import clock
        from yimatong.stations.declarations.models import Message
        from yimatong.stations.notifications.actions import following, routing
        from yimatong.stations.notifications.models import Notification
        from yimatong.stations.notifications.tasks import COURTESY

        texts = Message.objects.count()
        print(READY, flush=True)
        sys.stdin.readline()
        following.make_way(longest=COURTESY)
        began = time.perf_counter()
        rows = following.follow_runs(now=clock.now())
        made, sent = time.perf_counter() - began, 0
        while Notification.objects.filter(routed_at=None).exists():
            sent += routing.route_calmly(longest=10, now=lambda: BY_DAY)
        took = time.perf_counter() - began - made
        texts = Message.objects.count() - texts
        connections.close_all()
    return {"rows": rows, "made": made, "sent": sent, "routing": took, "texts": texts}


def _beside(home: str) -> subprocess.Popen[str]:
    """A teller that has begun and waits for a line before it tells."""
    command = [sys.executable, "-m", "bench.told", "beside", home]
    teller = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert teller.stdout is not None
    assert teller.stdout.readline().strip() == READY
    return teller


def _night_of(changed: Callable[[int], None], many: int) -> dict[str, Any]:
    changed(many)
    return _night()


def _night() -> dict[str, Any]:
    from yimatong.core.time import to_datetime
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions
    from yimatong.stations.judgements.models import Run

    began = time.perf_counter()
    line = actions.run_full(by=the_system(), policy=cities.POLICIES / cities.POLICY, as_of=to_datetime(_next_minute()))
    took, timings = time.perf_counter() - began, Run.objects.get(pk=line.run).timings
    return {"seconds": took, "publication": took - sum(timings.values()), "changed": line.changed}


def _order(many: int) -> None:
    from django.db import connections

    from yimatong.core.time import to_datetime

    with connections["default"].cursor() as cursor:
        cursor.execute(ORDERS, [to_datetime(_next_minute()), many])


def _release(_many: int) -> None:
    from django.db import connections

    with connections["default"].cursor() as cursor:
        cursor.execute(STRIKE)


def _phones(many: int) -> None:
    """Give a phone to everybody whose colour will change."""
    from django.db import connections

    from yimatong.records import identity

    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE numbers (person int, key uuid, sealed bytea)")
        with cursor.copy("COPY numbers FROM STDIN") as copy:
            for person in range(1, many + 1):
                number = str(FIRST_PHONE + person)
                copy.write_row((person, identity.phone_key(number), identity.seal(number, "phone", person)))
        cursor.execute(
            "UPDATE people SET phone_key = key, phone_sealed = sealed FROM numbers WHERE number = person AND phone_key IS NULL"
        )


if __name__ == "__main__":
    WORK: dict[str, Callable[..., dict[str, Any]]] = {"storm": storm, "beside": beside}
    aside.answer(lambda work, *arguments: WORK[work](*arguments))
