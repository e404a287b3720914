"""A phone from its binding to the gate: what is green, what is refused and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acting import an_official
from tests.integration.passes.town import (
    NOW,
    Gate,
    Phone,
    an_account,
    bind,
    bring,
    looks_after,
    people,
    publish,
    shown,
    strip,
)
from yimatong.records.models import Official
from yimatong.stations.passes import renewal
from yimatong.stations.passes.actions import bindings
from yimatong.stations.passes.actions.following import follow
from yimatong.stations.passes.errors import PassesError
from yimatong.stations.passes.models import Credential, DeviceBinding
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def code_of(call: object, *arguments: object, **words: object) -> str:
    with pytest.raises(PassesError) as refused:
        call(*arguments, **words)  # type: ignore[operator]
    return refused.value.code


def test_a_judged_person_shows_green_at_a_gate_that_has_no_network(system: Official, clean_home: Path):
    (person,) = people(1)
    publish({person.pk: "green"})
    phone = Phone()
    bound = bind(an_account(person), person.pk, phone)
    held = strip(bound)
    assert held["state"] == "bound"
    assert held["colour"] == "green"
    assert [one["key"] for one in held["passes"]] == [18_312 * 4 % 28 + window for window in (1, 2, 3)], (
        "the first window is over"
    )
    keep_up(by=system, now=NOW)
    gate = Gate(clean_home)
    gate.sync(NOW)
    pass_, key = shown(held, NOW)
    assert gate.look(phone, pass_, NOW, key=key) == "green"
    assert gate.look(phone, pass_, NOW, key=(key + 1) % 28) == "copied", "each window has its own key"
    later = NOW + timedelta(hours=20)
    assert gate.look(phone, pass_, later, key=key) == "expired"
    tomorrow = strip(bound, ahead=1)
    pass_, key = shown(tomorrow, later)
    assert gate.look(phone, pass_, later, key=key) == "green", "fetched ahead, and the lists of tomorrow are there too"


def test_who_was_not_judged_has_no_pass_and_gets_one_with_the_verdict(system: Official):
    (person,) = people(1)
    bound = bind(an_account(person), person.pk)
    assert bound.serial is None
    assert strip(bound) == {
        "state": "not-judged", "day": "2020-02-20", "passes": [], "trust": 1, "renew": {"after": 120, "within": 180},
    }  # fmt: skip
    publish({person.pk: "unknown"})
    follow(now=NOW)
    assert strip(bound)["state"] == "not-judged"
    publish({person.pk: "yellow"})
    follow(now=NOW)
    assert strip(bound)["colour"] == "yellow"


def test_a_changed_colour_recalls_the_old_pass_at_the_next_cut_and_brings_the_new_one(
    system: Official, clean_home: Path
):
    (person,) = people(1)
    publish({person.pk: "green"})
    phone = Phone()
    bound = bind(an_account(person), person.pk, phone)
    green, key = shown(strip(bound), NOW)
    publish({person.pk: "red"})
    kept = keep_up(by=system, now=NOW + timedelta(minutes=1))
    assert (kept.followed, kept.cut.listed) == ((1, 1), 1)
    gate, then = Gate(clean_home), NOW + timedelta(minutes=1)
    gate.sync(then)
    assert gate.look(phone, green, then, key=key) == "recalled"
    red, key = shown(strip(bound, then), then)
    assert gate.look(phone, red, then, key=key) == "red"
    again = keep_up(by=system, now=then)
    assert (again.followed, again.cut.listed) == ((0, 0), 0), "nothing is done twice"


def test_a_new_phone_takes_over_and_the_old_ones_passes_die(system: Official, clean_home: Path):
    (person,) = people(1)
    publish({person.pk: "green"})
    account, old, new = an_account(person), Phone(), Phone()
    first = bind(account, person.pk, old)
    pass_, key = shown(strip(first), NOW)
    assert code_of(bind, account, person.pk, new) == "bound-elsewhere"
    assert code_of(bind, an_account(person), person.pk, new) == "bound-elsewhere", (
        "one phone of one's own, whatever the channel"
    )
    second = bind(account, person.pk, new, move=True)
    assert strip(first) == {"state": "moved"}
    keep_up(by=system, now=NOW)
    gate = Gate(clean_home)
    gate.sync(NOW)
    assert gate.look(old, pass_, NOW, key=key) == "recalled"
    pass_, key = shown(strip(second), NOW)
    assert gate.look(new, pass_, NOW, key=key) == "green"


def test_family_on_one_phone_and_a_child_with_both_parents(system: Official):
    mother, father, child = people(3)
    publish({person.pk: "green" for person in (mother, father, child)})
    hers, his, phone = an_account(mother), an_account(father), Phone()
    for account in (hers, his):
        looks_after(account, child)
    bound = [bind(hers, mother.pk, phone), bind(hers, child.pk, phone), bind(his, child.pk)]
    assert [strip(one)["colour"] for one in bound] == ["green"] * 3
    stranger = an_account()
    assert (
        code_of(
            bindings.bind,
            account=stranger,
            person=child.pk,
            keys=bring(Phone(), stranger, child.pk),
            now=NOW,
            at=datetime.now(UTC),
        )
        == "not-your-person"
    )


def test_a_phone_that_does_not_hold_its_key_is_not_bound(system: Official):
    one, other = people(2)
    account = an_account(one)
    now = {"now": NOW, "at": datetime.now(UTC)}
    keys = bring(Phone(), account, one.pk)
    for wrong, code in (
        (replace(keys, device=Phone().key.point), "proof-wrong"),
        (replace(keys, windows=Phone().points), "proof-wrong"),
        (replace(keys, windows=keys.windows[:27]), "key-wrong"),
        (replace(keys, windows=[keys.windows[0]] * 28), "key-wrong"),
        (replace(keys, device=b"\x02" + b"\xff" * 32), "key-wrong"),
        (replace(keys, challenge=keys.challenge[:-1] + b"\0"), "challenge-over"),
        (bring(Phone(), an_account(other), one.pk), "challenge-over"),
        (bring(Phone(), account, other.pk), "challenge-over"),
    ):
        assert code_of(bindings.bind, account=account, person=one.pk, keys=wrong, **now) == code
    late = {"now": NOW, "at": datetime.now(UTC) + timedelta(minutes=6)}
    assert code_of(bindings.bind, account=account, person=one.pk, keys=keys, **late) == "challenge-over"
    assert not DeviceBinding.objects.exists()


def test_a_desk_that_saw_the_document_hands_over_a_code_of_one_use(system: Official, clean_home: Path):
    (person,) = people(1)
    publish({person.pk: "green"})
    lost, new = Phone(), Phone()
    first = bind(an_account(person), person.pk, lost)
    clerk = an_official("clerk", "clerk", name="窗口")
    at = datetime.now(UTC)
    code = bindings.transfer(by=clerk, person=person.pk, why="lost phone, document seen", now=NOW, at=at)
    assert strip(first) == {"state": "moved"}, "the lost phone is dead before the new one comes"
    guest = an_account()
    assert (
        code_of(
            bindings.bind_by_transfer,
            account=guest,
            code="AAAAAAAAAA",
            keys=bring(new, guest, 0, desk=True),
            now=NOW,
            at=at,
        )
        == "transfer-wrong"
    )
    bound = bindings.bind_by_transfer(
        account=guest, code=code.lower(), keys=bring(new, guest, 0, desk=True), now=NOW, at=at
    )
    assert strip(bound)["colour"] == "green"
    assert (
        code_of(
            bindings.bind_by_transfer,
            account=guest,
            code=code,
            keys=bring(Phone(), guest, 0, desk=True),
            now=NOW,
            at=at,
        )
        == "transfer-wrong"
    )
    late = bindings.transfer(by=clerk, person=person.pk, why="again", now=NOW, at=at)
    over = at + timedelta(minutes=16)
    assert (
        code_of(
            bindings.bind_by_transfer,
            account=guest,
            code=late,
            keys=bring(Phone(), guest, 0, desk=True),
            now=NOW,
            at=over,
        )
        == "transfer-wrong"
    )


def test_a_phone_can_give_a_person_up(system: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    bound = bind(an_account(person), person.pk)
    bindings.unbind(token=bound.token, now=NOW)
    bindings.unbind(token=bound.token, now=NOW)
    assert strip(bound) == {"state": "ended"}
    assert Credential.objects.get().cause == "ended"
    assert renewal.strip(token="A" * 22, day=18_312, now=NOW).state == "unknown"


def test_only_the_days_of_a_strip_are_given_out(system: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    bound = bind(an_account(person), person.pk)
    for ahead in (-1, 4):
        assert code_of(strip, bound, ahead=ahead) == "day-out-of-reach"
    assert strip(bound, ahead=3)["day"] == "2020-02-23"


def test_an_account_binds_so_often_an_hour_and_not_more(system: Official):
    (person,) = people(1)
    account = an_account(person)
    for _time in range(bindings.MOST_AN_HOUR):
        bind(account, person.pk, move=True)
    assert code_of(bind, account, person.pk, move=True) == "bound-too-often"


def test_the_first_phone_of_a_city_may_come_before_the_workers_first_round(clean_home: Path):
    (person,) = people(1)
    publish({person.pk: "green"})
    bound = bind(an_account(person), person.pk)
    assert strip(bound)["colour"] == "green"
    keep_up(by=Official.objects.get(username="system"), now=NOW)
    assert len(list((clean_home / "keys").glob("pass-*.pem"))) == 1
