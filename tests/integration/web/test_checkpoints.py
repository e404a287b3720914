"""C8, C9, C12, C21, S16, U9: the office's pages of checkpoints."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.dispositions.gate import a_checkpoint, a_device
from tests.integration.web.looking import page
from yimatong.core.checkpoints import cells
from yimatong.records import clock
from yimatong.records.models import AuditEntry
from yimatong.stations.checkpoints.models import Checkpoint, Device, Entry, Flag, Offer, Passage
from yimatong.stations.passes.days import day_of, seconds

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
OPEN = {
    "title_zh": "高桥收费站", "title_en": "Gaoqiao toll gate", "division": "330203001", "zone": "ordinary",
    "days": ["0", "1", "2", "3", "4", "5", "6"], "begins": "07:00", "ends": "21:30", "lat": "", "lon": "",
}  # fmt: skip


@pytest.fixture
def gate(town) -> Checkpoint:
    return a_checkpoint(330203001)


@pytest.fixture
def device(gate) -> Device:
    return a_device(gate)


def passed(device: Device, n: int, verdict: str = "green", action: str = "release") -> None:
    now = clock.now()
    cell = next(number for number, cell in enumerate(cells()) if cell.verdict == verdict)
    Passage.objects.create(
        device=device, n=n, checkpoint=device.checkpoint, day=day_of(now), minute=seconds(now) // 60, cell=cell, verdict=verdict,
        carrier="code", action=action, rule="r", policy="0" * 8, mode="ordinary", rung=0, digest=b"12345678",
    )  # fmt: skip


def entered(device: Device, n: int, kind: str, of: int | None = None, **body: object) -> None:
    now = clock.now()
    Entry.objects.create(
        device=device, n=n, checkpoint=device.checkpoint, kind=kind, day=day_of(now), at=seconds(now), of=of, body=body, digest=b"1"
    )  # fmt: skip


def test_the_list_counts_what_happened_today(signed_in, device):
    for n, (verdict, action) in enumerate(
        [("green", "release")] * 3 + [("red", "hand_over"), ("nothing", "turn_back")], start=1
    ):
        passed(device, n, verdict, action)
    entered(device, 10, "refusal", of=1, ground="not_measured")
    entered(device, 11, "annulled", of=2)
    html = page(signed_in("health"), "/checkpoints/")
    shown = dict(re.findall(r'data-figure="(\w+)">([\d,]+)<', html))
    assert shown == {
        "passages": "4",
        "green": "2",
        "yellow": "0",
        "red": "1",
        "release": "2",
        "apply_now": "0",
        "turn_back": "1",
        "hand_over": "1",
        "refused": "1",
    }
    assert 'hx-trigger="every 10s"' in html
    assert "Gaoqiao" in html
    assert "Gaoqiao" not in page(signed_in("jiangbei"), "/checkpoints/")


def test_the_control_office_opens_one_and_others_cannot(signed_in, town):
    office = signed_in("office")
    answer = office.post("/checkpoints/open/", OPEN)
    made = Checkpoint.objects.get()
    assert answer["Location"] == f"/checkpoints/{made.number}/?done=opened"
    assert (made.division, made.hours) == (330203001, [[127, 420, 1290]])
    assert office.post("/checkpoints/open/", OPEN).status_code == 422
    assert office.post("/checkpoints/open/", OPEN | {"title_zh": "另一处", "lat": "29.8"}).status_code == 422
    assert signed_in("jiangbei").post("/checkpoints/open/", OPEN | {"title_zh": "越界"}).status_code == 422
    for username in ("health", "auditor", "desk"):
        assert signed_in(username).post("/checkpoints/open/", OPEN).status_code == 403
    assert Checkpoint.objects.count() == 1


def test_codes_are_shown_once_and_stand_at_no_address(signed_in, gate):
    office, address = signed_in("office"), f"/checkpoints/{gate.number}/"
    answer = office.post(f"{address}codes/", {"count": "3", "training": ""})
    html = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    signs = re.findall(r"<code>([0-9A-HJKMNP-TV-Z ]{32})</code>", html)
    assert len(set(signs)) == 3
    assert html.count("<svg xmlns=") == 3
    assert Offer.objects.filter(checkpoint=gate).count() == 3
    later = page(office, address)
    assert all(sign not in later for sign in signs)
    assert "not used yet" in later
    assert office.post(f"{address}codes/", {"count": "0"}).status_code == 422
    assert signed_in("health").post(f"{address}codes/", {"count": "1"}).status_code == 403


def test_the_code_leads_to_the_scanner_with_its_secret_behind_the_hash(signed_in, gate, tmp_path):
    import zxingcpp
    from PIL import Image, ImageDraw

    html = signed_in("office").post(f"/checkpoints/{gate.number}/codes/", {"count": "1"}).content.decode()
    drawn = re.search(r'viewBox="-4 -4 (\d+) \d+"><path[^>]* d="([^"]+)"', html)
    assert drawn
    side = int(drawn.group(1))
    picture = Image.new("L", (side * 8, side * 8), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", drawn.group(2)):
        left, top = (int(x) + 4) * 8, (int(y) + 4) * 8
        pen.rectangle([left, top, left + int(width) * 8 - 1, top + 7], fill=0)
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert re.fullmatch(r"http://testserver/scan/#enrol=[0-9A-HJKMNP-TV-Z]{26}", found.text)


def test_several_scanners_and_unused_codes_are_revoked_at_once_with_a_reason(signed_in, gate):
    office, address = signed_in("office"), f"/checkpoints/{gate.number}/revoke/"
    devices = [a_device(gate), a_device(gate), a_device(gate)]
    office.post(f"/checkpoints/{gate.number}/codes/", {"count": "2"})
    offers = list(
        Offer.objects.filter(used_at=None, checkpoint=gate).exclude(device__in=devices).values_list("pk", flat=True)
    )
    silent = office.post(address, {"devices": [devices[0].pk], "why": " "})
    nothing = office.post(address, {"why": "x"})
    assert (silent.status_code, nothing.status_code) == (422, 422)
    assert not Device.objects.exclude(revoked_at=None).exists()
    answer = office.post(address, {"devices": [one.pk for one in devices[:2]], "offers": offers, "why": "手机丢失"})
    assert answer["Location"].endswith("?done=revoked")
    assert set(Device.objects.exclude(revoked_at=None)) == set(devices[:2])
    assert not Offer.objects.filter(pk__in=offers, revoked_at=None).exists()
    assert "手机丢失" in page(office, f"/checkpoints/{gate.number}/")
    elsewhere = a_device(a_checkpoint(330205003, "庄桥卡点"))
    assert office.post(address, {"devices": [elsewhere.pk], "why": "x"}).status_code == 422


def test_the_answer_to_a_scanner_is_shown_once_and_audited(signed_in, gate, device):
    office, address = signed_in("office"), f"/checkpoints/{gate.number}/answer/"
    answer = office.post(address, {"device": device.pk, "challenge": "123 456", "why": "断网"})
    digits = re.search(r'class="big-digits">(\d{4} \d{4})<', answer.content.decode())
    assert digits
    assert AuditEntry.objects.filter(action="checkpoint.override").count() == 1
    assert digits.group(1).replace(" ", "") not in AuditEntry.objects.get(action="checkpoint.override").details
    assert office.post(address, {"device": device.pk, "challenge": "12", "why": "断网"}).status_code == 422
    assert (
        signed_in("health").post(address, {"device": device.pk, "challenge": "123456", "why": "x"}).status_code == 403
    )


def test_the_page_says_where_each_scanner_stands(signed_in, gate, device):
    now = datetime.now(UTC)
    Device.objects.filter(pk=device.pk).update(
        seen_at=now - timedelta(minutes=3), offset=125_000, lists={"policy": seconds(now)}
    )
    silent = a_device(gate)
    Device.objects.filter(pk=silent.pk).update(seen_at=now - timedelta(hours=30))
    html = page(signed_in("auditor"), f"/checkpoints/{gate.number}/")
    assert "3 minutes ago" in html
    assert "125 s off" in html
    assert "30 hours ago" in html
    assert "silent for long" in html
    assert "Revoke what is chosen" not in html


def test_what_was_noticed_shifts_and_grounds_stand_on_the_page_without_names(signed_in, gate, device):
    passed(device, 1)
    entered(device, 2, "refusal", of=1, ground="not_measured")
    entered(
        device,
        3,
        "shift",
        event="end",
        guard="王",
        counts={"green": 41, "release": 40, "annulled": 2, "slip": 3},
        note="测温枪换电池",
    )
    for n, (kind, details) in enumerate(
        {
            "dead-pass": {"minutes": 37},
            "not-the-matrix": {"action": "release", "matrix": "hand_over"},
            "impossible-time": {},
        }.items()
    ):
        Flag.objects.create(device=device, n=n, checkpoint=gate, kind=kind, day=day_of(clock.now()), details=details)
    html = page(signed_in("office"), f"/checkpoints/{gate.number}/")
    for said in (
        "37 minutes after the recall",
        "Release ≠ Hand over",
        "one pass at two distant checkpoints",
        "测温枪换电池",
        "green 41 · Release 40 · slips 3 · taken back 2",
        "The temperature may not be taken 1",
    ):
        assert said in html, said


def test_hours_are_changed_and_a_closed_checkpoint_revokes_everything(signed_in, gate, device):
    office, address = signed_in("office"), f"/checkpoints/{gate.number}/"
    office.post(f"{address}hours/", {"days": ["0", "6"], "begins": "20:00", "ends": "06:00"})
    gate.refresh_from_db()
    assert gate.hours == [[65, 1200, 360]]
    assert "Mon Sun 20:00–06:00" in page(office, address)
    assert office.post(f"{address}close/", {"close-why": ""}).status_code == 422
    assert office.post(f"{address}close/", {"close-why": "移至新址"}).status_code == 302
    device.refresh_from_db()
    assert device.revoked_at is not None
    assert "Make the codes" not in page(office, address)


def test_the_notice_of_rights_is_the_policys_in_both_languages(signed_in, gate):
    html = page(signed_in("auditor"), f"/checkpoints/{gate.number}/notice/")
    assert "外地车牌" in html
    assert "household registration" in html
    assert "您在卡点的权利" in html
    assert "Your rights at the checkpoint" in html
    assert f"http://testserver/complain/{gate.number}/" in html
    assert f"http://testserver/me/?at={gate.number}" in html
    assert html.count("<svg xmlns=") == 2


def test_another_jurisdiction_opens_no_page_of_it(signed_in, gate):
    for path in ("", "notice/"):
        assert signed_in("jiangbei").get(f"/checkpoints/{gate.number}/{path}").status_code == 404
    assert signed_in("jiangbei").post(f"/checkpoints/{gate.number}/codes/", {"count": "1"}).status_code == 404
    assert signed_in("desk").get(f"/checkpoints/{gate.number}/").status_code == 403
    assert signed_in("office").get("/checkpoints/99999999999/").status_code == 404
