"""What scanners are given: the policy file, and the register extract of their district (E13, U8)."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.identities import tampered
from tests.integration.checkpoints.scanners import NOW, a_gate
from tests.integration.passes import conftest as passes
from tests.integration.passes.town import a_document, people, publish
from yimatong.core.checkpoints import Found, Nobody, look_up, open_extract, read_body
from yimatong.core.checkpoints.model import Recognised
from yimatong.core.credential import FileKey, TrustedKey, TrustList, Use, open_trust_list, sign_trust_list
from yimatong.core.credential.policy_files import PolicyFile, open_policy_file
from yimatong.core.credential.refusals import Refused
from yimatong.core.errors import YimatongError
from yimatong.core.text import given
from yimatong.edges.web.phone.files import answer
from yimatong.records.models import Official
from yimatong.stations.checkpoints import actions, extracts, publishing
from yimatong.stations.checkpoints.actions import recognising
from yimatong.stations.checkpoints.models import PolicyCut, RegisterExtract
from yimatong.stations.passes.actions import keys
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import SigningKey
from yimatong.stations.passes.upkeep import keep_up

clean_home, system = passes.clean_home, passes.system
BOTH = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def trust(home: Path) -> TrustList:
    root = SigningKey.objects.filter(use="root").order_by("-made_at")[0]
    opened = open_trust_list((home / "signed/trust.ymt").read_bytes(), bytes(root.point), now=seconds(NOW))
    assert isinstance(opened, TrustList)
    return opened


@BOTH
def test_the_policy_file_is_published_signed_and_named_in_the_index(system: Official, clean_home: Path) -> None:
    made = publishing.publish_policy(now=NOW)
    assert made is not None
    data = (clean_home / "signed/checkpoints.ymt").read_bytes()
    opened = open_policy_file(data, trust=trust(clean_home), now=seconds(NOW), city="330200")
    assert isinstance(opened, PolicyFile)
    assert PolicyCut.objects.filter(version=read_body(opened.body)["version"]).exists(), "it can be decided again"
    index = json.loads((clean_home / "signed/index.json").read_text())
    assert index["checkpoints"] == {"issued": opened.issued, "expires": opened.expires, "version": opened.version}
    keep_up(by=system, now=NOW + timedelta(minutes=1))
    index = json.loads((clean_home / "signed/index.json").read_text())
    assert index["checkpoints"]["issued"] == opened.issued, "the minute's publication names it too"


@BOTH
def test_a_policy_file_issued_by_a_clock_that_was_ahead_is_not_rolled_back_and_its_time_is_over_by_the_clock_of_now(
    system: Official, clean_home: Path
) -> None:
    ahead = publishing.publish_policy(now=NOW + timedelta(hours=8))
    assert ahead is not None
    assert publishing.publish_policy(now=NOW) == ahead, "it says the same: it is not signed anew each minute"
    assert publishing.publish_policy(now=NOW + timedelta(minutes=1)) == ahead
    keys.compromised(by=system, kid=SigningKey.objects.get(use="policy").kid, now=NOW, why="a test")
    anew = publishing.publish_policy(now=NOW + timedelta(minutes=2))
    assert anew is not None
    assert anew.issued == ahead.issued, "scanners that have the one would refuse what was issued before it"
    assert ahead.expires - anew.expires == 8 * 3600 - 120


def test_the_register_extract_of_a_clock_that_was_ahead_is_built_anew(system: Official, clean_home: Path) -> None:
    a_gate()
    extracts.refresh_extracts(now=NOW + timedelta(hours=3))
    RegisterExtract.objects.update(run=4711)  # another one is in force now
    assert extracts.refresh_extracts(now=NOW) != []
    assert {found.issued for found in RegisterExtract.objects.all()} == {seconds(NOW)}


def test_the_policy_file_is_signed_anew_after_six_hours_or_when_its_key_is_dead(
    system: Official, clean_home: Path
) -> None:
    first = publishing.publish_policy(now=NOW)
    assert first is not None
    soon = publishing.publish_policy(now=NOW + timedelta(hours=5))
    assert soon is not None
    assert soon.issued == first.issued
    later = publishing.publish_policy(now=NOW + timedelta(hours=7))
    assert later is not None
    assert later.issued == seconds(NOW + timedelta(hours=7))
    kid = SigningKey.objects.get(use="policy").kid
    keys.compromised(by=system, kid=kid, now=NOW + timedelta(hours=8), why="a test")
    keys.cut_trust(now=NOW + timedelta(hours=8))
    anew = publishing.publish_policy(now=NOW + timedelta(hours=8))
    assert anew is not None
    assert anew.issued > later.issued
    opened = open_policy_file(
        (clean_home / "signed/checkpoints.ymt").read_bytes(),
        trust=trust(clean_home),
        now=seconds(NOW + timedelta(hours=8)),
    )
    assert isinstance(opened, PolicyFile)


@BOTH
def test_an_extract_finds_everybody_of_its_district_by_the_document_alone(system: Official, clean_home: Path) -> None:
    town = people(4)
    publish({town[0].pk: "green", town[1].pk: "red", town[2].pk: "unknown"})
    gate = a_gate()
    assert extracts.refresh_extracts(now=NOW) == [330203]
    kept = extracts.extract_of(gate.district)
    assert kept is not None
    assert kept.count == 2, "whoever was not judged is not in it"
    opened = open_extract(bytes(kept.data), trust=trust(clean_home), now=seconds(NOW))
    assert not isinstance(opened, Refused)
    key = extracts.key_of(gate.district, kept.epoch)
    found = look_up(opened, key, a_document(0), seconds(NOW))
    assert isinstance(found, Found)
    assert (found.colour, found.name, found.permit) == ("green", "王*", "none")
    assert look_up(opened, key, a_document(1), seconds(NOW)).colour == "red"  # type: ignore[union-attr]
    assert isinstance(look_up(opened, key, a_document(2), seconds(NOW)), Nobody)
    other = extracts.key_of(330205, kept.epoch)
    assert not isinstance(look_up(opened, other, a_document(0), seconds(NOW)), Found), (
        "another district's key opens nothing"
    )
    for person in town:
        assert person.name.encode() not in bytes(kept.data)
    assert extracts.told_of(330203) == {"epoch": kept.epoch, "bytes": len(kept.data), "issued": seconds(NOW)}


@BOTH
def test_an_extract_follows_the_judgement_after_an_hour_and_has_a_new_key_each_day(system: Official) -> None:
    town = people(1)
    publish({town[0].pk: "green"})
    a_gate()
    extracts.refresh_extracts(now=NOW)
    first = RegisterExtract.objects.get()
    publish({town[0].pk: "red"})
    assert extracts.refresh_extracts(now=NOW + timedelta(minutes=30)) == [], "not every minute"
    assert extracts.refresh_extracts(now=NOW + timedelta(minutes=61)) == [330203]
    assert extracts.refresh_extracts(now=NOW + timedelta(minutes=130)) == [], "nothing was judged since"
    assert extracts.refresh_extracts(now=NOW + timedelta(days=1)) == [330203]
    second = RegisterExtract.objects.get()
    assert second.epoch == first.epoch + 1
    assert extracts.key_of(330203, first.epoch) != extracts.key_of(330203, second.epoch)


@BOTH
def test_another_citys_trust_list_is_handed_on_where_the_policy_recognises_it(
    system: Official, clean_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C18: only of a recognised city, by its own root key, and never an older one."""
    root, key = FileKey.made(), FileKey.made()
    there = Recognised("330100", given({"zh": "杭州", "en": "Hangzhou"}), root.point, ("green",))

    def listed(version: int, signer: FileKey = root, city: str = "330100") -> bytes:
        trusted = (TrustedKey.of(key.point, Use.PASS, 0, seconds(NOW) + 86_400),)
        return sign_trust_list(TrustList(version, seconds(NOW) - 60, seconds(NOW) + 86_400, city, 0, trusted), signer)

    def refused(city: str, data: bytes) -> str:
        with pytest.raises(YimatongError) as wrong:
            actions.take_trust_list(by=system, city=city, data=data, now=NOW)
        return wrong.value.code

    assert refused("330100", listed(1)) == "city-not-recognised"
    monkeypatch.setattr(recognising, "recognised_on", lambda _: (there,))
    assert actions.take_trust_list(by=system, city="330100", data=listed(2), now=NOW).version == 2
    for data in (listed(1), listed(3, signer=FileKey.made()), listed(3, city="330300"), b"nothing"):
        assert refused("330100", data) == "trust-list-refused"
    data = (clean_home / "signed/cities/330100/trust.ymt").read_bytes()
    opened = open_trust_list(data, root.point, now=seconds(NOW), city="330100")
    assert isinstance(opened, TrustList)
    assert opened.version == 2
    index = json.loads((clean_home / "signed/index.json").read_text())
    assert index["cities"] == {"330100": sha256(data).hexdigest()[:16]}
    status, _headers, body = answer("cities/330100/trust.ymt")
    assert (status, body) == ("200 OK", data)


