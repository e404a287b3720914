"""A scanner that is attacked, and one that is killed: hostile files, copied requests, wrong hours, revocation, kill -9."""

from __future__ import annotations

import json
import os
import random
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserType, Error

from tests.browser.enrolled import Gate, device_of, on
from tests.browser.line import Line
from tests.browser.scanners import in_home
from tests.browser.showing import PAPER_EPOCH, RECALLED, Office

KILLS = 3
"""The bench kills twenty times."""


def test_files_that_are_older_or_edited_are_not_taken(gate: Gate) -> None:
    """S16: what is known still counts, and the guard is told."""
    device = gate.page()
    device.open()
    device.enrol(gate.secrets.pop())
    office = gate.office()
    device.give(office)
    device.call("refreshLists")
    recalled = office.code(office.claims(slot=RECALLED))
    assert device.judge(recalled)["verdict"] == "recalled"
    good = dict(device.files)
    older = Office(office.home, office.now, sequence=900, version=900)
    snapshot = next(name for name in good if name.endswith("snapshot.ymt") and str(PAPER_EPOCH) not in name)
    later = json.loads(good["index.json"])
    for listed in later["recall"]:
        if f"/{listed['epoch']}/" in snapshot:
            listed["sequence"] = listed["snapshot"] = listed["sequence"] + 1
    edited = bytearray(good[snapshot])
    edited[-70] ^= 1
    for files, problem in (
        (older.files(), "list-rolled-back"),
        (
            {**good, "index.json": json.dumps(later).encode(), snapshot: bytes(edited)},
            "list-refused",
        ),
    ):
        device.files = files
        device.call("refreshLists")
        device.wait_for("view.problem !== null")
        assert device.view["problem"]["code"] == problem
        assert device.judge(recalled)["verdict"] == "recalled"
        device.call("dismiss")
    device.context.close()


def test_an_upload_that_is_sent_again_is_not_heard_again(gate: Gate) -> None:
    """A copied request gets 409, and the record is there once."""
    device = gate.page()
    device.open()
    device.enrol(gate.secrets.pop())
    device.passage(device.judge(gate.office().paper()))
    with device.page.expect_request("**/s/sync") as caught:
        device.call("syncNow")
    device.wait_for("view.queued === 0")
    request = caught.value
    headers = {name: request.headers[name] for name in ("authorization", "content-type")}
    again = device.context.request.post(request.url, headers=headers, data=request.post_data_buffer)
    assert (again.status, again.json()["code"]) == (409, "counter-known")
    forged = headers["authorization"].replace(".", ".9", 1)
    other = device.context.request.post(
        request.url, headers={**headers, "authorization": forged}, data=request.post_data_buffer
    )
    assert other.status == 401
    assert len(gate.records(device)) == 1
    device.context.close()


def test_outside_its_hours_a_scanner_decides_nothing(gate: Gate) -> None:
    """C8, C20."""
    offer = in_home(gate.city.home, "offer", "ordinary", "1")
    device = gate.page()
    device.open()
    device.enrol(offer["secrets"][0])
    minute = (gate.office().now // 60 + 8 * 60) % 1440
    in_home(gate.city.home, "hours", str(offer["checkpoint"]), str((minute + 120) % 1440), str((minute + 180) % 1440))
    device.call("syncNow")
    device.wait_for("view.state === 'outside-hours'")
    assert device.judge(gate.office().code())["verdict"] == "stopped"
    device.context.close()


def test_a_revoked_device_forgets_everything_at_its_next_sync(gate: Gate) -> None:
    """C8, S16."""
    device = gate.page()
    device.open()
    device.enrol(gate.secrets.pop())
    assert in_home(gate.city.home, "revoke", device_of(device)) == 1
    device.call("syncNow")
    device.wait_for("view.state === 'revoked'")
    assert device.judge(gate.office().code())["verdict"] == "stopped"
    assert device.call("beginShift", "张") == {"problem": "not-enrolled"}
    left = device.page.evaluate(
        """() => new Promise((done) => {
          const opening = indexedDB.open("yimatong-scan");
          opening.onsuccess = () => {
            const asked = opening.result.transaction("kept").objectStore("kept").getAllKeys();
            asked.onsuccess = () => done(asked.result);
          };
        })"""
    )
    assert set(left) <= {"ended", "clock"}
    device.context.close()


def test_a_killed_browser_loses_nothing_and_doubles_nothing(
    gate: Gate, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], line: Line
) -> None:
    """kill -9 in the middle of writing and sending; the bench does it twenty times."""
    profile, chance = gate.folder / "profile", random.Random(5)
    said: list[int] = []
    for kill in range(KILLS + 1):
        context = browser_type.launch_persistent_context(
            profile, **browser_type_launch_args, service_workers="block", proxy=line.proxy
        )
        device = on(context, gate, line)
        device.open()
        if kill == 0:
            device.enrol(gate.secrets.pop())
        if kill == KILLS:
            device.call("syncNow")
            device.wait_for("view.queued === 0")
            numbers = [row[0] for row in gate.records(device)]
            context.close()
            break
        context.expose_function("stored", lambda number: said.append(number))  # noqa: PLW0108  Playwright marks what it is given
        device.page.evaluate(
            """() => void (async () => {
              const zone = "ordinary", scanned = engine.nothingShown();
              const situation = { verdict: "nothing", carrier: "none", temperature: "normal", origin: "key_area", person: "visitor", zone, permit: "none", document: "matched" };
              for (;;) {
                const { n } = await engine.finish({ scanned, situation, decision: engine.decide(situation), temperature: 366, group: null });
                await stored(n);
                if (n % 3 === 0) void engine.syncNow();
              }
            })()"""
        )
        enough = len(said) + chance.randint(5, 40)
        while len(said) < enough:
            device.page.wait_for_timeout(1)
        murder(profile)
        with suppress(Error):
            context.close()
    assert len(said) > KILLS
    assert set(said) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert numbers == list(range(1, len(numbers) + 1))


def murder(profile: Path) -> None:
    """SIGKILL to every process of the browser that has this profile."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if f"--user-data-dir={profile}" in (entry / "cmdline").read_text().split("\0"):
                    os.kill(int(entry.name), signal.SIGKILL)
