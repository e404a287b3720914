"""A town of a few people with accounts and verdicts, and phones that can sign."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connections, transaction

from tests.identities import somebody
from yimatong.core.credential import (
    Accepted,
    FileKey,
    RecallList,
    TrustList,
    apply_delta,
    open_snapshot,
    open_trust_list,
    shown_text,
    verify,
)
from yimatong.records.identity import id_key
from yimatong.records.models import Enforcement, Official, Person
from yimatong.stations.declarations.models import Account, Channel, Dependant
from yimatong.stations.judgements.models import Run
from yimatong.stations.passes import days, renewal
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.actions.bindings import Bound, Keys
from yimatong.stations.passes.models import SigningKey

NOW = datetime(2020, 2, 20, 2, 0, tzinfo=UTC)
"""10 in the morning in Ningbo, in the second window of the day."""


@dataclass
class Phone:
    """A phone with its own key and its 28 window keys."""

    key: FileKey = field(default_factory=FileKey.made)
    windows: list[FileKey] = field(default_factory=lambda: [FileKey.made() for _ in range(28)])

    @property
    def points(self) -> list[bytes]:
        return [key.point for key in self.windows]


def a_document(number: int) -> str:
    """A well-formed ID number of an area that was never assigned."""
    digits = f"330299199001{number % 28 + 1:02d}{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


def people(count: int) -> list[Person]:
    """New people, each with a sealed document."""
    made = []
    for number in range(count):
        document = a_document(number)
        made.append(
            somebody(
                name=f"王{'小' * (number % 3)}明", id_type="resident", document=document, division=330203001,
                id_key=uuid4() if number > 27_000 else id_key("resident", document),
            )
        )  # fmt: skip
    return made


def an_account(person: Person | None = None) -> Account:
    """Somebody signed in by the plain browser."""
    channel = Channel.objects.get_or_create(
        slug="browser", defaults={"kind": "browser", "title_zh": "浏览器", "title_en": "Browser"}
    )[0]
    return Account.objects.create(channel=channel, subject_key=uuid4(), subject_sealed=b"-", person=person)


def looks_after(account: Account, person: Person) -> Dependant:
    return Dependant.objects.create(account=account, person=person, relation="child", since=NOW - timedelta(days=3))


def publish(colours: Mapping[int, str]) -> int:
    """A run that was published with these verdicts, as the judge alone can; returns its number."""
    system = Official.objects.using("judge").get(username="system")
    pack = Enforcement.objects.using("judge").latest("number").pack_id
    last = Run.objects.using("judge").filter(state="published").order_by("-number").first()
    run = Run.objects.using("judge").create(
        kind="full", policy_id=pack, as_of=NOW, engine="reference", versions={}, by=system
    )
    for state in ("snapshotted", "judged"):
        Run.objects.using("judge").filter(pk=run.number).update(state=state)
    with transaction.atomic(using="judge"), connections["judge"].cursor() as cursor:
        Run.objects.using("judge").filter(pk=run.number).update(
            state="published", changed=len(colours), follows=last and last.number
        )
        cursor.executemany(
            "INSERT INTO verdicts (person_id, run_id, colour, rules, facts, since) VALUES (%s, %s, %s, %s, %s, %s)",
            [
                (person, run.number, colour, *(("r", "f/1", 1) if colour in {"red", "yellow"} else ("", "", None)))
                for person, colour in colours.items()
            ],
        )
    return run.number


def bring(phone: Phone, account: Account, person: int, *, desk: bool = False) -> Keys:
    """What a phone sends to be bound: its keys, and the challenge signed."""
    asked, _until = bindings.challenge(account=account, person=0 if desk else person, at=datetime.now(UTC))
    unsigned = Keys(phone.key.point, phone.points, asked, b"")
    return replace(unsigned, signature=phone.key.sign(bindings.proof(unsigned)))


def bind(
    account: Account, person: int, phone: Phone | None = None, *, move: bool = False, now: datetime = NOW
) -> Bound:
    """A phone bound to somebody."""
    keys = bring(phone or Phone(), account, person)
    return bindings.bind(account=account, person=person, keys=keys, now=now, at=datetime.now(UTC), move=move)


@dataclass
class Gate:
    """A checkpoint with what it fetched from the signed files, verifying without a server."""

    home: Path
    trust: TrustList | None = None
    recall: dict[int, RecallList] = field(default_factory=dict)

    def sync(self, now: datetime) -> None:
        """Fetch what the index names, as a scanner does: trust list, then snapshot and deltas of each epoch."""
        root = SigningKey.objects.filter(use="root").order_by("-made_at").first()
        moment = int(now.timestamp())
        known = self.trust.version if self.trust else 0
        opened = open_trust_list(
            (self.home / "signed/trust.ymt").read_bytes(), bytes(root.point), now=moment, known_version=known
        )
        assert isinstance(opened, TrustList), opened
        self.trust = opened
        index = json.loads((self.home / "signed/index.json").read_text())
        self.recall = {
            epoch: kept for epoch, kept in self.recall.items() if epoch in {one["epoch"] for one in index["recall"]}
        }
        for one in index["recall"]:
            self.recall[one["epoch"]] = self._list(one, moment)

    def _list(self, one: dict[str, int], moment: int) -> RecallList:
        place, listed = self.home / "signed/recall" / str(one["epoch"]), self.recall.get(one["epoch"])
        if listed is None or listed.sequence < one["snapshot"]:
            opened = open_snapshot(
                (place / "snapshot.ymt").read_bytes(), trust=self.trust, now=moment, epoch=one["epoch"], known=listed
            )
            assert isinstance(opened, RecallList), opened
            listed = opened
        while listed.sequence < one["sequence"]:
            following = apply_delta(
                (place / f"{listed.sequence + 1}.ymt").read_bytes(), listed, trust=self.trust, now=moment
            )
            assert isinstance(following, RecallList), following
            listed = following
        assert len(listed.slots) == one["count"]
        return listed

    def look(self, phone: Phone, pass_: bytes, now: datetime, *, key: int) -> str:
        """`green`, or why it is refused."""
        moment = int(now.timestamp())
        text = shown_text(pass_, moment, phone.windows[key])
        answer = verify(text, now=moment, trust=self.trust, recall=self.recall, city="330200")
        return str(answer.claims.colour) if isinstance(answer, Accepted) else str(answer.reason)


def strip(bound: Bound, now: datetime = NOW, *, ahead: int = 0) -> dict[str, Any]:
    """A day's strip as the phone reads it."""
    answer = renewal.strip(token=bound.token, day=days.day_of(now) + ahead, now=now)
    return json.loads(answer.body) if answer.body else {"state": answer.state}


def shown(held: dict[str, Any], now: datetime) -> tuple[bytes, int]:
    """The pass of the hour, and the number of its window key."""
    moment = int(now.timestamp())
    one = min(held["passes"], key=lambda one: abs(one["from"] + 600 + 3 * 3600 - moment))
    return urlsafe_b64decode(one["pass"] + "=="), one["key"]
