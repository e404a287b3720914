"""The drill of a stolen pass key: the key is killed, everybody is signed anew, and what was recalled stays recalled. Timed.

A rehearsal changes nothing of the city: its trust list is signed by a root key of its own, its pass key lives in a folder that
goes, and the strips it signs go into a table of its own that ends with the connection. It reads all live credentials and
signs as much as the real thing; only the phones do not come. `for_real` does what `yimatong keys compromised` does.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from yimatong.core.credential import (
    FileKey,
    RecallList,
    State,
    TrustedKey,
    TrustList,
    Use,
    open_trust_list,
    shown_text,
    sign_trust_list,
    verify,
    window_at,
)
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.jobs import Tally
from yimatong.records.models import Official
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions import keys, minting, recalling
from yimatong.stations.passes.actions.publishing import write
from yimatong.stations.passes.days import HOURS, WINDOWS, day_of, seconds
from yimatong.stations.passes.models import Credential, SigningKey, TrustCut
from yimatong.stations.passes.rules import rules
from yimatong.stations.passes.stamping import Line, Signed, Stamp, passes_of
from yimatong.stations.passes.upkeep import keep_up


class Step(NamedTuple):
    """What was done or asked, in a code; what came of it; and the seconds it took."""

    code: str
    found: str
    seconds: float


class Drill(NamedTuple):
    """The steps, and whether all came out as they should. A step `...-not-shown` had nobody to be shown with."""

    steps: list[Step]
    passed: bool


def stolen_key(*, by: Official, now: datetime, processes: int = 1, for_real: bool = False) -> Drill:
    """Kill the pass key of today, by the book."""
    require(by, "keys")
    old = keyring.signer(SigningKey.Use.PASS, seconds(now))
    recalling.open_epochs([day_of(now)])
    steps: list[Step] = []
    if for_real:
        trust, new = _really(by, now, old, processes, steps)
    else:
        with tempfile.TemporaryDirectory() as folder:
            trust, new = _rehearsed(now, old, processes, Path(folder), steps)
    expected = _look(now, trust, old, new, steps)
    # In a city where nobody shows a code yet nothing was shown, and so nothing was passed.
    is_shown = any(step.code == "pass-of-the-new-key" for step in steps)
    passed = is_shown and all(step.found == expected.get(step.code, step.found) for step in steps)
    kind = "for-real" if for_real else "rehearsal"
    details: dict[str, Any] = {step.code: f"{step.found} {step.seconds:.2f} s" for step in steps}
    audit.record(
        by=by,
        action="drill.stolen-key",
        subject=f"key/{old.kid.hex()}",
        details={"kind": kind, "passed": passed, **details},
    )
    return Drill(steps, passed)


def _really(by: Official, now: datetime, old: FileKey, processes: int, steps: list[Step]) -> tuple[TrustList, FileKey]:
    def kill() -> str:
        keys.compromised(by=by, kid=old.kid.hex(), now=now, why="drill of a stolen key, for real")
        keep_up(by=by, now=now)
        return "published"

    _timed(steps, "key-killed", kill)
    _timed(
        steps,
        "everybody-signed-anew",
        lambda: str(sum(day.strips for day in minting.mint(now=now, processes=processes))),
    )
    cut = TrustCut.objects.order_by("-version")[0]
    return keys.trust_of(bytes(cut.data)), keyring.signer(SigningKey.Use.PASS, seconds(now))


def _rehearsed(
    now: datetime, old: FileKey, processes: int, folder: Path, steps: list[Step]
) -> tuple[TrustList, FileKey]:
    moment, root, new = seconds(now), FileKey.made(), FileKey.made()
    pem = folder / "pass.pem"
    new.write(pem)

    def kill() -> str:
        write(folder / "trust.ymt", sign_trust_list(_trust(moment, old, new), root))
        return "published"

    def sign() -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TABLE IF EXISTS pg_temp.rehearsed_strips; CREATE TEMP TABLE rehearsed_strips (LIKE strips)"
            )
        in_force = rules(now)
        everybody = in_force._replace(dead=(*in_force.dead, old.kid))
        stamp = minting.stamp_of(day_of(now), now, new)
        made = minting.sign_day(
            stamp, pem, now=now, processes=processes, in_force=everybody, keep=_keep, tally=Tally("drill")
        )
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE pg_temp.rehearsed_strips")
        return str(made)

    _timed(steps, "key-killed", kill)
    _timed(steps, "everybody-signed-anew", sign)
    trust = open_trust_list((folder / "trust.ymt").read_bytes(), root.point, now=moment)
    assert isinstance(trust, TrustList)
    return trust, new


def _look(now: datetime, trust: TrustList, old: FileKey, new: FileKey, steps: list[Step]) -> dict[str, str]:
    """Ask a gate: a pass of the stolen key, one of the new key, and one of the new key whose credential was recalled before."""
    recall = recalling.known(window_at(seconds(now), HOURS).epoch)
    lists = {recall.epoch: recall} if recall else {}
    live = Credential.objects.filter(recalled_at=None).first()
    gone = Credential.objects.filter(listed=True, last_day__gte=day_of(now), place__isnull=False).first()
    asked = (
        ("pass-of-the-stolen-key", live, old, "key-compromised"),
        ("pass-of-the-new-key", live, new, "green"),
        ("recalled-stays-recalled", gone, new, "recalled"),
    )
    for code, credential, key, _expected in asked:
        if credential is None:
            steps.append(Step(f"{code}-not-shown", "nobody", 0.0))
            continue
        _timed(steps, code, lambda credential=credential, key=key: _shown(now, credential, key, trust, lists))  # type: ignore[misc]
    return {code: expected for code, _credential, _key, expected in asked}


def _shown(now: datetime, credential: Credential, key: FileKey, trust: TrustList, lists: dict[int, RecallList]) -> str:
    """What a gate says of a pass with the place of a credential, on a phone of the drill's own; the pass is forgotten."""
    phone, moment = FileKey.made(), seconds(now)
    assert credential.place is not None
    line = Line(
        credential.binding_id, credential.serial, credential.place, "green", 0, "演练", "", phone.point * WINDOWS
    )
    strip = minting.stamp_of(day_of(now), now, key).strip(line).passes
    window = window_at(moment, HOURS).epoch % 24 // HOURS
    text = shown_text(passes_of(strip)[window], moment, phone)
    answer = verify(text, now=moment, trust=trust, recall=lists, city=trust.city)
    return str(getattr(answer, "reason", "")) or str(answer.claims.colour)  # type: ignore[union-attr]


def _trust(moment: int, old: FileKey, new: FileKey) -> TrustList:
    since, until = moment - keys.SETTLED, moment + keys.TRUST_LIFE
    listed = (
        TrustedKey.of(old.point, Use.PASS, since, until, State.COMPROMISED),
        TrustedKey.of(new.point, Use.PASS, since, until),
    )
    return TrustList(1, moment, until, settings.YIMATONG_CITY, 0, listed)


def _keep(cursor: Any, strips: list[Signed], stamp: Stamp, is_new: bool) -> int:  # noqa: ARG001, FBT001 -- a Keep
    minting.copy_in(cursor, "rehearsed_strips", strips, stamp)
    return len(strips)


def _timed(steps: list[Step], code: str, work: Callable[[], str]) -> None:
    began = perf_counter()
    found = work()
    steps.append(Step(code, found, perf_counter() - began))
