"""The device API. By a code of one use: enrolment. By a signed request: sync, register extract, applications on the spot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import ValidationError

from yimatong.core.bounds import loads
from yimatong.core.text import in_all
from yimatong.edges.web.devices.asking import asked, body_of, signed_by, text
from yimatong.edges.web.devices.enrolling import enrolled, extract_answer, extract_key_answer, sealing_and_time
from yimatong.edges.web.devices.telling import No, answer
from yimatong.edges.web.scanner import applying
from yimatong.edges.web.scanner.receiving import handlers
from yimatong.records import clock
from yimatong.stations.checkpoints import actions, extracts
from yimatong.stations.checkpoints.models import Device
from yimatong.stations.checkpoints.wire import Batch
from yimatong.stations.passes import keyring
from yimatong.stations.passes.days import day_of

signed = signed_by(actions.hear)


@asked("POST")
def enrol(request: HttpRequest) -> HttpResponse:
    """Make a scanner of this key."""
    return enrolled(request, actions.enrol, _given)


@signed("POST")
def sync(request: HttpRequest, device: Device) -> HttpResponse:
    """Take what is queued, and say what the scanner needs for the next stretch without a network."""
    try:
        batch = Batch.read(body_of(request))
    except ValidationError:
        raise No("body-wrong") from None
    receive = handlers()
    kept = actions.take(device=device, batch=batch, handlers=receive, now=clock.now(), at=datetime.now(UTC))
    day = day_of(clock.now())
    return answer(
        {
            "taken": kept.taken,
            "refused": [{"n": one.n, "code": one.code, "sentence": in_all(one.sentence)} for one in kept.refused],
            "acknowledged": receive.acknowledged(device),
            "extract": extracts.told_of(device.checkpoint.district),
            # The words of the day and of the next: by them the holder sees that the scanner is a real one (E18).
            "words": {str(day + ahead): text(keyring.secret(f"word:{day + ahead}")) for ahead in (-1, 0, 1, 2)},
            **_given(device),
        }
    )


@signed("GET")
def extract(request: HttpRequest, device: Device) -> HttpResponse:
    """The register extract of the device's district: encrypted, for look-ups by somebody's own document number (E13)."""
    return extract_answer(request, device.checkpoint.district)


@signed("POST")
def extract_key(request: HttpRequest, device: Device) -> HttpResponse:
    """The key of the extract that is in use."""
    return extract_key_answer(request, device.checkpoint.district)


@signed("GET")
def apply_form(_: HttpRequest, __: Device) -> HttpResponse:
    """What is asked on the spot."""
    return answer(applying.form(clock.now()))


@signed("POST")
def apply(request: HttpRequest, device: Device) -> HttpResponse:
    """Take an application on the spot; judged at once where the data allow."""
    try:
        body = loads(body_of(request))
    except ValueError:
        raise No("body-wrong") from None
    if not isinstance(body, dict):
        raise No("body-wrong")
    return answer(
        applying.apply(
            body, checkpoint=device.checkpoint_id, device=device.number, now=clock.now(), at=datetime.now(UTC)
        )
    )


@signed("GET")
def divisions(request: HttpRequest, _: Device) -> HttpResponse:
    """Divisions that these words could mean, by sign or by sound."""
    return answer(applying.divisions(str(request.GET.get("q", ""))))


def _given(device: Device) -> dict[str, Any]:
    """What every answer to a device has: its licence, the time, and the keys that it needs without a network."""
    return {
        "licence": text(actions.licence_of(device=device, now=clock.now())),
        "override": text(actions.override_secret(device)),
        **sealing_and_time(),
    }
