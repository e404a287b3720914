"""A city of phones: people with sealed documents, accounts, verdicts in force, bindings; made by COPY in a process of its own.

python -m bench.phones strips HOME PEOPLE PROCESSES
python -m bench.phones renewal HOME PEOPLE SECONDS
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import psutil

from bench import aside
from bench.recorded import fill
from bench.signing import Limit, limit
from yimatong.site.commands.ports import held
from yimatong.site.program import log_aside, server

THREADS, CONNECTIONS = 8, 16
ROUNDS = 3
RESTS, SAMPLE, A_WHILE = 10, 1_000, 0.05
"""Rests of a night, the strips whose claims the limit goes by, and seconds between two looks whether all is signed."""
POINTS = 280
"""Real points that the phones share: nothing looks whether a window key is somebody else's too."""
LUA = """
local tokens = {}
for line in io.lines("%s") do tokens[#tokens + 1] = line end
function init(args) math.randomseed(os.time()) end
function request()
  return wrk.format("GET", "/e/strip/%s", {["Authorization"] = "YMT " .. tokens[math.random(#tokens)]})
end
"""


def strips(home: str, people: str, processes: str) -> dict[str, Any]:
    """Seconds of issuing everybody's credential and of signing everybody's strips of a whole day, and what the cores can sign.

    The night and the limit take turns, so that whoever else works on the machine takes from both.
    """
    with city(Path(home), int(people)) as made:
        from django.db import connections

        from yimatong.records import clock
        from yimatong.records.actions.officials import the_system
        from yimatong.stations.passes.models import Credential
        from yimatong.stations.passes.upkeep import keep_up

        began = time.perf_counter()
        kept = keep_up(by=the_system(), now=clock.now(), everybody=True)
        followed = time.perf_counter() - began
        began = time.perf_counter()
        keep_up(by=the_system(), now=clock.now())
        minute = time.perf_counter() - began
        moved = _moved(int(people))
        with connections["owner"].cursor() as cursor:
            cursor.execute("TRUNCATE strips")  # of an earlier run on a city that was kept
        with limit(int(processes)) as bound:
            night = _night(clock.now() + timedelta(days=1), int(people), int(processes), bound)
        return aside.with_peak(
            {
                "made": made, "followed": followed, "issued": kept.followed.issued, "minute": minute, "moved": moved, "night": night,
                **bound.rates(),
                "live": Credential.objects.filter(recalled_at=None).count(), "unseal": _unsealing(),
            }
        )  # fmt: skip


def _moved(people: int) -> dict[str, float]:
    """One in a hundred has another colour after a night: seconds until their credentials follow, and until lists name the old ones."""
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.actions.following import follow
    from yimatong.stations.passes.upkeep import keep_up

    _publish(dict.fromkeys(range(50, people + 1, 100), "red"))
    began = time.perf_counter()
    change = follow(now=clock.now())
    followed = time.perf_counter() - began
    kept = keep_up(by=the_system(), now=clock.now())
    return {
        "people": change.recalled, "followed": followed, "listed": time.perf_counter() - began - followed, "lists": kept.cut.signed,
    }  # fmt: skip


