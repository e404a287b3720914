"""Scanners in the browser tests: a checkpoint and its enrolment codes, a camera that shows what the test holds up, and the engine.

Asked aside (tests/browser/aside.py), `offer ZONE COUNT` opens a checkpoint and says its number and as many secrets; `hours CHECKPOINT
FIRST LAST` changes its hours; `revoke DEVICE` revokes a scanner; `green CHECKPOINT` builds the register extracts and says the document
of somebody green of the checkpoint's district.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route

from bench import video
from bench.machine import with_our_programs
from tests.browser import aside
from tests.browser.line import Line
from tests.browser.showing import Office

ROOT = Path(__file__).resolve().parents[2]
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
TRIAL = "/scan/trial/"
"""The address of a page that has the product's engine and no screens; the test itself answers it, in the product's origin."""
PAGE = '<!doctype html><title>trial</title><video id="eye"></video><script type="module" src="/scan/trial.js"></script>'


def camera_arguments(camera: Path) -> list[str]:
    """What Chromium is started with, so that its camera shows this video."""
    return [*CAMERA, f"--use-file-for-fake-video-capture={camera}"]


def engine_script(folder: Path) -> Path:
    """The engine as one script, for the page of a trial."""
    out = folder / "trial.js"
    if not out.exists():
        files = json.loads((ROOT / "var/static/web/scan/files.json").read_text())
        reader = f"/scan/{files['reader']['name']}"
        command = ["node", "tests/browser/trial.mjs", str(out), reader]
        subprocess.run(command, cwd=ROOT, env=with_our_programs(), check=True)
    return out


def in_home(home: Path, *arguments: str, module: str = "tests.browser.scanners") -> Any:
    """What a module's commands (this one's without) answer in a running product's home."""
    return aside.asked(home, module, *arguments)


