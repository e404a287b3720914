"""The drill of the centre going away: what scanners can do with what they hold, rung after rung of the policy's ladder. Timed.

Nothing is switched off and nothing of the city changes. A scanner of the drill's own is given the signed files as they are
published, and then the clock alone goes on: at the beginning of each rung it is shown a code of a green person that the city's key
signed for that moment, and looks up a document in the register extract. Coming back is tried with records in a transaction that is
rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from yimatong.core.checkpoints import Extract, Situation, decide, look_up, open_extract, read_body, rules_of
from yimatong.core.checkpoints.model import Numbers, Rung, entry_on
from yimatong.core.credential import (
    Accepted,
    FileKey,
    RecallList,
    TrustList,
    open_snapshot,
    open_trust_list,
    shown_text,
    verify,
    window_at,
)
from yimatong.core.credential.policy_files import PolicyFile, open_policy_file
from yimatong.core.credential.refusals import Refused
from yimatong.core.text import Text, message as _
from yimatong.core.time import minute_down
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.models import Official
from yimatong.stations.checkpoints import extracts, policy, publishing
from yimatong.stations.checkpoints.actions import offer_enrolments, open_checkpoint, take
from yimatong.stations.checkpoints.errors import mistake
from yimatong.stations.checkpoints.handlers import nobody
from yimatong.stations.checkpoints.models import Device, Offer, Passage
from yimatong.stations.checkpoints.wire import Batch
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions import minting, recalling
from yimatong.stations.passes.actions.publishing import folder
from yimatong.stations.passes.days import HOURS, WINDOWS, day_of, seconds
from yimatong.stations.passes.models import SigningKey
from yimatong.stations.passes.stamping import Line, passes_of

RECORDS, BATCH = 2_000, 200
DISTRICT, STREET = 330299, 330299001
HOUR = 3600


class Step(NamedTuple):
    """A rung, or `registered` and `caught-up`: its name for people, what came of it, in a code, the seconds it took, and whether
    it came out as it should."""

    code: str
    title: Text
    found: str
    seconds: float
    is_right: bool


class Drill(NamedTuple):
    """The steps, and whether all came out as they should."""

    steps: list[Step]
    passed: bool


class _Held(NamedTuple):
    """What a scanner holds when the centre goes away."""

    home: Path
    root: bytes
    recall: dict[int, RecallList]
    extract: bytes
    key: bytes


def centre_down(*, by: Official, now: datetime) -> Drill:
    """Let the centre be away, rung by rung. The lists and the policy file are published before (upkeep.keep_up, publish_policy)."""
    require(by, "keys")
    body = read_body(policy.body_on(now))
    numbers = policy.numbers_on(now)
    held = _held(now)
    steps = [_rung(rung, held, numbers, now) for rung in _ladder(now)]
    steps += [_looked_up(held, now), _caught_up(by, str(body["version"]), now)]
    passed = all(step.is_right for step in steps)
    details: dict[str, str | bool] = {step.code: f"{step.found} {step.seconds:.3f} s" for step in steps}
    audit.record(by=by, action="drill.centre-down", subject="checkpoints", details={"passed": passed, **details})
    return Drill(steps, passed)


def _ladder(now: datetime) -> tuple[Rung, ...]:
    installed = policy.installed()
    texts = installed.checkpoints and entry_on(installed.checkpoints.texts, installed.zone.date(minute_down(now)))
    if not texts:
        raise mistake("no-policy")
    return texts.ladder


def _held(now: datetime) -> _Held:
    """The published files, and an extract of a district where nobody lives, so that the drill reads nobody's name."""
    root = keyring.signing_row(SigningKey.Use.ROOT, seconds(now))
    if root is None:
        raise mistake("no-policy")
    home, point = folder(), bytes(root.point)
    trust = open_trust_list((home / "trust.ymt").read_bytes(), point, now=seconds(now))
    if isinstance(trust, Refused):
        raise mistake("no-policy")
    recall: dict[int, RecallList] = {}
    for one in json.loads((home / "index.json").read_text())["recall"]:
        opened = open_snapshot(
            (home / "recall" / str(one["epoch"]) / "snapshot.ymt").read_bytes(), trust=trust, now=seconds(now), epoch=one["epoch"]
        )  # fmt: skip
        if isinstance(opened, RecallList):
            recall[one["epoch"]] = opened
    data, _ = extracts.built(DISTRICT, now)
    return _Held(home, point, recall, data, extracts.key_of(DISTRICT, day_of(now)))