@BOTH
def test_a_record_that_cannot_be_opened_is_left_out_of_its_extract(system: Official) -> None:
    town = people(3)
    publish(dict.fromkeys((person.pk for person in town), "green"))
    a_gate()
    tampered("id_sealed = 'not sealed'", [town[0].pk])
    with capture_logs() as said:
        assert extracts.refresh_extracts(now=NOW) == [330203]
    assert RegisterExtract.objects.get().count == 2
    assert [(line["work"], line["number"]) for line in said if line["event"] == "record.left_out"] == [
        ("extract", town[0].pk)
    ]


@BOTH
def test_an_extract_of_whom_nobody_can_be_opened_does_not_stand_in_the_place_of_the_one_before(
    system: Official,
) -> None:
    """A key for identities that is not this server's, say: to every gate of the district nobody would be known any more."""
    town = people(3)
    publish(dict.fromkeys((person.pk for person in town), "green"))
    a_gate()
    extracts.refresh_extracts(now=NOW)
    tampered("id_sealed = 'not sealed'", [person.pk for person in town])
    with capture_logs() as said:
        assert extracts.refresh_extracts(now=NOW + timedelta(days=1)) == [], "and the other districts are built"
    assert RegisterExtract.objects.get().count == 3
    assert ("extracts", "most-left-out") in [(line.get("work"), line.get("error_code")) for line in said]