@dataclass
class Scanner:
    """A guard's device: the engine on a page of the product's origin, a camera that shows `camera`, and its line to the product."""

    context: BrowserContext
    page: Page
    address: str
    camera: Path
    script: Path
    line: Line
    files: dict[str, bytes] = field(default_factory=dict)
    """Signed files that are given in place of the product's."""
    asked: list[str] = field(default_factory=list)

    def open(self) -> None:
        """Open the page of the trial, with an engine on it."""
        self.page.goto(self.address + TRIAL)
        self.page.wait_for_function("() => globalThis.openEngine")
        self.page.evaluate("async () => { globalThis.engine = await openEngine(); }")

    def call(self, what: str, *arguments: Any) -> Any:
        """Ask the engine something; a mistake comes back as {"problem": code}."""
        return self.page.evaluate(
            """async ([what, given]) => {
              try { return await engine[what](...given) ?? null; }
              catch (flaw) { if (flaw?.problem) return { problem: flaw.problem.code }; throw flaw; }
            }""",
            [what, list(arguments)],
        )

    @property
    def view(self) -> dict[str, Any]:
        """The engine's view."""
        seen: dict[str, Any] = self.call("view")
        return seen

    def wait_for(self, condition: str, timeout: int = 15_000) -> None:
        """Wait until a condition on `view` holds."""
        self.page.wait_for_function(f"() => {{ const view = engine.view(); return {condition}; }}", timeout=timeout)

    def enrol(self, secret: str) -> None:
        """Enrol, and wait until the scanner may work."""
        said = self.call("enrol", f"{self.address}/scan/#enrol={secret}", "东门一号")
        assert said is None, said
        self.wait_for("view.state === 'ready'")

    def judge(self, text: str) -> dict[str, Any]:
        """The verdict of a text, without the camera."""
        verdict: dict[str, Any] = self.call("judge", text)
        return verdict

    def see(self, frames: Iterable[Image.Image], timeout: int = 15_000) -> dict[str, Any]:
        """Switch the camera on before these frames; the verdict of the first code in them, with the milliseconds that it took."""
        video.write(self.camera, frames)
        seen: dict[str, Any] = self.page.evaluate(
            """(timeout) => new Promise((done, fail) => {
              const started = performance.now(), states = [];
              const late = setTimeout(() => { eye.stop(); fail(new Error(`no code was seen: ${states}`)); }, timeout);
              const eye = engine.camera(document.getElementById("eye"), async (text) => {
                const read = performance.now(), verdict = await engine.judge(text);
                clearTimeout(late); eye.stop();
                done({ ...verdict, text, read: read - started, took: performance.now() - started });
              }, (state) => states.push(state));
            })""",
            timeout,
        )
        return seen

    def passage(self, verdict: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Let the matrix decide on a verdict and record the passage; the decision with the record's number."""
        situation = {
            "verdict": verdict["verdict"], "carrier": verdict["carrier"], "temperature": "normal", "origin": "not_asked",
            "person": "not_asked", "zone": self.view["checkpoint"]["zone"], "permit": verdict["permit"], "document": "matched", **more,
        }  # fmt: skip
        decision = self.call("decide", situation)
        passage = {"scanned": verdict, "situation": situation, "decision": decision, "temperature": 366, "group": None}
        return {**decision, **self.call("finish", passage)}

    def give(self, office: Office) -> None:
        """Give the scanner the files of the test's office in place of the product's."""
        self.files = office.files()

    def route(self) -> None:
        """Answer for the page of the trial, and for signed files that the test gives."""
        self.context.route(f"**{TRIAL}", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        self.context.route(
            "**/scan/trial.js", lambda route: route.fulfill(path=self.script, content_type="text/javascript")
        )
        self.context.route("**/e/signed/**", self._signed)

    def _signed(self, route: Route) -> None:
        name = route.request.url.partition("/e/signed/")[2]
        self.asked.append(name)
        if name in self.files:
            route.fulfill(body=self.files[name], content_type="application/octet-stream")
        else:
            route.continue_()


def answer(command: str, *arguments: str) -> Any:
    """The commands of the module's docstring."""
    commands: dict[str, Callable[..., Any]] = {"offer": _offer, "hours": _hours, "revoke": _revoke, "green": _green}
    return commands[command](*arguments)


def _offer(zone: str, number: str) -> dict[str, Any]:
    """Open a checkpoint of a zone that is open at all hours, and offer enrolments to it."""
    from yimatong.stations.checkpoints import actions

    title = f"{zone} {datetime.now(UTC):%H:%M:%S.%f}"
    checkpoint = actions.open_checkpoint(
        by=_control_office(), title_zh=title, title_en=title, division=330203001, zone=zone, at=datetime.now(UTC)
    )
    offers = actions.offer_enrolments(
        by=_control_office(), checkpoint=checkpoint.pk, count=int(number), at=datetime.now(UTC)
    )
    return {"checkpoint": checkpoint.pk, "secrets": [offer.secret for offer in offers]}


def _hours(checkpoint: str, first: str, last: str) -> bool:
    """Let a checkpoint work on every day from a minute to another one."""
    from yimatong.records import clock
    from yimatong.stations.checkpoints import actions

    hours = [[127, int(first), int(last)]]
    actions.change_hours(by=_control_office(), checkpoint=int(checkpoint), hours=hours, now=clock.now())
    return True


def _revoke(device: str) -> int:
    """Revoke a scanner, by its id."""
    from yimatong.stations.checkpoints import actions
    from yimatong.stations.checkpoints.models import Device

    number = Device.objects.get(id=device).pk
    return actions.revoke(by=_control_office(), devices=[number], why="lost", at=datetime.now(UTC))


def _green(checkpoint: str) -> str:
    """The document of somebody green who lives in a checkpoint's district, whom its register extract has."""
    from yimatong.records import clock, identity
    from yimatong.records.models import Person
    from yimatong.stations.checkpoints import extracts
    from yimatong.stations.checkpoints.models import Checkpoint
    from yimatong.stations.judgements.models import CurrentVerdict

    extracts.refresh_extracts(now=clock.now())
    low = Checkpoint.objects.get(pk=int(checkpoint)).district * 1000
    near = Person.objects.filter(id_type="resident", division__range=(low, low + 999)).values("pk")
    person = (
        CurrentVerdict.objects.filter(colour="green", person__in=near)
        .order_by("person")
        .values_list("person", flat=True)[0]
    )
    return identity.unseal(Person.objects.get(pk=person).id_sealed or b"", "id", person)


def _control_office() -> Any:
    from yimatong.records.models import Official

    return Official.objects.filter(role="control_office", is_active=True).earliest("pk")
