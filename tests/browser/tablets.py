"""A clerk's tablet in the browser tests: a Chromium with a disk of its own, which can be cut off and killed.

Asked aside (tests/browser/aside.py), `people POINT` builds the register extract of a point's district and says people of it, green and
not, a stranger's document, a foreigner, and a parent whose child has no document. `text NUMBER` says the text of a pass's code; `line
UUID` the document and name of whoever a line of the route is about; `night NUMBER` records an order for its holder, judges everybody, and
does what the worker does next.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page

from tests.browser.line import NOTICED, Line, laid
from tests.browser.scanners import in_home
from tests.identities import somebody

PIN = "246810"
APP = "/desk/app/"
MODULE = "tests.browser.tablets"


@dataclass
class Tablet:
    """A tablet: its browser's folder, its line to the product, and the browser while it lives."""

    browser_type: BrowserType
    arguments: dict[str, Any]
    address: str
    folder: Path
    size: tuple[int, int] = (820, 1180)
    language: str = "zh-CN"
    context: BrowserContext | None = None
    page: Page = None  # type: ignore[assignment]
    line: Line = field(init=False)
    _lines: ExitStack = field(init=False, default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.line = self._lines.enter_context(laid())

    def open(self, path: str = APP, *, offline: bool = False) -> None:
        """Start the browser on what its disk holds."""
        self.cut(off=offline)
        width, height = self.size
        context = self.browser_type.launch_persistent_context(
            self.folder,
            viewport={"width": width, "height": height},
            locale=self.language,
            proxy=self.line.proxy,
            **self.arguments,
        )
        self.context, self.page = context, context.pages[0] if context.pages else context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.goto(self.address + path)
        self.page.wait_for_selector(".shell")

    def kill(self) -> None:
        """Kill the browser as a battery that falls out would: every process of its folder, at once."""
        assert self.context is not None
        with self.context.expect_event("close"):
            for process in Path("/proc").iterdir():
                if process.name.isdecimal() and str(self.folder).encode() in read(process / "cmdline"):
                    os.kill(int(process.name), signal.SIGKILL)
        for lock in self.folder.glob("Singleton*"):
            lock.unlink()
        self.context = None

    def close(self) -> None:
        """End the browser in order."""
        if self.context is not None:
            self.context.close()
        self._lines.close()

    def cut(self, *, off: bool) -> None:
        """Take the network away, or give it back; the browser notices only the latter."""
        (self.line.cut if off else self.line.mend)()
        if self.context is not None and not off:
            self.page.evaluate(NOTICED)

    def press(self, button: str) -> None:
        """Press a button by its name on the page."""
        self.page.click(f"[data-button={button}]")

    def enrol(self, secret: str) -> None:
        """Enrol with a code, and choose the PIN."""
        self.open(f"{APP}#enrol={secret}")
        self.page.fill("[name=device]", "平板3")
        self.page.click("button[type=submit]")
        self.page.fill("[name=pin]", PIN)
        self.page.fill("[name=again]", PIN)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("[data-at=home][data-state=ready]")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def unlock(self) -> None:
        """Type the PIN."""
        self.page.fill("[name=pin]", PIN)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("[data-state=ready]")

    def carry(self) -> None:
        """Take along what a day needs."""
        self.press("carry")
        self.page.wait_for_selector("[data-carried]", timeout=30_000)

    def find(self, person: dict[str, str]) -> None:
        """Look somebody up by the document."""
        self.press("find")
        self.page.fill("[name=id_number]", person["document"])
        self.page.fill("[name=name]", person["name"])
        self.page.click("main button[type=submit]")
        self.page.wait_for_selector("[data-found]")

    def sign(self) -> None:
        """Sign with a finger."""
        box = self.page.locator("canvas").bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 40)
        mouse.down()
        mouse.move(box["x"] + 200, box["y"] + 90, steps=4)
        mouse.up()

    def issue(self) -> str:
        """Sign and issue; the number."""
        self.sign()
        self.press("issue")
        self.page.wait_for_selector("[data-number]")
        return self.page.get_attribute("[data-number]", "data-number") or ""

    def next(self) -> None:
        """On to the next person."""
        self.press("next")

    def declare(self, **answers: str | bool) -> None:
        """Fill the declaration: texts by their names, yes or no by True or False; without symptoms unless `fever`."""
        page = self.page
        fever = answers.pop("fever", False)
        for name, value in answers.items():
            if isinstance(value, bool):
                page.check(f"[name={name}][value={'yes' if value else 'no'}]")
            else:
                page.fill(f"[name={name}]", value)
        page.check(f"[name=symptoms][value={'fever' if fever else 'none'}]")
        page.check("[name=agree]")

    def queued(self) -> int:
        """How many records wait."""
        return int(self.page.get_attribute(".ages", "data-queued") or 0)

    def home_all_sent(self) -> None:
        """Wait until nothing waits."""
        self.page.wait_for_selector(".ages[data-queued='0']", timeout=60_000)


WELL = {"contact_symptomatic": False, "contact_confirmed": False, "in_city": True, "elsewhere": False}


