"""A pass is shown by the wrong person, or by nobody's leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from tests.attack.guards import put, without
from tests.attack.town import Attacked, Held
from tests.attack.tries import Denied, Found, Noticed, Planted, Refused, attack, by_test
from tests.integration.passes.town import NOW, Phone, an_account, bind, bring, shown, strip
from yimatong.core.credential import (
    FileKey,
    RecallList,
    TrustList,
    cose,
    open_snapshot,
    open_trust_list,
    recall,
    shown_text,
    verification,
    verify,
)
from yimatong.core.credential import Refused as No
from yimatong.core.credential.cbor import decode, encode
from yimatong.core.credential.passes import read
from yimatong.core.credential.trust import State, Use
from yimatong.core.macs import mac
from yimatong.records.actions import audit
from yimatong.records.models import AuditEntry, Official, Person
from yimatong.stations.passes import stamping
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.models import SigningKey
from yimatong.stations.passes.upkeep import keep_up

MOMENT = int(NOW.timestamp())
CHANNELS = "tests/integration/residents/test_channels.py"
SIGN_IN = "edges/web/resident/views/sign_in.py"


def taken_at(city: Attacked, text: str, *, now: int = MOMENT, trust: TrustList | None = None, lists: dict[int, RecallList] | None = None) -> bool:
    """Whether a gate takes this text for a green code; Denied with the word that it shows where not."""
    gate = city.gate()
    answer = verify(text, now=now, trust=trust or gate.trust, recall=gate.recall if lists is None else lists, city="330200")
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


UNSIGNED = without(verification._shown, "if not is_signed(key, code.device_signature, shown_message(code.pass_, code.ts)):", "if False:")


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
    newer = replace(gate.recall[epoch], sequence=gate.recall[epoch].sequence + 1, slots=gate.recall[epoch].slots | {slot})
    try:
        taken_at(city, text, lists={epoch: newer})
    except Denied as recalled:
        assert recalled.code == "recalled"
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
    bound = bindings.bind_by_transfer(account=friend, code=code, keys=bring(phone, friend, city.green, desk=True), now=NOW, at=at)
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
    pass_, key = shown(strip(bindings.bind_by_transfer(account=stranger, code="AAAAAAAAAA", keys=keys, now=NOW, at=at)), NOW)
    return taken_at(city, shown_text(pass_, MOMENT, phone.windows[key]))


@attack(
    "binding-for-ever", who="resident", aim="stop", promise="S21", how="bind phones to oneself again and again",
    guard="twelve bindings an hour, counted in the database", answer=Refused("bound-too-often"), off=[put(bindings, "MOST_AN_HOUR", 10**6)],
)  # fmt: skip
def binding_for_ever(city: Attacked) -> bool:
    account = an_account(Person.objects.get(pk=city.green))
    return [bind(account, city.green, move=True).binding for _ in range(14)] != []


by_test(
    "screenshot-in-the-browser", section="passes", who="resident", aim="shown", promise="S1", how="the same photo before the scanner's own verifier (TypeScript)",
    guard="the phone signs each shown code with its second", answer=Refused("stale"),
    planted=Planted("web/src/credential/verify.ts", "-AHEAD <= behind && behind <= BEHIND", "behind >= -AHEAD", "web/test/vectors.test.ts"),
)  # fmt: skip
by_test(
    "pin-guessed", section="passes", who="traveller", aim="power", promise="S5", how="try PINs on the screen of an unattended gate",
    guard="five wrong ones wait a minute", answer=Refused("pin-wait"),
    planted=Planted(
        "web/src/scan/engine/unattended.ts", 'if (now < gate.from) throw trouble("pin-wait");', "", "web/test/scan-engine-guard.test.ts",
    ),
)  # fmt: skip
by_test(
    "hand-over-forged", section="passes", who="channel", aim="power", promise="S11", how="hand somebody over with a token that another key signed",
    guard="the signature of the channel's registered key", answer=Refused("hand-over-wrong"),
    planted=Planted(
        "edges/web/resident/tokens.py", "found = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(ALGORITHMS))",
        'found = jwt.Token({}, __import__("json").loads(__import__("base64").urlsafe_b64decode(token.split(".")[1] + "==")))',
        f"{CHANNELS}::test_a_wrong_assertion_opens_nothing",
    ),
)  # fmt: skip
by_test(
    "hand-over-kept", section="passes", who="channel", aim="power", promise="S11", how="send an assertion again, with a fresh nonce",
    guard="its number counts once, in the database", answer=Refused("hand-over-repeated"),
    planted=Planted(
        "stations/declarations/actions/handing_over.py", ".update(taken_at=at, jti_key=key)", ".update(taken_at=at)",
        f"{CHANNELS}::test_an_assertions_number_is_good_once_also_with_a_fresh_nonce",
    ),
)  # fmt: skip
by_test(
    "hand-over-for-another", section="passes", who="channel", aim="power", promise="S11", how="hand somebody over with a token meant for another site",
    guard="issuer and audience are demanded", answer=Refused("hand-over-wrong"),
    planted=Planted(
        "edges/web/resident/tokens.py", "if not _is_for(claims, demands.audience):", "if False:", f"{CHANNELS}::test_a_wrong_id_token_opens_nothing",
    ),
)  # fmt: skip
by_test(
    "signed-in-as-another", section="passes", who="stranger on the network", aim="power", promise="S12", how="lead somebody's browser into a sign-in begun elsewhere",
    guard="the session begins only in the browser that began", answer=Refused("hand-over-elsewhere"),
    planted=Planted(
        SIGN_IN, 'if not secrets.compare_digest(query.get("state", ""), under_way.state):', "if False:",
        f"{CHANNELS}::test_a_return_without_its_state_or_code_opens_nothing",
    ),
)  # fmt: skip
by_test(
    "channel-that-was-stopped", section="passes", who="channel", aim="power", promise="S13", how="go on handing over after the channel was stopped",
    guard="a stopped channel is asked at each hand-over", answer=Refused("channel-stopped"),
    planted=Planted(
        SIGN_IN, '    if not channel.enabled:\n        return no(request, channel, refused("channel-stopped"))\n    try:\n        return asserted',
        "    try:\n        return asserted", f"{CHANNELS}::test_stopping_one_channel_leaves_the_others_working",
    ),
)  # fmt: skip
