"""What the played gateways and channels were given for the demo's phones: each id once, with a signature where a channel asks for one."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from yimatong.counterparts.channel.people import PEOPLE
from yimatong.counterparts.channel.settings import CHANNELS, MESSAGES_SECRET

MOST = 200
MOST_OFF = 300
"""Seconds between the city's clock and ours."""
GATEWAYS = {"/messages": "短信一 Gateway 1", "/messages/second": "短信二 Gateway 2"}
BY_PHONE = {somebody.phone: somebody.name for somebody in PEOPLE.values()}
BY_SUBJECT = {(slug, somebody.subject(slug)): somebody for slug in CHANNELS for somebody in PEOPLE.values()}


@dataclass(frozen=True)
class Shown:
    """One message as it is shown: which way it came, to whom (a name where it is known), what it says, when."""

    way: str
    tint: str
    to: str
    name: str
    text: str
    at: str


@dataclass
class Inbox:
    """The messages of the demo's phones, the last MOST; an id that came before is taken once."""

    shown: list[Shown] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def text(self, path: str, said: Mapping[str, object]) -> int:
        """Take a text from one of the gateways; the status."""
        if not {"to", "text"} <= said.keys():
            return 400
        to = str(said["to"])
        self._keep(
            str(said.get("id", "")),
            Shown(GATEWAYS[path], "#52606d", to, BY_PHONE.get(to, ""), str(said["text"]), _now()),
        )
        return 200

    def service_message(self, slug: str, said: Mapping[str, object]) -> int:
        """Take a service message for a user of a channel; the status, 422 where nobody of that name is a user."""
        if not {"id", "to", "text"} <= said.keys():
            return 400
        somebody = BY_SUBJECT.get((slug, str(said["to"])))
        if somebody is None:
            return 422
        played = CHANNELS[slug]
        way = f"{played.title_zh} {played.title_en}"
        self._keep(str(said["id"]), Shown(way, played.tint, somebody.phone, somebody.name, str(said["text"]), _now()))
        return 200

    def _keep(self, reference: str, shown: Shown) -> None:
        with self.lock:
            if reference and reference in self.taken:
                return
            self.taken.add(reference)
            self.shown.append(shown)
            del self.shown[:-MOST]


def is_signed(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the city signed this body just now."""
    at = headers.get("x-ymt-time", "")
    if not (at.isascii() and at.isdigit() and abs(int(at[:12]) - time.time()) <= MOST_OFF):
        return False
    right = hmac.new(MESSAGES_SECRET.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), headers.get("x-ymt-signature", "").encode())


def _now() -> str:
    return time.strftime("%H:%M:%S")
