"""An offline desk as a program: a key, signed requests, records closed to the server."""

from __future__ import annotations

import base64
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.integration.checkpoints.guard import AT, Guard, enrolment, unb64
from yimatong.core.credential import FileKey, seal_to
from yimatong.core.paper import number


@dataclass
class Tablet(Guard):
    """An enrolled offline desk."""

    used: int = 0

    @classmethod
    def enrolled(cls, secret: str) -> Tablet:
        """Enrol over HTTP."""
        key = FileKey.made()
        answer = Client().post("/d/enrol", enrolment(secret, key, "平板一号"), content_type="application/json")
        assert answer.status_code == 201, answer.content
        said = answer.json()
        return cls(key, said["device"], said)

    def carry(self, numbers: str | None = None, *, route: bool = False) -> dict[str, Any]:
        """Take along what there is."""
        answer = self.ask("POST", "/d/carry", {"numbers": numbers, "route": route})
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def next_number(self, carried: dict[str, Any]) -> str:
        """The next number of the lease."""
        block = carried["blocks"][-1]
        self.used += 1
        return number(block["district"], block["first"] + self.used - 1)

    def closed(self, **record: Any) -> dict[str, Any]:
        """A record with a number of its own, closed to the server."""
        self.number += 1
        text = json.dumps({"at": AT, **record}, ensure_ascii=False).encode()
        sealed = seal_to(unb64(self.first["sealing"]), text, f"YMT1-sealed\n{self.device}".encode())
        return {"n": self.number, "sealed": urlsafe_b64encode(sealed).rstrip(b"=").decode()}

    def bring(self, *records: dict[str, Any]) -> dict[str, Any]:
        """Send closed records; the answer."""
        answer = self.ask("POST", "/d/sync", {"records": list(records), "queued": len(records)})
        assert answer.status_code == 200, answer.content
        return dict(answer.json())


def said(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """States and codes of an answer."""
    return [(one["state"], one["code"]) for one in answer["results"]]


STROKES = base64.b64encode(b"\x89PNG strokes").decode()
