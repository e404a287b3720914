"""Desks that issue to a city, and are killed in the middle: what a desk was told is there afterwards, once.

python -m bench.desks prepare HOME PEOPLE            people, verdicts in force for nine of ten, the tenth has declared just now
python -m bench.desks work HOME PEOPLE PROCESSES STOP   issue until STOP of them (0: all) have a pass; a stop is kill -9, of the
                                                     desks, of PostgreSQL and of this process
python -m bench.desks desk HOME FIRST STEP PEOPLE    one process with ten desks; its answers go to HOME/answers-FIRST
python -m bench.desks offline HOME PEOPLE            twenty offline desks come back in any order, some twice
python -m bench.desks count HOME PEOPLE              what is there, against what the desks were told
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.phones import _copy, _document
from bench.recorded import fill
from yimatong.site.program import log_aside, server

THREADS, POINTS, OFFLINE, EACH = 10, 50, 20, 250
STREET = 330203001
FEBRUARY = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)
ALL_DAY = [[["00:00", "23:59"]]] * 7


@contextmanager
def city(home: str, *, serve: bool = True) -> Iterator[None]:
    """The city's settings, in February 2020, and its database (or the one that another process of the bench has started)."""
    os.environ |= {"YIMATONG_HOME": home, "YIMATONG_DAYS_BACK": str((datetime.now(UTC) - FEBRUARY).days)}
    os.environ.pop("DATABASE_URL", None)
    Path(home).mkdir(parents=True, exist_ok=True)
    if not serve:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
        django.setup()
        yield
        return
    with server(), log_aside():
        from django.db import connections

        try:
            yield
        finally:
            connections.close_all()


def prepare(home: str, people: str) -> dict[str, Any]:
    """People with documents; a run in force by Ningbo's policy; points with a clerk; offline desks with their blocks."""
    with city(home):
        from django.core.management import call_command
        from django.db import connections

        from yimatong.site.commands.first_start import put_policy_into_force

        call_command("migrate", database="owner", verbosity=0, interactive=False)
        put_policy_into_force()
        count = int(people) + OFFLINE * EACH
        _people(count)
        _judged(count)
        _points()
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
    return {"people": count}


def work(home: str, people: str, processes: str, stop: str) -> dict[str, Any]:
    """Start the desks and wait; at STOP passes everything is killed, this process last."""
    with city(home):
        began, before = time.perf_counter(), _issued()
        command = [sys.executable, "-m", "bench.desks", "desk", home]
        desks = [
            subprocess.Popen([*command, str(first), processes, people], stdout=subprocess.DEVNULL)
            for first in range(int(processes))
        ]
        while any(desk.poll() is None for desk in desks):
            time.sleep(0.2)
            if int(stop) and _issued() >= int(stop):
                _kill(home, desks)
        if any(desk.returncode for desk in desks):
            raise RuntimeError(f"a desk ended with {[desk.returncode for desk in desks]}")
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "issued": _issued() - before}


PASSWORD = "a clerk of the bench's own"


def desk(home: str, first: str, step: str, people: str) -> None:
    """Ten desks: each asks for its people, in order, with a key of their own; an answer is written before the next question."""
    with city(home, serve=False):
        from django.db import connection

        from yimatong.records import clock
        from yimatong.records.acting import acting_as
        from yimatong.records.actions import officials
        from yimatong.records.models import Official
        from yimatong.stations.issuing.actions import issuing
        from yimatong.stations.issuing.actions.issuing import Issued
        from yimatong.stations.issuing.models import Point

        file = Path(home) / f"answers-{first}"
        told = {line.split()[0] for line in file.read_text().splitlines()} if file.exists() else set()
        clerk, points = Official.objects.get(username="bench"), list(Point.objects.order_by("pk"))
        who = officials.sign_in(username="bench", password=PASSWORD)
        mine = [n for n in range(1 + int(first), int(people) + 1, int(step)) if str(n) not in told]

        def at(which: int) -> None:
            try:
                with file.open("a", buffering=1) as answers:
                    for n in mine[which::THREADS]:
                        began = time.perf_counter()
                        point = points[n % len(points)]
                        with acting_as(who):
                            answer = issuing.issue(by=clerk, point=point.pk, person=n, now=clock.now(), key=UUID(int=n))
                        if not isinstance(answer, Issued):
                            raise TypeError(answer.code)
                        answers.write(f"{n} {answer.number} {int(answer.again)} {time.perf_counter() - began:.4f}\n")
            finally:
                connection.close()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(at, range(THREADS)))


