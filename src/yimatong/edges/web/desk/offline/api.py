"""The offline desk's API. By a code of one use: enrolment. By a signed request: sync, what it takes along, register extract, places."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import Field, ValidationError

from yimatong.edges.web.desk.offline import forms
from yimatong.edges.web.devices.asking import asked, body_of, read, signed_by, text
from yimatong.edges.web.devices.bodies import Body
from yimatong.edges.web.devices.enrolling import enrolled, extract_answer, extract_key_answer, sealing_and_time, time
from yimatong.edges.web.devices.telling import No, answer
from yimatong.records import clock
from yimatong.records.refusals import Refused
from yimatong.stations.checkpoints import extracts
from yimatong.stations.issuing.actions import bringing, carrying, desks
from yimatong.stations.issuing.desk_wire import Sync
from yimatong.stations.issuing.models import DeskDevice

signed = signed_by(desks.hear_desk, desks.acting_desk)
signed_or_ended = signed_by(desks.heard_or_ended, desks.acting_desk)


class Carrying(Body):
    """What the desk wants to take along: `numbers` names a request for one more block, `route` asks for the list of homes."""

    numbers: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")] | None
    route: bool


@asked("POST")
def enrol(request: HttpRequest) -> HttpResponse:
    """Make an offline desk of this key."""
    return enrolled(request, desks.enrol_desk, _given)


@signed_or_ended("POST")
def sync(request: HttpRequest, device: DeskDevice) -> HttpResponse:
    """Take what is queued; a desk that was revoked is told that it is ended, after what it had was put by."""
    try:
        sent = Sync.model_validate_json(body_of(request))
    except ValidationError:
        raise No("body-wrong") from None
    now = clock.now()
    results = bringing.bring(device=device, records=sent.records, now=now, at=datetime.now(UTC))
    left = max(0, sent.queued - sum(one.state != "refused" for one in results))
    DeskDevice.objects.filter(pk=device.pk).update(queued=left)
    told: dict[str, Any] = {"results": [one.told() for one in results], "ended": device.revoked_at is not None}
    if device.revoked_at is not None:
        return answer(told | time())
    return answer(told | {"extract": extracts.told_of(device.point.division // 1000), **_given(device)})


@signed("POST")
def carry(request: HttpRequest, device: DeskDevice) -> HttpResponse:
    """What is taken along: point and clerk, numbers, the policy's figures and words, the declaration's form, the homes to visit."""
    sent, now = read(request, Carrying), clock.now()
    refused: Refused | None = None
    if sent.numbers is not None:
        refused = carrying.take_numbers(device=device, request=UUID(sent.numbers), now=now)
    homes = carrying.take_route(device=device, now=now) if sent.route else None
    point = device.point
    return answer(
        {
            "point": {"id": point.pk, "title": point.title, "address": point.address, "division": point.division},
            "clerk": device.clerk.name,
            "desk": device.desk,
            "blocks": [asdict(block) for block in carrying.blocks(device)],
            "used": carrying.used(device),
            "no_numbers": None if refused is None else refused.code,
            "route": None if homes is None else [{**asdict(home), "id": str(home.id)} for home in homes],
            **forms.words(now),
            **time(),
        }
    )


@signed("GET")
def extract(request: HttpRequest, device: DeskDevice) -> HttpResponse:
    """The register extract of the point's district, as scanners have it."""
    return extract_answer(request, device.point.division // 1000)


@signed("POST")
def extract_key(request: HttpRequest, device: DeskDevice) -> HttpResponse:
    """The key of the extract that is in use."""
    return extract_key_answer(request, device.point.division // 1000)


@signed("GET")
def divisions(_: HttpRequest, __: DeskDevice) -> HttpResponse:
    """The counties of the country and the streets of the city, to say offline where somebody came from."""
    return answer({"divisions": forms.divisions(clock.now())})


def _given(device: DeskDevice) -> dict[str, Any]:
    """What every answer to a desk has: its licence, the key that its records are closed to, and the time."""
    return {"licence": text(desks.licence_of_desk(device=device, now=clock.now())), **sealing_and_time()}
