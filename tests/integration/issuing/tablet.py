"""An offline desk as a program: a key, signed requests, records closed to the server."""

from __future__ import annotations

import base64
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tests.integration.checkpoints.guard import AT, Guard, enrolment, unb64
from tests.integration.issuing.town import NOW, lease
from yimatong.core.credential import FileKey, seal_to
from yimatong.core.paper import number
from yimatong.records.models import Official, Person
from yimatong.stations.issuing.actions import desks
from yimatong.stations.issuing.models import DeskDevice, Point, RouteLine


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


class Desk:
    """A tablet that has been on the road since the morning with a block of numbers."""

    def __init__(self, point: Point) -> None:
        clerk = Official.objects.get(username="clerk")
        (code,) = desks.offer_desks(by=clerk, point=point.pk, at=datetime.now(UTC))
        self.tablet = Tablet.enrolled(code.secret)
        self.device = DeskDevice.objects.latest("number")
        self.block = lease(point, self.device.desk)

    def number(self, place: int) -> str:
        return number(self.block.district, self.block.first + place)

    def card(self, place: int, person: Person, *, minutes: int = 10, **given: Any) -> dict[str, Any]:
        """A pass that was handed out so many minutes after ten."""
        line, _ = RouteLine.objects.get_or_create(device=self.device, person=person, defaults={"given_at": NOW})
        told = {"number": self.number(place), "whom": {"line": str(line.pk)}, "at": AT + minutes * 60}
        return self.tablet.closed(kind="card", **(told | given))

    def bring(self, *records: dict[str, Any]) -> list[tuple[str, str]]:
        return said(self.tablet.bring(*records))