def _night(then: datetime, people: int, processes: int, bound: Limit) -> dict[str, Any]:
    """A day's strips signed as in its first second, when none of its windows is over; ten times it rests, and the limit is measured."""
    from yimatong.records import calendar
    from yimatong.stations.passes import keyring, stamping
    from yimatong.stations.passes.actions import minting, recalling
    from yimatong.stations.passes.days import WINDOWS, day_of
    from yimatong.stations.passes.models import SigningKey, Strip

    midnight = calendar.begins(calendar.day(then))
    recalling.open_epochs([day_of(midnight)])
    stamp = minting.stamp_of(day_of(midnight), midnight)
    pem = keyring.file_of(SigningKey.Use.PASS, stamp.signer.kid.hex())
    real, rested = minting._chunks, [0.0]
    some: list[bytes] = []

    def chunks(*of: Any) -> Iterator[Any]:
        for number, chunk in enumerate(real(*of)):
            if not some:
                strips = stamping.strips(stamp, chunk.lines[:SAMPLE]).signed
                some[:] = [pass_ for strip in strips for pass_ in stamping.passes_of(strip.passes)]
            if number % max(1, people // minting.CHUNK // RESTS) == 0:
                _until_idle()
                began = time.perf_counter()
                bound.sample(some, pem)
                rested[0] += time.perf_counter() - began
            yield chunk

    with mock.patch.object(minting, "_chunks", chunks):
        began = time.perf_counter()
        (minted,) = minting.mint(now=midnight, days=0, processes=processes)
        taken = time.perf_counter() - began - rested[0]
    there = Strip.objects.filter(day=minted.day)
    whole = all(all(stamping.passes_of(bytes(strip.passes))) for strip in there.order_by("binding")[:SAMPLE])
    return {"seconds": taken, "minted": minted.strips, "there": there.count(), "whole": whole, "passes": WINDOWS}


def _until_idle() -> None:
    """Wait until the signing processes have signed what they were given; the waiting is the night's own."""
    children, before = psutil.Process().children(), -1.0
    while (used := sum(sum(child.cpu_times()[:2]) for child in children)) > before:
        before = used
        time.sleep(A_WHILE)


def renewal(home: str, people: str, seconds: str) -> dict[str, Any]:
    """Requests a second of the strip's address and of the empty one, in turns on one server; wrk counts."""
    with city(Path(home), int(people)):
        from yimatong.records import clock
        from yimatong.records.actions.officials import the_system
        from yimatong.stations.passes.actions import minting
        from yimatong.stations.passes.days import day_of, name_of
        from yimatong.stations.passes.upkeep import keep_up

        keep_up(by=the_system(), now=clock.now(), everybody=True)
        minting.mint(now=clock.now(), days=0)
        tokens, script = Path(home) / "tokens.txt", Path(home) / "renewal.lua"
        asked = random.Random(1).sample(range(int(people)), min(int(people), 100_000))
        tokens.write_text("\n".join(map(token_of, asked)))
        day = name_of(day_of(clock.now()))
        script.write_text(LUA % (tokens, day))
        with _served(Path(home)) as address:
            body = _ask(f"{address}/e/strip/{day}", token_of(0))
            found: dict[str, list[dict[str, float]]] = {"renewal": [], "empty": []}
            for _round in range(ROUNDS):
                found["empty"].append(_wrk(f"{address}/e/empty", seconds))
                found["renewal"].append(_wrk(f"{address}/", seconds, script))
        return {**found, "bytes": len(body)}


@contextmanager
def city(home: Path, people: int) -> Iterator[float]:
    """The city under `home`, made where it is not there yet; gives the seconds that making took (0: it was there)."""
    os.environ["YIMATONG_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    home.mkdir(parents=True, exist_ok=True)
    with server(), log_aside():
        from django.core.management import call_command
        from django.db import connections

        from yimatong.site.commands.first_start import put_policy_into_force

        try:
            made = 0.0
            if not (home / "made").exists():
                began = time.perf_counter()
                call_command("migrate", database="owner", verbosity=0, interactive=False)
                put_policy_into_force()
                _make(people)
                made = time.perf_counter() - began
                (home / "made").touch()
            yield made
        finally:
            connections.close_all()


def token_of(number: int) -> str:
    """The token of a phone of the bench."""
    return urlsafe_b64encode(sha256(f"phone {number}".encode()).digest()[:16]).decode().rstrip("=")


def _make(people: int) -> None:
    from django.db import connections

    from yimatong.core.credential import FileKey
    from yimatong.stations.declarations.models import Channel

    chance = random.Random(20200215)
    points = [FileKey.made().point for _ in range(POINTS)]
    windows = [b"".join(chance.sample(points, 28)) for _ in range(1000)]
    channel = Channel.objects.get_or_create(
        slug="browser", defaults={"kind": "browser", "title_zh": "浏览器", "title_en": "Browser"}
    )[0]
    numbers = range(1, people + 1)
    with connections["default"].cursor() as cursor:
        fill(cursor, ((n, "王小明", "resident", UUID(int=n), _document(n), 330203001) for n in numbers), _then())
        _copy(
            cursor, "accounts (id, channel_id, subject_key, subject_sealed, person_id, document_type, phone_tail)",
            ["int8", "int8", "uuid", "bytea", "int4", "text", "text"],
            ((n, channel.pk, UUID(int=n), b"-", n, "", "") for n in numbers),
        )  # fmt: skip
        _copy(
            cursor, "device_bindings (id, token, account_id, person_id, own, device_key, window_keys, why)",
            ["int8", "bytea", "int8", "int4", "bool", "bytea", "bytea", "text"],
            (
                (n, sha256(token_of(n - 1).encode()).digest(), n, n, True, points[n % POINTS], windows[n % 1000], "")
                for n in numbers
            ),
        )  # fmt: skip
    _publish({n: "red" if n % 500 == 0 else "yellow" if n % 100 == 0 else "green" for n in numbers})
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _publish(colours: dict[int, str]) -> None:
    """A run that gives these people these colours, and is in force."""
    from django.db import connections, transaction

    from yimatong.records.models import Enforcement, Official
    from yimatong.stations.judgements.models import Run

    runs = Run.objects.using("judge")
    pack = Enforcement.objects.using("judge").latest("number").pack
    last = runs.filter(state="published").order_by("-number").first()
    system = Official.objects.using("judge").get(username="system")
    run = runs.create(kind="full", policy=pack, as_of=_then(), engine="duckdb", versions={}, by=system)
    for state in ("snapshotted", "judged"):
        runs.filter(pk=run.number).update(state=state)
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        runs.filter(pk=run.number).update(state="published", changed=len(colours), follows=last)
        rows = (
            (n, run.number, colour, "", "", None) if colour == "green" else (n, run.number, colour, "r", "f/1", 1)
            for n, colour in colours.items()
        )
        kinds = ["int4", "int4", "text", "text", "text", "int4"]
        _copy(cursor, "verdicts (person_id, run_id, colour, rules, facts, since)", kinds, rows)


def _then() -> Any:
    from yimatong.records import clock

    return clock.now()


def _document(number: int) -> str:
    """Eighteen signs of an area that was never assigned."""
    return f"330299{19400101 + number % 70 * 10_000 + number // 70 % 28:08d}{number % 1000:03d}X"


def _copy(cursor: Any, into: str, kinds: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(kinds)
        for row in rows:
            copy.write_row(row)


def _unsealing() -> float:
    """Microseconds to unseal a document and mask a name, on one core."""
    from yimatong.core.credential import masked
    from yimatong.records.identity import normalised, seal, unseal

    sealed = [seal(_document(number), "id") for number in range(5_000)]
    began = time.perf_counter()
    for one in sealed:
        normalised(unseal(one, "id"))
        masked("王小明")
    return (time.perf_counter() - began) / len(sealed) * 1e6


@contextmanager
def _served(home: Path) -> Iterator[str]:
    with held("127.0.0.1", 0) as port:
        yield from _serving(home, port)


def _serving(home: Path, port: int) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--blocking-threads",
        str(THREADS),
        "--no-ws",
        "--log-level",
        "warning",
        "bench.serving.wsgi:application",
    ]
    with (home / "served.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as web:
        try:
            until = time.monotonic() + 60
            while time.monotonic() < until:
                with suppress(OSError):
                    _ask(f"{address}/e/empty", "")
                    break
                time.sleep(0.2)
            yield address
        finally:
            web.terminate()


def _ask(address: str, token: str) -> bytes:
    request = urllib.request.Request(address, headers={"Authorization": f"YMT {token}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


def _wrk(address: str, seconds: str, script: Path | None = None) -> dict[str, float]:
    """Requests a second, and how many were no success."""
    words = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *(["-s", str(script)] if script else [])]
    said = subprocess.run([*words, address], capture_output=True, text=True, check=True).stdout
    rate = next(float(line.split()[1]) for line in said.splitlines() if line.startswith("Requests/sec"))
    wrong = next((int(line.split()[-1]) for line in said.splitlines() if "Non-2xx" in line), 0)
    return {"rate": rate, "wrong": wrong}


if __name__ == "__main__":
    work = {"strips": strips, "renewal": renewal}[sys.argv[1]]
    print(json.dumps(work(*sys.argv[2:])))
