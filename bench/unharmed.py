"""Whether anything was lost, doubled or left half done: verdicts against a judgement of everybody, credentials, strips, recall lists."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from yimatong.core.credential import TrustList

PHONE = "phone.pem"
SHOWN = 20
"""Strips that are shown to a gate after each kill."""

DOUBLE_VERDICTS = """
SELECT count(*) FROM (
    SELECT said, lag(said) OVER (PARTITION BY person_id ORDER BY run_id) AS before
    FROM (SELECT person_id, run_id, (colour, rules, facts, since, until, next_change) AS said FROM verdicts) v
) told WHERE said = before
"""
HALF_RUNS = """
SELECT count(*) FROM runs r
WHERE r.state = 'published' AND r.changed <> (SELECT count(*) FROM verdicts v WHERE v.run_id = r.number)
    OR r.state <> 'published' AND EXISTS (SELECT FROM verdicts v WHERE v.run_id = r.number)
"""
HALF_COUNTS = """
SELECT count(*) FROM (SELECT colour, sum(people) AS people FROM current_counts WHERE rule = '' GROUP BY colour) kept
FULL JOIN (SELECT colour, count(*) AS people FROM current_verdicts GROUP BY colour) there USING (colour)
WHERE kept.people IS DISTINCT FROM there.people
"""
UNFOLLOWED = """
SELECT count(*) FROM device_bindings b JOIN current_verdicts v ON v.person = b.person_id
LEFT JOIN credentials c ON c.binding_id = b.id AND c.recalled_at IS NULL
WHERE b.ended_at IS NULL AND v.colour IN ('green', 'yellow', 'red') AND c.colour IS DISTINCT FROM v.colour
"""
DOUBLE_CREDENTIALS = """
SELECT count(*) FROM (
    SELECT binding_id, colour, permit, lag((colour, permit)) OVER (PARTITION BY binding_id ORDER BY generation) AS before,
        lag(recalled_at) OVER (PARTITION BY binding_id ORDER BY generation) AS ended, issued_at FROM credentials
) c WHERE before IS NOT DISTINCT FROM (colour, permit) AND ended = issued_at
"""


@dataclass
class Findings:
    """How much was lost, double and half in all, and what was looked at; `lists` is what a gate knows of each epoch."""

    lost: int = 0
    double: int = 0
    half: int = 0
    strips: int = 0
    recalled: int = 0
    lists: dict[int, Any] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"lost {self.lost}, double {self.double}, half {self.half}"


def let_phones_in(home: Path, count: int) -> None:
    """Bind a phone to each of so many people; they share a key, which is kept in the home."""
    from yimatong.core.credential import FileKey
    from yimatong.records.models import Person
    from yimatong.stations.declarations.models import Account, Channel
    from yimatong.stations.passes.models import DeviceBinding

    channel = Channel.objects.get_or_create(
        slug="browser", defaults={"kind": "browser", "title_zh": "浏览器", "title_en": "Browser"}
    )[0]
    key = FileKey.made()
    key.write(home / PHONE)
    people = random.Random(1).sample(list(Person.objects.values_list("number", flat=True)), count)
    accounts = Account.objects.bulk_create(
        Account(channel=channel, subject_key=UUID(int=person), subject_sealed=b"-", person_id=person)
        for person in people
    )
    DeviceBinding.objects.bulk_create(
        DeviceBinding(
            token=sha256(f"phone {account.person_id}".encode()).digest(), account=account, person_id=account.person_id, own=True,
            device_key=key.point, window_keys=key.point * 28,
        )
        for account in accounts
    )  # fmt: skip


def found_after(home: Path, findings: Findings, chance: random.Random, *, judged_anew: bool) -> None:
    """Look at everything that is there while nothing waits and nobody works; with `judged_anew` everybody is judged as of the instant
    in force too."""
    findings.double += _count(DOUBLE_VERDICTS) + _count(DOUBLE_CREDENTIALS)
    findings.half += _count(HALF_RUNS) + _count(HALF_COUNTS)
    findings.lost += _count(UNFOLLOWED)
    _follow_lists(home, findings)
    _look_at_strips(home, findings, chance)
    if judged_anew:
        findings.lost += _judged_otherwise()


def _count(statement: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _judged_otherwise() -> int:
    """How many people a judgement of everybody, as of the instant in force, gives another verdict than they have."""
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.judgements import actions
    from yimatong.stations.judgements.lifecycle import in_force

    base = in_force()
    assert base is not None
    line = actions.run_full(by=the_system(), as_of=base.as_of, patience=timedelta(minutes=2))
    return line.changed or 0


def _follow_lists(home: Path, findings: Findings) -> None:
    """Bring what a gate knows up to the index: nothing goes back, and each list names whom the database recalled, and nobody else."""
    from yimatong.core.credential import RecallList, apply_delta, open_snapshot
    from yimatong.stations.passes.models.papers import BELOW

    signed, now, trust = home / "signed", _seconds(), _trust(home)
    for one in json.loads((signed / "index.json").read_text())["recall"]:
        epoch, place = one["epoch"], signed / "recall" / str(one["epoch"])
        if epoch < BELOW:
            continue
        known = findings.lists.get(epoch)
        if known is None or known.sequence < one["snapshot"]:
            known = open_snapshot((place / "snapshot.ymt").read_bytes(), trust=trust, now=now, epoch=epoch, known=known)
        while isinstance(known, RecallList) and known.sequence < one["sequence"]:
            known = apply_delta((place / f"{known.sequence + 1}.ymt").read_bytes(), known, trust=trust, now=now)
        if not isinstance(known, RecallList) or known.sequence != one["sequence"]:
            findings.half += 1
            continue
        expected = _recalled_in(epoch, known.bits)
        findings.lost += len(expected - known.slots)
        findings.double += len(known.slots - expected)
        findings.recalled += len(expected)
        findings.lists[epoch] = known


def are_published(home: Path) -> bool:
    """Whether the signed files say what was cut last."""
    from django.db.models import Max

    from yimatong.stations.passes.models import RecallCut, TrustCut

    index = json.loads((home / "signed" / "index.json").read_text())
    told = {one["epoch"]: one["sequence"] for one in index["recall"]}
    if index["trust"]["version"] != TrustCut.objects.aggregate(last=Max("version"))["last"]:
        return False
    return told == dict(RecallCut.objects.values_list("epoch").annotate(last=Max("sequence")).order_by())


def _recalled_in(epoch: int, bits: int) -> frozenset[int]:
    from yimatong.core.credential import slot
    from yimatong.stations.passes import keyring
    from yimatong.stations.passes.models import Credential

    recalled = Credential.objects.filter(recalled_at__isnull=False, place__isnull=False, last_day__gte=epoch // 24)
    secret = keyring.secret("slots")
    return frozenset(slot(secret, epoch, bits, place) for place in recalled.values_list("place", flat=True))


def _look_at_strips(home: Path, findings: Findings, chance: random.Random) -> None:
    """Each strip is whole; a few that are good are shown to a gate, which reads from them the colour in force."""
    from yimatong.core.credential import Accepted, FileKey, shown_text, verify
    from yimatong.stations.judgements.models import CurrentVerdict
    from yimatong.stations.passes.days import WINDOWS, day_of
    from yimatong.stations.passes.models import DeviceBinding, Strip
    from yimatong.stations.passes.stamping import passes_of

    trust, now, key, today = _trust(home), _seconds(), FileKey.read(home / PHONE), day_of(_now())
    strips = {
        row.binding_id: bytes(row.passes) for row in Strip.objects.filter(day=today, credential__recalled_at=None)
    }
    for passes in Strip.objects.values_list("passes", flat=True):
        findings.strips += 1
        findings.half += len(passes_of(bytes(passes))) != WINDOWS
    shown = chance.sample(sorted(strips), min(SHOWN, len(strips)))
    people = dict(DeviceBinding.objects.filter(pk__in=shown).values_list("pk", "person_id"))
    colours = dict(CurrentVerdict.objects.filter(person__in=people.values()).values_list("person", "colour"))
    for binding in shown:
        if colours[people[binding]] == "unknown":
            continue
        answers = [
            verify(shown_text(one, now, key), now=now, trust=trust, recall=findings.lists, city=trust.city)
            for one in passes_of(strips[binding])
        ]
        accepted = {str(answer.claims.colour) for answer in answers if isinstance(answer, Accepted)}
        findings.lost += accepted != {colours[people[binding]]}


def _trust(home: Path) -> TrustList:
    from yimatong.core.credential import TrustList, open_trust_list
    from yimatong.stations.passes.models import SigningKey

    root = SigningKey.objects.filter(use="root").order_by("-made_at").first()
    assert root is not None
    opened = open_trust_list((home / "signed/trust.ymt").read_bytes(), bytes(root.point), now=_seconds())
    assert isinstance(opened, TrustList), opened
    return opened


def _now() -> datetime:
    from yimatong.records import clock

    return clock.now()


def _seconds() -> int:
    return int(_now().timestamp())