def read(file: Path) -> bytes:
    """The bytes of a file of /proc, none where its process is gone."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def people_of(home: Path, point: int) -> dict[str, Any]:
    """People of a point's district."""
    return dict(in_home(home, "people", str(point), module=MODULE))


def secret_of(page: Page, address: str, point: int) -> str:
    """A code made on the point's page by whoever is signed in."""
    page.goto(f"{address}/desk/{point}/devices/")
    page.click("form[action$='codes/'] button")
    return (page.text_content(".code-signs code") or "").replace(" ", "")


def answer(command: str, what: str) -> Any:
    """The commands of the module's docstring."""
    commands: dict[str, Callable[[str], Any]] = {"people": _people, "text": _text, "night": _night, "line": _line}
    return commands[command](what)


def _people(point: str) -> dict[str, Any]:
    from stdnum.cn import ric

    from yimatong.records import clock, identity
    from yimatong.records.models import Person
    from yimatong.stations.checkpoints import extracts
    from yimatong.stations.checkpoints.models import RegisterExtract
    from yimatong.stations.declarations.models import Dependant
    from yimatong.stations.issuing.models import Paper, Point
    from yimatong.stations.judgements.models import CurrentVerdict

    district = Point.objects.get(pk=int(point)).division // 1000
    # A fresh extract stands though a run came after it; here colours are those of the run.
    RegisterExtract.objects.filter(district=district).delete()
    extracts.refresh_extracts(now=clock.now())
    low = district * 1000
    having = set(Paper.objects.values_list("person_id", flat=True))
    colours = dict(CurrentVerdict.objects.values_list("person", "colour"))
    found = [
        person
        for person in Person.objects.filter(id_type="resident", division__range=(low, low + 999)).order_by("number")
        if person.pk not in having
    ]

    def shown(person: Person) -> dict[str, str]:
        return {"document": identity.unseal(person.id_sealed, "id", person.number), "name": person.name}

    body = "33029919850505031"
    green = [one for one in found if colours.get(one.pk) == "green"]
    foreign = Person.objects.filter(id_type="passport").order_by("number")
    served = set(Dependant.objects.filter(person__in=having).values_list("account__person", flat=True))
    parent, child = _family([one for one in green if one.pk not in served][-1])
    return {
        "green": [shown(one) for one in green[:6]],
        "other": [shown(one) for one in found if colours.get(one.pk) in {"red", "yellow"}][:2],
        "foreign": [shown(one) for one in foreign if colours.get(one.pk) == "green" and one.pk not in having][:1],
        "parent": shown(parent),
        "child": child,
        "stranger": body + ric.calc_check_digit(body + "0"),
    }


def _family(parent: Any) -> tuple[Any, int]:
    """The parent, and the number by which a child of theirs without a document, who was declared, is looked after."""
    from datetime import timedelta
    from uuid import uuid4

    from yimatong.records import clock
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.declarations.models import Account, Channel, Dependant

    known = Dependant.objects.filter(account__person=parent, person__name="小宝").first()
    if known is not None:
        return parent, known.pk
    channel, _ = Channel.objects.get_or_create(
        slug="browser", defaults={"kind": "browser", "title_zh": "浏览器", "title_en": "Browser"}
    )
    account = Account.objects.create(channel=channel, subject_key=uuid4(), subject_sealed=b"-", person=parent)
    child = somebody(name="小宝", id_type="none", division=parent.division)
    facts.record(
        by=the_system(), person=child.pk, kind="declaration", detail="self", start=clock.now() - timedelta(days=1), source="test",
        legal_basis="test",
    )  # fmt: skip
    made = Dependant.objects.create(account=account, person=child, relation="child", since=clock.now())
    return parent, made.pk


def _line(key: str) -> dict[str, str]:
    """Whoever a line of the route is about, as their document says."""
    from yimatong.records import identity
    from yimatong.stations.issuing.models import RouteLine

    person = RouteLine.objects.select_related("person").get(pk=key).person
    return {
        "document": identity.unseal(person.id_sealed, "id", person.number),
        "name": person.name,
        "id_type": person.id_type,
    }


def _text(number: str) -> str:
    """The text of a pass's code, signed now."""
    from yimatong.records import clock
    from yimatong.stations.issuing.actions.issuing import paper_of, text_of

    return text_of(paper_of(number), clock.now())


def _night(number: str) -> str:
    """An order for the holder of a pass, a judgement of everybody, and the round that follows it; the state of the run."""
    from datetime import timedelta

    from yimatong.records import clock
    from yimatong.records.actions import facts
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.issuing.actions import collecting
    from yimatong.stations.issuing.actions.issuing import paper_of
    from yimatong.stations.judgements import actions
    from yimatong.stations.passes.upkeep import keep_up

    now = clock.now()
    facts.record(
        by=the_system(), person=paper_of(number).person_id, kind="order", detail="home", start=now - timedelta(hours=1), source="test",
        legal_basis="test",
    )  # fmt: skip
    line = actions.run_full(by=the_system(), as_of=None, patience=timedelta(minutes=1))
    keep_up(by=the_system(), now=clock.now())
    collecting.open_tasks(now=clock.now())
    return str(line.state)
