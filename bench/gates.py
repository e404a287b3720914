"""A city's scanners that have waited for days: what they queued comes in, is compared with COPY, and survives a killed server.

python -m bench.gates sync HOME RECORDS DEVICES PROCESSES     a sync of everything, then COPY of the same rows into the same table
python -m bench.gates upload HOME PART                        one of its processes
python -m bench.gates kills HOME KILLS RECORDS                uploads with retries while the server is killed with kill -9
"""

from __future__ import annotations

import http.client
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from bench import aside, phones
from yimatong.core.credential.epochs import window_at
from yimatong.site.commands.ports import held

BATCH = 500
"""Records of a batch, as the scanner sends them over a quick connection (web/src/scan/engine/syncing.ts)."""
THREADS, UPLOADERS = 8, 8
DAYS = 5
PATH = "/s/sync"
COLUMNS = (
    "device_id, n, checkpoint_id, day, minute, cell, verdict, carrier, reason, action, rule, policy, temperature, epoch, slot,"
    " cti, number, vehicle, mode, rung, trust_age, recall_age, policy_age, licence, digest, received_at"
)


def sync(home: str, records: str, devices: str, processes: str) -> dict[str, Any]:
    """Seconds of taking everything through the product's WSGI application, and of COPY."""
    with _standing(Path(home)):
        made = scanners(int(devices))
        _requests(Path(home), made, int(records) // int(devices), int(processes))
        uploads = [
            subprocess.Popen([sys.executable, "-m", "bench.gates", "upload", home, str(part)])
            for part in range(int(processes))
        ]
        # The processes load Django first; each says when it began and ended.
        if any(one.wait() for one in uploads):
            raise RuntimeError("an upload failed")
        spans = [json.loads((Path(home) / f"span-{part}.json").read_text()) for part in range(int(processes))]
        seconds = max(end for _, end in spans) - min(start for start, _ in spans)
        there, copied = _copied()
        return {"seconds": seconds, "there": there, "copy": copied}


def upload(home: str, part: str) -> None:
    """Hand the requests of a file to the WSGI application, one after the other."""
    os.environ["YIMATONG_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimatong.site.settings"
    from yimatong.site.wsgi import application
    from yimatong.stations.checkpoints import policy

    def ask(header: str, body: bytes) -> tuple[str, bytes]:
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": header, "REMOTE_ADDR": "127.0.0.1", "QUERY_STRING": "",
        }  # fmt: skip

        def start(status: str, _headers: Any, _flaw: Any = None) -> Any:
            said.append(status)

        answer = b"".join(application(environ, start))
        return said[0], answer

    # A server that runs has its addresses, its policy and its connection: a stranger's request, refused, makes them.
    policy.installed()
    if not ask("", b"{}")[0].startswith("401"):
        raise RuntimeError("a stranger was heard")
    with (Path(home) / f"requests-{part}.txt").open("rb") as lines:
        began = time.time()
        for line in lines:
            header, _, body = line.rstrip(b"\n").partition(b"\t")
            status, answer = ask(header.decode(), body)
            if not status.startswith("200") or json.loads(answer)["refused"]:
                raise RuntimeError(f"{status}: {answer[:300]!r}")
    (Path(home) / f"span-{part}.json").write_text(json.dumps([began, time.time()]))


def kills(home: str, count: str, records: str) -> dict[str, Any]:
    """Upload with retries while the server is killed; every record must be there once."""
    with held("127.0.0.1", 0) as port, _standing(Path(home)):
        made = scanners(UPLOADERS)
        each = int(records) // UPLOADERS
        server = _Served(Path(home), port)
        server.start()
        uploaders = [Uploader(*one, each, port) for one in made]
        for one in uploaders:
            one.start()
        chance, killed = random.Random(4), 0
        while killed < int(count):
            time.sleep(chance.uniform(0.15, 0.6))
            if not any(one.is_alive() for one in uploaders):
                break
            server.kill()
            killed += 1
            server.start()
        for one in uploaders:
            one.join()
        server.kill()
        return {"kills": killed, "tries": sum(one.tries for one in uploaders), **_counted(uploaders, each)}


class _Served:
    """The product's web server, which can be killed with everything that it started."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port = home, port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        from yimatong.site.commands.run import web_server

        environment = {**os.environ, "YIMATONG_HOME": str(self.home)}
        self.process = subprocess.Popen(
            web_server("127.0.0.1", self.port, 2, THREADS), env=environment, start_new_session=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/e/time")
                if connection.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """kill -9, of the whole group."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Uploader(threading.Thread):
    """A scanner that sends what it has until the server has named every number; after a broken connection it sends it again."""

    def __init__(self, number: int, device: UUID, key: Any, records: int, port: int) -> None:
        super().__init__(daemon=True)
        self.number, self.device, self.key, self.port = number, device, key, port
        self.queue = [record(n, number) for n in range(1, records + 1)]
        self.counter, self.tries = 0, 0

    def run(self) -> None:
        """Send everything."""
        while self.queue:
            batch = self.queue[:40]
            self.tries += 1
            try:
                taken = set(self._ask(batch))
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)
                continue
            self.queue = [record for record in self.queue if record["n"] not in taken]

    def _ask(self, batch: list[dict[str, Any]]) -> list[int]:
        body = _body(batch)
        self.counter = max(self.counter + 1, int(time.time() * 1000))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        header = _header(self.device, self.key, self.counter, body)
        connection.request("POST", PATH, body, {"Authorization": header, "Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise ValueError(answer.status)
        said = json.loads(data)
        if said["refused"]:
            raise RuntimeError(said["refused"])
        return list(said["taken"])


@contextmanager
def _standing(home: Path) -> Iterator[None]:
    """A city without people, with its keys."""
    with phones.city(home, 0):
        from yimatong.records import clock
        from yimatong.records.actions.officials import the_system
        from yimatong.stations.passes.upkeep import keep_up

        keep_up(by=the_system(), now=clock.now())
        yield


def scanners(count: int) -> list[tuple[int, UUID, Any]]:
    """Enrolled scanners, five at a checkpoint: number, id and key of each."""
    from datetime import UTC, datetime

    from yimatong.core.credential import FileKey
    from yimatong.core.credential.cbor import encode
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.checkpoints import actions

    made: list[tuple[int, UUID, Any]] = []
    at, stamp = datetime.now(UTC), time.time_ns()
    while len(made) < count:
        gate = actions.open_checkpoint(
            by=the_system(),
            title_zh=f"卡点{stamp}-{len(made)}",
            title_en=f"gate {len(made)}",
            division=330203001,
            at=at,
        )
        for offer in actions.offer_enrolments(
            by=the_system(), checkpoint=gate.number, at=at, count=min(5, count - len(made))
        ):
            key = FileKey.made()
            proof = key.sign(encode(["YMT1-enrol", offer.secret, key.point]))
            device = actions.enrol(secret=offer.secret, point=key.point, name="bench", signature=proof, at=at)
            made.append((device.number, device.id, key))
    return made


def _requests(home: Path, made: list[tuple[int, UUID, Any]], each: int, processes: int) -> None:
    """Write what each process sends: signed requests, every scanner's own batches in a random order, scanners in turns."""
    chance = random.Random(5)
    for part in range(processes):
        mine = made[part::processes]
        batches = []
        for number, device, key in mine:
            starts = list(range(0, each, BATCH))
            chance.shuffle(starts)
            batches += [(turn, number, device, key, start) for turn, start in enumerate(starts)]
        batches.sort(key=lambda one: (one[0], one[1]))
        with (home / f"requests-{part}.txt").open("wb") as out:
            for turn, number, device, key, start in batches:
                records = [record(n, number) for n in range(start + 1, min(start + BATCH, each) + 1)]
                body = _body(records)
                out.write(_header(device, key, turn + 1, body).encode() + b"\t" + body + b"\n")


def record(n: int, device: int) -> dict[str, Any]:
    """A passage of somebody with a green code, some minutes to five days ago; every seventh shows nothing."""
    chance = random.Random(device * 1_000_003 + n)
    has_code = n % 7 != 0
    said = {
        "verdict": "green" if has_code else "nothing", "carrier": "code" if has_code else "none", "temperature": "normal",
        "origin": "not_asked" if has_code else "elsewhere", "person": "not_asked", "zone": "ordinary", "permit": "none",
        "document": "matched",
    }  # fmt: skip
    at = int(time.time()) // 86_400 * 86_400 - chance.randrange(DAYS * 86_400)
    shown: dict[str, Any] = {"epoch": None, "slot": None, "cti": None}
    if has_code:
        cti = urlsafe_b64encode(chance.randbytes(8)).decode().rstrip("=")
        shown = {"epoch": window_at(at).epoch, "slot": chance.randrange(1 << 24), "cti": cti}
    return {
        "kind": "passage", "n": n, "at": at, "situation": said, "reason": None if has_code else "unreadable",
        "action": "release" if has_code else "apply_now", "rule": "green_with_code" if has_code else "nothing_from_elsewhere",
        "temperature": 360 + n % 12, **shown, "number": None, "policy": "0123abcd", "group": None, "mode": "offline",
        "ages": {"trust": 3600 + n % 999, "recall": 900 + n % 777, "policy": 7200}, "rung": 1,
    }  # fmt: skip


def _body(records: list[dict[str, Any]]) -> bytes:
    lists = {"trust": 1, "policy": 1, "recall": {}}
    return json.dumps({"records": records, "lists": lists, "clock": 0}, separators=(",", ":")).encode()


def _header(device: UUID, key: Any, counter: int, body: bytes) -> str:
    signature = key.sign(f"YMT-S\nPOST\n{PATH}\n{counter}\n{sha256(body).hexdigest()}".encode())
    return f"YMT-S {device.hex}.{counter}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def _copied() -> tuple[int, float]:
    """How many rows are there, and the seconds of COPY of the very same into the same table, emptied, with all its indexes."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM passages")
        there = int(cursor.fetchone()[0])
        kept: list[bytes] = []
        with cursor.copy(f"COPY passages ({COLUMNS}) TO STDOUT") as out:
            kept.extend(bytes(piece) for piece in out)
        cursor.execute("ALTER TABLE passages DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE passages")
        cursor.execute("ALTER TABLE passages ENABLE TRIGGER USER")
        pieces = [b"".join(kept[at : at + 2000]) for at in range(0, len(kept), 2000)]
        began = time.perf_counter()
        with cursor.copy(f"COPY passages ({COLUMNS}) FROM STDIN") as into:
            for piece in pieces:
                into.write(piece)
        return there, time.perf_counter() - began


def _counted(uploaders: list[Uploader], each: int) -> dict[str, int]:
    """What is there of what the scanners had: the primary key refuses a second one, so double would be a number too many."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, count(*), count(DISTINCT n), min(n), max(n) FROM passages WHERE device_id = ANY(%s) GROUP BY 1",
            [[one.number for one in uploaders]],
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    there = sum(row[0] for row in rows.values())
    distinct = sum(row[1] for row in rows.values() if (row[2], row[3]) == (1, each))
    return {
        "records": len(uploaders) * each,
        "there": there,
        "lost": len(uploaders) * each - distinct,
        "double": there - distinct,
    }


if __name__ == "__main__":
    asked = sys.argv.pop(1)
    if asked == "upload":
        upload(*sys.argv[1:])
    else:
        aside.answer(sync if asked == "sync" else kills)
