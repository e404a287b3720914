"""The commands of checkpoints, and the drill of the centre going away."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from click.testing import CliRunner

from tests.integration.checkpoints.scanners import NOW, a_gate, a_scanner, passage, sync
from yimatong.edges.cli import checkpoints as cli
from yimatong.records.models import Official
from yimatong.site import demo_checkpoints
from yimatong.stations.checkpoints import drills
from yimatong.stations.checkpoints.models import Checkpoint, Device, Offer, Passage
from yimatong.stations.checkpoints.publishing import publish_policy

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge"])


def run(*words: str) -> str:
    done = CliRunner().invoke(cli.command, list(words), env={"LANG": "en"})
    assert done.exit_code == 0, done.output
    return done.output


def test_the_qr_code_of_the_terminal_is_read_by_a_camera(system: Official) -> None:
    text = "http://127.0.0.1:8000/scan/#enrol=0123456789ABCDEFGHJKMNPQRS"
    rows = cli.drawn(text).splitlines()
    upper = np.array([[sign in "█▀" for sign in row] for row in rows])
    lower = np.array([[sign in "█▄" for sign in row] for row in rows])
    light = np.stack([upper, lower], axis=1).reshape(-1, upper.shape[1])
    picture = np.kron(light.astype(np.uint8) * 255, np.ones((4, 4), np.uint8))
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == text


def test_open_offer_list_revoke_counts_flags(system: Official) -> None:
    run("open", "高桥卡点", "Gaoqiao", "--division", "330203001", "--at", "29.8", "121.5")
    gate = Checkpoint.objects.get()
    offered = run("offer", str(gate.pk), "--no-qr", "--address", "https://gate.example/")
    assert "https://gate.example/scan/#enrol=" in offered
    device = a_scanner(gate)
    sync(device, passage(1))
    assert "Gaoqiao" in run("list")
    assert "green 1" in run("counts", "--hours", str(24 * 7))
    assert run("flags") == ""
    run("revoke", "--device", str(device.pk), "--offer", str(Offer.objects.earliest("pk").pk), "--why", "lost")
    device.refresh_from_db()
    assert device.revoked_at
    assert Offer.objects.earliest("pk").revoked_at
    run("close", str(gate.pk), "--why", "the road is open again")
    assert Checkpoint.objects.get().closed_at


def test_the_demo_opens_three_checkpoints_once_and_one_code_each(system: Official) -> None:
    assert demo_checkpoints.open_demo_checkpoints()
    assert not demo_checkpoints.open_demo_checkpoints()
    first, second = demo_checkpoints.offer_demo_enrolments(), demo_checkpoints.offer_demo_enrolments()
    assert len(first) == len(second) == 3
    assert Offer.objects.filter(revoked_at=None).count() == 3, "those of the start before are revoked"
    assert set(Checkpoint.objects.values_list("zone", flat=True)) == {"ordinary", "control"}


def test_the_centre_goes_away_and_scanners_go_on_by_the_ladder(system: Official) -> None:
    publish_policy(now=NOW)
    before = (Checkpoint.objects.count(), Device.objects.count(), Passage.objects.count())
    drill = drills.centre_down(by=system, now=NOW)
    found = {step.code: step.found for step in drill.steps}
    assert drill.passed, found
    assert found["online_lists"] == found["offline_lists"] == "green release"
    assert found["register_extract"].startswith("stopped ")
    assert found["looked-up"] == "nobody nobody list-over"
    assert found["caught-up"] == "2000 of 2000"
    assert (Checkpoint.objects.count(), Device.objects.count(), Passage.objects.count()) == before
    a_gate()