def _rung(rung: Rung, held: _Held, numbers: Numbers, now: datetime) -> Step:
    """A green code at the moment this rung begins, by lists as old as that."""
    moment, age = now + timedelta(minutes=rung.from_minutes), rung.from_minutes * 60
    text = _code(moment, now)
    began = perf_counter()
    trust = open_trust_list((held.home / "trust.ymt").read_bytes(), held.root, now=seconds(moment))
    rules, answer = None, None
    if isinstance(trust, TrustList):
        file = open_policy_file(publishing.file().read_bytes(), trust=trust, now=seconds(moment))
        rules = rules_of(read_body(file.body)) if isinstance(file, PolicyFile) else None
        answer = verify(text, now=seconds(moment), trust=trust, recall=held.recall, city=settings.YIMATONG_CITY)
    is_stopped = rules is None or age >= numbers.hours.recall_stop * HOUR or age >= numbers.hours.trust_stop * HOUR
    verdict = "stopped" if is_stopped else str(answer.claims.colour) if isinstance(answer, Accepted) else "doubtful"
    found = f"{verdict} no-rules"
    if rules is not None:
        said = Situation(verdict, "code", temperature="normal", document="matched")
        found = f"{verdict} {decide(said, rules).action}"
    took = perf_counter() - began
    wanted = "stopped " if is_stopped else "green release"
    is_right = found.startswith(wanted) and "release" not in found.removeprefix("green release")
    return Step(rung.id, rung.title, found, took, is_right)


def _code(moment: datetime, now: datetime) -> str:
    """What a phone of the drill's own shows at a moment: a green pass in the place after the last one, signed by the city's key."""
    recalling.open_epochs([day_of(moment)])
    phone = FileKey.made()
    line = Line(0, 0, recalling.highest_place() + 1, "green", 0, "演练", "", phone.point * WINDOWS)
    stamp = minting.stamp_of(day_of(moment), now)
    number = window_at(seconds(moment), HOURS).epoch % 24 // HOURS
    return shown_text(passes_of(stamp.strip(line).passes)[number], seconds(moment), phone)


def _looked_up(held: _Held, now: datetime) -> Step:
    """The register extract opens until its life is over, and not a second longer."""

    def work() -> str:
        return " ".join(_answer(held, now + timedelta(seconds=late)) for late in (0, extracts.LIFE, extracts.LIFE + 1))

    return _timed("looked-up", _("register: at once, at 72 h, past 72 h"), work, "nobody nobody list-over")


def _answer(held: _Held, moment: datetime) -> str:
    trust = open_trust_list((held.home / "trust.ymt").read_bytes(), held.root, now=0)
    if isinstance(trust, Refused):
        return str(trust.reason)
    opened = open_extract(held.extract, trust=trust, now=seconds(moment))
    if not isinstance(opened, Extract):
        return str(opened.reason)
    found = look_up(opened, held.key, "330299199001010000", seconds(moment))
    return str(found.reason) if isinstance(found, Refused) else type(found).__name__.lower()


def _caught_up(by: Official, version: str, now: datetime) -> Step:
    """What waited on a scanner comes in when the centre is back: twice sent, once there. Rolled back."""

    def work() -> str:
        with transaction.atomic():
            taken = _send(by, version, now)
            transaction.set_rollback(True)
        return f"{taken} of {RECORDS}"

    return _timed(
        "caught-up", _("sent when the centre is back (records, rolled back)"), work, f"{RECORDS} of {RECORDS}"
    )


def _send(by: Official, version: str, now: datetime) -> int:
    """How many of the records are there after all were sent twice."""
    gate = open_checkpoint(by=by, title_zh=f"演练{uuid4().hex[:8]}", title_en="drill", division=STREET, at=now)
    (code,) = offer_enrolments(by=by, checkpoint=gate.number, at=now, training=True)
    offer = Offer.objects.get(pk=code.id)
    device = Device.objects.create(
        id=uuid4(), checkpoint=gate, offer=offer, name="drill", point=FileKey.made().point, training=True
    )
    said = Situation("green", "code", temperature="normal", document="matched").as_json()
    record = {
        "kind": "passage", "at": seconds(now), "situation": said, "reason": None, "action": "release", "rule": "drill",
        "temperature": 366, "epoch": None, "slot": None, "cti": None, "number": None, "policy": version, "group": None,
        "mode": "training", "ages": {"trust": 0, "recall": 0, "policy": 0}, "rung": 1,
    }  # fmt: skip
    records = [{**record, "n": n} for n in range(1, RECORDS + 1)]
    head = {"lists": {"trust": 0, "policy": 0, "recall": {}}, "clock": 0}
    pieces = (records[i : i + BATCH] for i in range(0, RECORDS, BATCH))
    batches = [Batch.read(json.dumps({**head, "records": piece}).encode()) for piece in pieces]
    again = [take(device=device, batch=batch, handlers=nobody(), now=now, at=now) for batch in (*batches, *batches)]
    if sum(len(answer.taken) for answer in again) != 2 * RECORDS:
        return 0
    return Passage.objects.filter(device=device).count()


def _timed(code: str, title: Text, work: Callable[[], str], wanted: str) -> Step:
    began = perf_counter()
    found = work()
    return Step(code, title, found, perf_counter() - began, found == wanted)
