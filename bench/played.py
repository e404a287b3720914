"""A city played for one scanner: keys, signed files, and a server that takes records and nothing else; it can die after taking them."""

from __future__ import annotations

import hmac
import json
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from bench.aside import CHECKOUT
from yimatong.core.checkpoints import Licence, checkpoints_body, sign_licence
from yimatong.core.credential import (
    FileKey,
    RecallList,
    TrustedKey,
    TrustList,
    Use,
    is_signed,
    public_key,
    sign_policy_file,
    sign_snapshot,
    sign_trust_list,
    window_at,
)
from yimatong.core.credential.cbor import encode
from yimatong.core.policy.load import load
from yimatong.core.time import SHANGHAI

CITY, HOUR, DAY = "330200", 3600, 86_400
SECRET = "0123456789ABCDEFGHJKMNPQRS"
DEVICE = bytes(range(16))
POLICY = CHECKOUT / "policies" / "cn-zj-ningbo"
BUILT = CHECKOUT / "var/static/web/scan"
TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass
class Records:
    """What was taken: each record once by its number, and how often every content came in."""

    by_number: dict[int, dict[str, Any]] = field(default_factory=dict)
    contents: Counter[str] = field(default_factory=Counter)
    changed: int = 0

    def take(self, record: dict[str, Any]) -> None:
        """Take a record once; another content under a known number is counted."""
        known = self.by_number.setdefault(record["n"], record)
        self.changed += known != record


class City:
    """A city's keys under `home`, its files as of now, and its records; its clock is the machine's, whole days back."""

    def __init__(self, home: Path, shift_days: int) -> None:
        self.home, self.shift = home, shift_days * DAY
        self.keys = {use: FileKey.made() for use in ("root", "pass", "recall", "policy")}
        self.records, self.point, self.counter, self.dies = Records(), b"", 0, False
        (home / "keys").mkdir(parents=True, exist_ok=True)
        for use, key in self.keys.items():
            for old in (home / "keys").glob(f"{use}-*.pem"):
                old.unlink()
            key.write(home / "keys" / f"{use}-{key.kid.hex()}.pem")
        self.publish()

    @property
    def now(self) -> int:
        """City seconds."""
        return int(time.time()) - self.shift

    def publish(self) -> None:
        """Sign every file anew."""
        now, (root, pass_, recall, policy) = self.now, self.keys.values()
        until = now + 30 * DAY
        uses = ((pass_, Use.PASS), (recall, Use.RECALL), (policy, Use.POLICY))
        keys = tuple(TrustedKey.of(key.point, use, 0, until) for key, use in uses)
        body = checkpoints_body(load(POLICY), SHANGHAI.date(now // 60))
        self._write("trust.ymt", sign_trust_list(TrustList(1, now, now + 3 * DAY, CITY, 0, keys), root))
        self._write(
            "checkpoints.ymt", sign_policy_file(body, version=1, issued=now, expires=until, city=CITY, signer=policy)
        )
        epochs = [window_at(now + hours * HOUR).epoch for hours in (-6, 0, 6)]
        for epoch in epochs:
            self._write(
                f"recall/{epoch}/snapshot.ymt",
                sign_snapshot(RecallList(epoch, 1, now, now + DAY, 24, frozenset()), recall),
            )
        listed = [{"epoch": epoch, "from": 0, "to": until, "snapshot": 1, "sequence": 1} for epoch in epochs]
        index = {"made": now, "trust": {"version": 1}, "recall": listed, "checkpoints": {"issued": now}}
        self._write("index.json", json.dumps(index).encode())

    def _write(self, name: str, content: bytes) -> None:
        file = self.home / "signed" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def licence(self) -> str:
        """The scanner's licence for all hours, as base64url."""
        always = ((127, 0, 1439),)
        allowed = Licence(
            DEVICE, 1, "东门", "East gate", "ordinary", 330203, always, self.now - 60, self.now + 7 * DAY, False
        )
        return b64(sign_licence(allowed, self.keys["policy"]))

    def told(self) -> dict[str, Any]:
        """What every answer to the scanner has."""
        return {"licence": self.licence(), "now": self.now * 1000, "shift": self.shift * 1000}

    def enrol(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take the scanner's key; its signature has to be right."""
        self.point = unb64(body["point"])
        message = encode(["YMT1-enrol", SECRET, self.point])
        if body["secret"] != SECRET or not is_signed(public_key(self.point), unb64(body["signature"]), message):
            raise ValueError("enrolment")
        secret = hmac.digest(b"override", DEVICE, sha256)
        return {"device": DEVICE.hex(), "root": b64(self.keys["root"].point), "override": b64(secret), **self.told()}

    def sync(self, path: str, body: bytes, authorization: str) -> dict[str, Any]:
        """Take records whose signature and counter are right."""
        device, counter, signature = authorization.removeprefix("YMT-S ").split(".")
        message = f"YMT-S\nPOST\n{path}\n{counter}\n{sha256(body).hexdigest()}".encode()
        if device != DEVICE.hex() or not is_signed(public_key(self.point), unb64(signature), message):
            raise ValueError("signature")
        if int(counter) <= self.counter:
            raise KeyError("counter-known")
        self.counter = int(counter)
        records = json.loads(body)["records"]
        for record in records:
            self.records.take(record)
        return {
            "taken": [record["n"] for record in records],
            "refused": [],
            "acknowledged": [],
            "extract": None,
            **self.told(),
        }


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Answers(BaseHTTPRequestHandler):
    """The addresses that a scanner asks."""

    city: ClassVar[City]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/e/time":
            return self._json(200, {"now": self.city.now * 1000, "shift": self.city.shift * 1000})
        folder, _, name = (self.city.home / "signed", None, path.removeprefix("/e/signed/"))
        if path.startswith("/scan/"):
            folder, name = BUILT, path.removeprefix("/scan/")
        file = folder / name
        if not name or not file.is_file():
            return self._json(404, {"code": "not-there", "zh": "没有", "en": "not there"})
        return self._send(200, file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            if self.path == "/s/enrol":
                return self._json(201, self.city.enrol(json.loads(body)))
            answer = self.city.sync(self.path, body, self.headers["Authorization"])
        except KeyError:
            return self._json(409, {"code": "counter-known", "zh": "重放", "en": "replayed"})
        if self.city.dies:
            self.close_connection = True
            self.connection.close()
            return None
        return self._json(200, answer)

    def _json(self, status: int, value: dict[str, Any]) -> None:
        self._send(status, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, content: bytes, type_: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type_)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        return


@contextmanager
def played(home: Path, shift_days: int) -> Iterator[tuple[City, str]]:
    """A played city that answers; gives it with its address."""
    city = City(home, shift_days)
    handler = type("OfThisCity", (Answers,), {"city": city})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield city, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
