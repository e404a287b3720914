"""A scanner as a program: a key, signed requests, records."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.test import Client

from tests.integration.passes.town import NOW
from yimatong.core.checkpoints import Situation, decide, read_body, rules_of
from yimatong.core.checkpoints.licence import Licence, open_licence
from yimatong.core.credential import FileKey, TrustList
from yimatong.core.credential.cbor import encode
from yimatong.stations.checkpoints import policy
from yimatong.stations.passes.actions.keys import trust_of
from yimatong.stations.passes.models import TrustCut

AT = int(NOW.timestamp())
GREEN = {
    "verdict": "green", "carrier": "code", "temperature": "normal", "origin": "not_asked", "person": "not_asked",
    "zone": "ordinary", "permit": "none", "document": "matched",
}  # fmt: skip


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "==")


def enrolment(secret: str, key: FileKey, name: str = "东门一号") -> dict[str, str]:
    """The body that enrols a key."""
    signature = key.sign(encode(["YMT1-enrol", secret, key.point]))
    return {"secret": secret, "point": b64(key.point), "name": name, "signature": b64(signature)}


@dataclass
class Guard:
    """An enrolled scanner."""

    key: FileKey
    device: str
    first: dict[str, Any]
    counter: int = 0
    client: Client = field(default_factory=Client)
    number: int = 0

    @classmethod
    def enrolled(cls, secret: str) -> Guard:
        """Enrol over HTTP."""
        key = FileKey.made()
        answer = Client().post("/s/enrol", enrolment(secret, key), content_type="application/json")
        assert answer.status_code == 201, answer.content
        said = answer.json()
        return cls(key, said["device"], said)

    def header(self, method: str, path: str, body: bytes, counter: int | None = None) -> str:
        """The signed header of a request; without a counter the next one."""
        if counter is None:
            self.counter += 1
            counter = self.counter
        message = f"YMT-S\n{method}\n{path}\n{counter}\n{sha256(body).hexdigest()}".encode()
        return f"YMT-S {self.device}.{counter}.{b64(self.key.sign(message))}"

    def ask(self, method: str, path: str, body: Any = None, header: str | None = None) -> Any:
        """A request and its answer."""
        data = b"" if body is None else json.dumps(body).encode()
        signed = header or self.header(method, path, data)
        return self.client.generic(
            method, path, data, content_type="application/json", headers={"Authorization": signed}
        )

    def sync(self, *records: dict[str, Any], **more: Any) -> Any:
        """Send records; the answer's JSON."""
        body = {"records": list(records), "lists": {"trust": 1, "policy": AT, "recall": {}}, "clock": 0, **more}
        answer = self.ask("POST", "/s/sync", body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def passage(self, *, at: int = AT, **more: Any) -> dict[str, Any]:
        """A record of a passage that was decided by the matrix, with a number of its own."""
        self.number += 1
        body = policy.body_on(NOW)
        situation = {**GREEN, **more.pop("situation", {})}
        decision = decide(Situation.of(situation), rules_of(read_body(body)))
        record = {
            "kind": "passage", "n": self.number, "at": at, "situation": situation, "reason": None, "action": decision.action,
            "rule": decision.rule, "temperature": 366, "epoch": None, "slot": None, "cti": None, "number": None,
            "policy": read_body(body)["version"], "group": None, "mode": "ordinary",
            "ages": {"trust": 10, "recall": 20, "policy": 30}, "rung": 0,
        }  # fmt: skip
        return {**record, **more}

    def record(self, kind: str, **more: Any) -> dict[str, Any]:
        """Any other record, with a number of its own."""
        self.number += 1
        return {"kind": kind, "n": self.number, "at": AT, **more}

    def licence(self, said: dict[str, Any] | None = None, now: int = AT) -> Licence:
        """The licence of an answer, opened as a scanner does."""
        opened = open_licence(
            unb64((said or self.first)["licence"]), trust=trust_list(), now=now, device=bytes.fromhex(self.device)
        )
        assert isinstance(opened, Licence), opened
        return opened


def trust_list() -> TrustList:
    """The newest trust list."""
    return trust_of(bytes(TrustCut.objects.latest("version").data))
