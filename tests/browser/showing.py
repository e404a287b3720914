"""Codes and signed files for scanners under test, of the running city's own keys: what the city would sign, and what it never would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from yimatong.core.colour import Colour
from yimatong.core.credential import (
    Claims,
    FileKey,
    Kind,
    RecallList,
    Signer,
    State,
    TrustedKey,
    TrustList,
    Use,
    apply_delta,
    e_code,
    mint,
    open_snapshot,
    open_trust_list,
    paper_text,
    shown_text,
    sign_snapshot,
    sign_trust_list,
    window_at,
)

HOUR, DAY = 3600, 86_400
PAPER_EPOCH = 400_000
"""A series of recall lists that is kept for papers."""
RECALLED = 77
"""The slot that is recalled in every list that is signed here."""
_numbers = count(1)


@dataclass
class Office:
    """The keys of a running product's home, in the test's hands, at a second of city time."""

    home: Path
    now: int
    sequence: int = 1_000
    version: int = 1_000
    trainer: FileKey = field(default_factory=FileKey.made)
    stolen: FileKey = field(default_factory=FileKey.made)
    stranger: FileKey = field(default_factory=FileKey.made)
    phone: FileKey = field(default_factory=FileKey.made)

    def key(self, use: str) -> FileKey:
        """The city's key of a use."""
        return FileKey.read(next((self.home / "keys").glob(f"{use}-*.pem")))

    @property
    def city(self) -> TrustList:
        """The trust list that the product has signed."""
        listed = open_trust_list((self.home / "signed/trust.ymt").read_bytes(), self.key("root").point, now=self.now)
        assert isinstance(listed, TrustList)
        return listed

    def trust(self) -> TrustList:
        """The city's list, a later one: with a key for training and a stolen one, and nothing older than five days counts."""
        own = self.city
        more = (
            TrustedKey.of(self.trainer.point, Use.TRAINING, 0, self.now + 30 * DAY),
            TrustedKey.of(self.stolen.point, Use.PASS, 0, self.now + 30 * DAY, State.COMPROMISED),
        )
        return replace(
            own,
            version=self.version,
            issued=self.now,
            expires=self.now + 3 * DAY,
            min_iat=self.now - 5 * DAY,
            keys=(*own.keys, *more),
        )

    def files(self) -> dict[str, bytes]:
        """Every signed file as a scanner asks for it, but for the checkpoints' policy, which is the product's own."""
        epochs = {window_at(self.now + hours * HOUR).epoch for hours in (-6, 0, 6)} | {PAPER_EPOCH}
        known = published_lists(self.home, self.city, self.now)
        lists = [
            RecallList(epoch, self.sequence, self.now - 30, self.now + DAY, 24, self.recalled(known.get(epoch)))
            for epoch in sorted(epochs)
        ]
        named = [
            {
                "epoch": listed.epoch, "from": self.now - DAY, "to": self.now + DAY, "snapshot": listed.sequence,
                "sequence": listed.sequence, "issued": listed.issued, "expires": listed.expires,
                "count": len(listed.slots),
            }
            for listed in lists
        ]  # fmt: skip
        index = json.loads((self.home / "signed/index.json").read_text())
        index = {**index, "trust": {**index["trust"], "version": self.version}, "recall": named}
        return {
            "index.json": json.dumps(index).encode(),
            "trust.ymt": sign_trust_list(self.trust(), self.key("root")),
            **{f"recall/{listed.epoch}/snapshot.ymt": sign_snapshot(listed, self.key("recall")) for listed in lists},
        }

    def recalled(self, known: RecallList | None) -> frozenset[int]:
        """The slots of a list that goes on from what the product itself has published: a list that forgets is not taken."""
        return frozenset({RECALLED}) | (known.slots if known else frozenset())

    def claims(self, hours: int = 0, **changes: Any) -> Claims:
        """A green e-code of the window that is `hours` away."""
        number = next(_numbers)
        good = e_code(
            city=self.city.city, epoch=window_at(self.now + hours * HOUR).epoch, hours=6, iat=self.now - HOUR + min(0, hours) * HOUR,
            cti=number.to_bytes(8, "big"), colour=Colour.GREEN, name="王*明", tail="0417", check=0, slot=9_000 + number,
            device=self.phone.point,
        )  # fmt: skip
        return good._replace(**changes)

    def code(
        self,
        claims: Claims | None = None,
        *,
        behind: int = 2,
        signer: Signer | None = None,
        phone: Signer | None = None,
    ) -> str:
        """What a phone shows that does so `behind` seconds ago."""
        pass_ = mint(claims or self.claims(), signer or self.key("pass"))
        return shown_text(pass_, self.now - behind, phone or self.phone)

    def copied(self) -> str:
        """A pass without the phone that it belongs to."""
        return paper_text(mint(self.claims(), self.key("pass")))

    def edited(self) -> str:
        """A yellow code under a green one's signature."""
        key = self.key("pass")
        green = self.claims()
        yellow = mint(green._replace(colour=Colour.YELLOW), key)
        return shown_text(yellow[:-64] + mint(green, key)[-64:], self.now - 2, self.phone)

    def paper(self, *, signer: Signer | None = None, **changes: Any) -> str:
        """A green paper pass of a week."""
        sheet = self.claims()._replace(
            kind=Kind.PAPER,
            device=None,
            epoch=PAPER_EPOCH,
            number=f"NB-{next(_numbers):06}",
            nbf=self.now - DAY,
            exp=self.now + 6 * DAY,
            iat=self.now - DAY,
        )
        return paper_text(mint(sheet._replace(**changes), signer or self.key("pass")))


def published_lists(home: Path, trust: TrustList, now: int) -> dict[int, RecallList]:
    """The lists with every delta that follows on them."""
    lists = recalls(home, trust, now)
    for epoch, listed in lists.items():
        after = listed
        while (file := home / "signed" / "recall" / str(epoch) / f"{after.sequence + 1}.ymt").is_file():
            following = apply_delta(file.read_bytes(), after, trust=trust, now=now)
            assert isinstance(following, RecallList), following
            after = following
        lists[epoch] = after
    return lists


def recalls(home: Path, trust: TrustList, now: int) -> dict[int, RecallList]:
    """The recall lists that a checkpoint finds among the signed files."""
    found = {}
    for file in (home / "signed" / "recall").glob("*/snapshot.ymt"):
        listed = open_snapshot(file.read_bytes(), trust=trust, now=now)
        if isinstance(listed, RecallList):
            found[listed.epoch] = listed
    return found
