"""A pass is shown by the wrong person, or by nobody's leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tests.attack.guards import put, without
from tests.attack.town import Attacked, Held
from tests.attack.tries import Denied, Found, Noticed, Refused, attack
from tests.integration.passes.town import NOW, Phone, an_account, bind, bring, looks_after, shown, strip
from yimatong.core.credential import (
    FileKey,
    RecallList,
    Refused as No,
    TrustList,
    cose,
    open_snapshot,
    open_trust_list,
    recall,
    shown_text,
    verification,
    verify,
)
from yimatong.core.credential.cbor import decode, encode
from yimatong.core.credential.passes import read
from yimatong.core.credential.trust import State, Use
from yimatong.core.macs import mac
from yimatong.records.actions import audit
from yimatong.records.models import AuditEntry, Official, Person
from yimatong.stations.declarations.models import Dependant
from yimatong.stations.passes import stamping
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.models import SigningKey
from yimatong.stations.passes.upkeep import keep_up

MOMENT = int(NOW.timestamp())


def taken_at(
    city: Attacked,
    text: str,
    *,
    now: int = MOMENT,
    trust: TrustList | None = None,
    lists: dict[int, RecallList] | None = None,
) -> bool:
    """Whether a gate takes this text for a green code; Denied with the word that it shows where not."""
    gate = city.gate()
    answer = verify(
        text, now=now, trust=trust or gate.trust, recall=gate.recall if lists is None else lists, city="330200"
    )
    if isinstance(answer, No):
        raise Denied(answer.reason)
    return str(answer.claims.colour) == "green"


def screen(held: Held, at: int = MOMENT) -> str:
    """What the phone shows at a second."""
    return shown_text(held.pass_, at, held.phone.windows[held.key])


@attack(
    "screenshot", who="resident", aim="shown", promise="S1", how="show a photo of a friend's green code, eleven minutes old",
    guard="the phone signs each shown code with its second", answer=Refused("stale"),
    off=[without(verification._shown, "-AHEAD <= behind <= BEHIND", "True")],
)  # fmt: skip
def screenshot(city: Attacked) -> bool:
    return taken_at(city, screen(city.held(city.green)), now=MOMENT + 660)


@attack(
    "forwarded-photo", who="resident", aim="shown", promise="S1", how="show a green code that a friend sent a minute and a half ago",
    guard="the phone signs each shown code with its second", answer=Refused("clock"),
    off=[without(verification._shown, "-AHEAD <= behind <= BEHIND", "True")],
)  # fmt: skip
def forwarded_photo(city: Attacked) -> bool:
    return taken_at(city, screen(city.held(city.green)), now=MOMENT + 90)


UNSIGNED = without(
    verification._shown,
    "if not is_signed(key, code.device_signature, shown_message(code.pass_, code.ts)):",
    "if False:",
)


@attack(
    "copied-pass", who="resident", aim="shown", promise="S2", how="copy a friend's pass out of the phone's storage and sign it with a key of one's own",
    guard="a shown code is signed by the window key in the pass", answer=Refused("copied"), off=[UNSIGNED],
)  # fmt: skip
def copied_pass(city: Attacked) -> bool:
    return taken_at(city, shown_text(city.held(city.green).pass_, MOMENT, FileKey.made()))


@attack(
    "binding-token", who="resident", aim="shown", promise="S10", how="renew a friend's strip with the token read from their phone, and show it",
    guard="the window keys stay in the phone", answer=Refused("copied"), off=[UNSIGNED],
)  # fmt: skip
def binding_token(city: Attacked) -> bool:
    pass_, _key = shown(strip(city.held(city.green).bound), NOW)
    return taken_at(city, shown_text(pass_, MOMENT, FileKey.made()))


@attack(
    "two-venues", who="gate device", aim="read", promise="S6", how="join the scans of one person in two windows of a day by what the code carries",
    guard="each window has its own cti, slot and key", answer=Refused("nothing in common"),
    off=[put(stamping, "cti_of", lambda key, serial, _epoch: mac(key, serial.to_bytes(8, "big"))[:8])],
)  # fmt: skip
def two_venues(city: Attacked) -> bool:
    held = strip(city.held(city.green).bound)
    passes = [read(screen_of(held, number)) for number in range(2)]
    first, second = (one.claims for one in passes if not isinstance(one, No))
    if first.cti != second.cti and first.slot != second.slot and first.device != second.device:
        raise Denied("nothing in common")
    return first.cti == second.cti


def screen_of(held: dict[str, object], number: int) -> str:
    """A pass of a strip as a venue reads it."""
    from base64 import urlsafe_b64decode

    passes = [one for one in held["passes"] if one["pass"]]  # type: ignore[index, attr-defined]
    return shown_text(urlsafe_b64decode(passes[number]["pass"] + "=="), MOMENT, FileKey.made())


@attack(
    "recall-list-of-yesterday", who="whoever serves the files", aim="green", promise="S7 S8", how="serve the recall list from before a pass was recalled",
    guard="lists are numbered; going back is refused", answer=Refused("rolled-back"), off=[put(recall, "_behind", lambda _listed, _known: None)],
)  # fmt: skip
def recall_list_of_yesterday(city: Attacked) -> bool:
    gate, text = city.gate(), screen(city.held(city.green))
    code = read(text)
    assert not isinstance(code, No)
    epoch, slot = code.claims.epoch, code.claims.slot
    newer = replace(
        gate.recall[epoch], sequence=gate.recall[epoch].sequence + 1, slots=gate.recall[epoch].slots | {slot}
    )
    with pytest.raises(Denied, match="recalled"):
        taken_at(city, text, lists={epoch: newer})
    served = (city.home / "signed/recall" / str(epoch) / "snapshot.ymt").read_bytes()
    assert gate.trust is not None
    opened = open_snapshot(served, trust=gate.trust, now=MOMENT, epoch=epoch, known=newer)
    if isinstance(opened, No):
        raise Denied(opened.reason)
    return taken_at(city, text, lists={epoch: opened})


@attack(
    "trust-list-of-yesterday", who="whoever serves the files", aim="green", promise="S7 S8", how="serve the trust list from before a key was declared dead",
    guard="versions only go up", answer=Refused("rolled-back"), off=[without(open_trust_list, "if trust.version < known_version:", "if False:")],
)  # fmt: skip
def trust_list_of_yesterday(city: Attacked) -> bool:
    root = SigningKey.objects.filter(use="root").order_by("-made_at").first()
    gate = city.gate()
    assert gate.trust is not None
    assert root is not None
    served = (city.home / "signed/trust.ymt").read_bytes()
    opened = open_trust_list(served, bytes(root.point), now=MOMENT, known_version=gate.trust.version + 1)
    if isinstance(opened, No):
        raise Denied(opened.reason)
    return taken_at(city, screen(city.held(city.green)), trust=opened)


@attack(
    "recall-list-forged", who="whoever serves the files", aim="green", promise="S8", how="serve a recall list of one's own, under the name of the city's key",
    guard="each list is signed", answer=Refused("bad-signature"), off=[put(recall, "is_signed", lambda *_given: True)],
)  # fmt: skip
def recall_list_forged(city: Attacked) -> bool:
    gate = city.gate()
    assert gate.trust is not None
    epoch = next(iter(gate.recall))
    ours = next(key for key in gate.trust.keys if key.use is Use.RECALL and key.state is State.ACTIVE)
    thief = FileKey.made()
    signed = cose.open1((city.home / "signed/recall" / str(epoch) / "snapshot.ymt").read_bytes(), longest=1 << 24)
    claims = decode(signed.payload, longest=1 << 24)
    claims[recall.SEQUENCE] += 7
    forged = cose.sign1(encode(claims), SimpleNamespace(kid=ours.kid, alg=thief.alg, sign=thief.sign))
    opened = open_snapshot(forged, trust=gate.trust, now=MOMENT, epoch=epoch)
    if isinstance(opened, No):
        raise Denied(opened.reason)
    return opened.sequence == claims[recall.SEQUENCE]


@attack(
    "stolen-phone", who="thief of a phone", aim="shown", promise="S9", how="show the owner's code after they have bound a new phone",
    guard="the old binding's passes are recalled with the next delta", answer=Refused("recalled"), commits=True,
    off=[without(verification.verify, "listed is not None and claims.slot in listed", "False")],
)  # fmt: skip
def stolen_phone(city: Attacked) -> bool:
    account = an_account(Person.objects.get(pk=city.green))
    phone = Phone()
    pass_, key = shown(strip(bind(account, city.green, phone)), NOW)
    bind(account, city.green, move=True)
    keep_up(by=Official.objects.get(username="system"), now=NOW + timedelta(seconds=20))
    return taken_at(city, shown_text(pass_, MOMENT + 30, phone.windows[key]), now=MOMENT + 30)


@attack(
    "another-persons-code", who="resident", aim="shown", promise="S15", how="bind one's phone to somebody green who is not in one's family",
    guard="an account binds itself and whom it looks after", answer=Refused("not-your-person"), off=[put(bindings, "may_show", lambda _account, _person: True)],
)  # fmt: skip
def another_persons_code(city: Attacked) -> bool:
    phone = Phone()
    pass_, key = shown(strip(bind(an_account(), city.green, phone)), NOW)
    return taken_at(city, shown_text(pass_, MOMENT, phone.windows[key]))


@attack(
    "child-of-before", who="guardian", aim="shown", promise="S15", how="bind the code of a child that one looks after no longer",
    guard="who looks after whom ends", answer=Refused("not-your-person"), off=[without(bindings.may_show, ", until=None", "")],
)  # fmt: skip
def child_of_before(city: Attacked) -> bool:
    account, phone = an_account(), Phone()
    care = looks_after(account, Person.objects.get(pk=city.green))
    Dependant.objects.filter(pk=care.pk).update(until=NOW)
    pass_, key = shown(strip(bind(account, city.green, phone)), NOW)
    return taken_at(city, shown_text(pass_, MOMENT, phone.windows[key]))


@attack(
    "another-phones-key", who="resident", aim="shown", promise="S15", how="bind a phone with a challenge that its key did not sign",
    guard="the phone proves its key by signing our challenge", answer=Refused("proof-wrong"), off=[put(bindings, "_prove", lambda *_given: None)],
)  # fmt: skip
def another_phones_key(city: Attacked) -> bool:
    account = an_account(Person.objects.get(pk=city.green))
    keys = replace(bring(Phone(), account, city.green), device=FileKey.made().point)
    bound = bindings.bind(account=account, person=city.green, keys=keys, now=NOW, at=datetime.now(UTC), move=True)
    return bound.serial is not None


@attack(
    "transfer-to-a-friend", who="clerk", aim="shown", promise="S17", how="hand the transfer code of somebody green to somebody else",
    guard="official, person and reason are in the audit", answer=Found("audit entry", "at once; the owner's phone says that the code has moved"),
    off=[put(audit, "record", lambda **_said: 0)],
)  # fmt: skip
def transfer_to_a_friend(city: Attacked) -> bool:
    clerk, owner, friend, at = city.official("clerk"), city.held(city.green), an_account(), datetime.now(UTC)
    code = bindings.transfer(by=clerk, person=city.green, why="换手机", now=NOW, at=at)
    phone = Phone()
    bound = bindings.bind_by_transfer(
        account=friend, code=code, keys=bring(phone, friend, city.green, desk=True), now=NOW, at=at
    )
    assert strip(owner.bound)["state"] == "moved"
    if AuditEntry.objects.filter(by=clerk, action="binding.hand-over", subject=f"person/{city.green}").exists():
        raise Noticed("audit entry")
    pass_, key = shown(strip(bound), NOW)
    return taken_at(city, shown_text(pass_, MOMENT, phone.windows[key]))


@attack(
    "stolen-key-after-its-end", who="thief of a signing key", aim="green", promise="S18", how="sign passes with a key that was declared dead",
    guard="the trust list says which key counts", answer=Refused("key-compromised"),
    off=[without(TrustList.key_for, "key.state is _COMPROMISED", "False")],
)  # fmt: skip
def stolen_key_after_its_end(city: Attacked) -> bool:
    text, trust = screen(city.held(city.green)), city.gate().trust
    assert trust is not None
    dead = tuple(replace(key, state=State.COMPROMISED) if key.use is Use.PASS else key for key in trust.keys)
    return taken_at(city, text, trust=replace(trust, keys=dead))


@attack(
    "transfer-code-guessed", who="resident", aim="shown", promise="S20", how="guess a transfer code while one is out",
    guard="50 bits, for fifteen minutes, once", answer=Refused("transfer-wrong"),
    off=[without(bindings.bind_by_transfer, "filter(pk=_code_key(code), ", "filter(")],
)  # fmt: skip
def transfer_code_guessed(city: Attacked) -> bool:
    at, stranger, phone = datetime.now(UTC), an_account(), Phone()
    bindings.transfer(by=city.official("clerk"), person=city.green, why="换手机", now=NOW, at=at)
    keys = bring(phone, stranger, city.green, desk=True)
    pass_, key = shown(
        strip(bindings.bind_by_transfer(account=stranger, code="AAAAAAAAAA", keys=keys, now=NOW, at=at)), NOW
    )
    return taken_at(city, shown_text(pass_, MOMENT, phone.windows[key]))


@attack(
    "binding-for-ever", who="resident", aim="stop", promise="S21", how="bind phones to oneself again and again",
    guard="twelve bindings an hour, counted in the database", answer=Refused("bound-too-often"), off=[put(bindings, "MOST_AN_HOUR", 10**6)],
)  # fmt: skip
def binding_for_ever(city: Attacked) -> bool:
    account = an_account(Person.objects.get(pk=city.green))
    return [bind(account, city.green, move=True).binding for _ in range(14)] != []