def offline(home: str, people: str) -> dict[str, Any]:
    """Each offline desk has issued to its own people and to some of the others'; records come in any order, a quarter twice."""
    with city(home):
        from django.db import connection

        from yimatong.records import clock
        from yimatong.records.acting import acting_as
        from yimatong.records.actions import officials
        from yimatong.stations.issuing.actions import bringing

        who, now = officials.sign_in(username="bench", password=PASSWORD), clock.now()
        parts = list(_brought(int(people)))
        chance = random.Random(3)
        sent = parts + chance.sample(parts, len(parts) // 4)
        chance.shuffle(sent)

        def bring(part: Any) -> Any:
            try:
                with acting_as(who):
                    return bringing.bring(device=part[0], records=part[1], now=now, at=datetime.now(UTC))
            finally:
                connection.close()

        began = time.perf_counter()
        with ThreadPoolExecutor(OFFLINE) as pool:
            told = list(pool.map(bring, sent))
        return {
            "seconds": time.perf_counter() - began, "handed": sum(len(records) for _, records in parts),
            "held": sum(one.state != "taken" for answer in told for one in answer), "batches": len(sent),
        }  # fmt: skip


def _brought(people: int) -> Iterator[tuple[Any, list[Any]]]:
    """Each offline desk with fifty of its records, closed to the server."""
    from yimatong.core.credential import seal_to
    from yimatong.core.paper import number
    from yimatong.stations.issuing.desk_wire import Sent
    from yimatong.stations.issuing.models import DeskDevice, Lease
    from yimatong.stations.passes import sealing

    chance, point = random.Random(3), sealing.point()
    for which, device in enumerate(DeskDevice.objects.order_by("number")):
        lease = Lease.objects.get(use="offline", desk=device.desk)
        own = [people + which * EACH + n for n in range(1, EACH + 1)]
        whom = dict.fromkeys(own + chance.sample(range(people + 1, people + OFFLINE * EACH + 1), EACH // 10))
        records = []
        for place, person in enumerate(whom):
            document = {"id_type": "resident", "id_number": _document(person), "name": ""}
            said = {
                "kind": "card", "at": int(lease.leased_at.timestamp()) + place, "whom": {"document": document},
                "number": number(lease.district, lease.first + place),
            }  # fmt: skip
            sealed = seal_to(point, json.dumps(said).encode(), f"YMT1-sealed\n{device.id.hex}".encode())
            records.append(Sent(n=place + 1, sealed=urlsafe_b64encode(sealed).rstrip(b"=").decode()))
        yield from ((device, records[at : at + 50]) for at in range(0, len(records), 50))


def count(home: str, people: str) -> dict[str, Any]:
    """Duplicates, passes that a desk was told and that are not there, lines without a pass, gaps, people with two that count."""
    with city(home):
        from django.db import connection

        from yimatong.stations.issuing.models import Paper

        there = dict(Paper.objects.filter(mode="desk").values_list("person_id", "number"))
        lines = [
            line.split() for file in sorted(Path(home).glob("answers-*")) for line in file.read_text().splitlines()
        ]
        whole = [line for line in lines if len(line) == 4]
        told = {int(n): number for n, number, *_ in whole}
        numbers = Counter(Paper.objects.values_list("number", flat=True))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM papers p LEFT JOIN register_entries e ON e.paper_id = p.id WHERE e.id IS NULL),"
                " (SELECT count(*) FROM (SELECT point_id, day, count(*) lines, max(line) last FROM register_entries GROUP BY 1, 2) x"
                "  WHERE lines <> last),"
                " (SELECT count(*) FROM (SELECT person_id FROM paper_credentials WHERE recalled_at IS NULL AND NOT doubled"
                "  GROUP BY 1 HAVING count(*) > 1) y),"
                " (SELECT count(*) FROM audit_entries WHERE action = 'paper.issue')"
            )
            unwritten, gaps, twice, audited = cursor.fetchone()
        seconds = sorted(float(line[3]) for line in whole)
        return {
            "papers": sum(numbers.values()), "desk": len(there), "duplicates": sum(n - 1 for n in numbers.values()),
            "lost": sum(there.get(n) != number for n, number in told.items()) + int(people) - len(there),
            "unwritten": unwritten, "gaps": gaps, "twice": twice, "audited": audited,
            "again": sum(line[2] == "1" for line in whole),
            "median": seconds[len(seconds) // 2], "p95": seconds[len(seconds) * 95 // 100],
        }  # fmt: skip


def _issued() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM papers")
        return int(cursor.fetchone()[0])


def _kill(home: str, desks: list[subprocess.Popen[bytes]]) -> None:
    """Kill -9: first half of the desks, then the database server, then the others, then this process."""
    postmaster = next(Path(home).rglob("postmaster.pid"))
    number = int(postmaster.read_text().splitlines()[0])
    for one in desks[::2]:
        one.kill()
    time.sleep(0.5)
    os.kill(number, signal.SIGKILL)
    for one in desks[1::2]:
        one.kill()
    os.kill(os.getpid(), signal.SIGKILL)


def _people(count: int) -> None:
    from django.db import connections

    from yimatong.records import clock, identity

    at_desks = count - OFFLINE * EACH

    with connections["default"].cursor() as cursor:
        # Offline desks find theirs by document; the others' documents are not all different, and nobody looks for them.
        people = (
            (
                n,
                "王小明",
                "resident",
                identity.id_key("resident", _document(n)) if n > at_desks else UUID(int=n),
                _document(n),
                STREET,
            )
            for n in range(1, count + 1)
        )
        fill(cursor, people, clock.now())


def _judged(count: int) -> None:
    """A run in force: everybody green but each tenth, who declared after it."""
    from django.db import connections, transaction

    from yimatong.records import clock, policies
    from yimatong.records.models import Official
    from yimatong.stations.judgements.models import Run

    policy, system = policies.in_force("judge"), Official.objects.using("judge").get(username="system")
    runs = Run.objects.using("judge")
    run = runs.create(
        kind="full", policy_id=policy.digest, as_of=clock.now(), known_at=datetime.now(UTC), engine="duckdb", versions={},
        by=system,
    )  # fmt: skip
    for state in ("snapshotted", "judged"):
        runs.filter(pk=run.number).update(state=state)
    green = [n for n in range(1, count + 1) if n % 10]
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        runs.filter(pk=run.number).update(state="published", changed=len(green))
        kinds = ["int4", "int4", "text", "text", "text"]
        rows = ((n, run.number, "green", "", "") for n in green)
        _copy(cursor, "verdicts (person_id, run_id, colour, rules, facts)", kinds, rows)
    with connections["default"].cursor() as cursor:
        _copy(
            cursor, "facts (person_id, kind, detail, start, source, legal_basis, recorded_at)",
            ["int4", "text", "text", "timestamptz", "text", "text", "timestamptz"],
            ((n, "declaration", "desk", clock.now(), "bench", "bench", datetime.now(UTC)) for n in range(10, count + 1, 10)),
        )  # fmt: skip


def _points() -> None:
    from yimatong.records import clock
    from yimatong.records.acting import acting_as
    from yimatong.records.actions.officials import appoint, sign_in, the_system
    from yimatong.records.calendar import day_number
    from yimatong.records.models import Official
    from yimatong.stations.issuing.actions import leases, points

    clerk = appoint(by=the_system(), username="bench", name="bench", role=Official.Role.CLERK, password=PASSWORD)
    who = sign_in(username="bench", password=PASSWORD)
    now = clock.now() - timedelta(hours=1)
    for which in range(POINTS):
        point = points.open_point(
            by=the_system(), kind="village", title=f"第{which + 1}社区", division=STREET + which % 3, address="-",
            hours=ALL_DAY, now=now,
        )  # fmt: skip
        points.appoint(by=the_system(), point=point.pk, official=clerk)
        if which < OFFLINE:
            with acting_as(who):
                desk = _enrolled(point.pk, clerk)
                leases.lease(by=clerk, point=point.pk, desk=desk, request=UUID(int=which), now=now, count=2 * EACH)
    assert day_number(now) > 0


def _enrolled(point: int, clerk: Any) -> str:
    """One more tablet of a point; the name in which its numbers are leased."""
    from yimatong.core.credential import FileKey
    from yimatong.core.credential.cbor import encode
    from yimatong.stations.issuing.actions import desks

    key, at = FileKey.made(), datetime.now(UTC)
    (code,) = desks.offer_desks(by=clerk, point=point, at=at)
    signature = key.sign(encode(["YMT1-enrol", code.secret, key.point]))
    return desks.enrol_desk(secret=code.secret, point=key.point, name="-", signature=signature, at=at).desk


if __name__ == "__main__":
    does = {"prepare": prepare, "work": work, "desk": desk, "offline": offline, "count": count}[sys.argv[1]]
    print(json.dumps(does(*sys.argv[2:])))
