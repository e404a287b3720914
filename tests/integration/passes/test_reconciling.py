"""What may be shown is compared with the verdicts: a credential that no verdict gave is found and recalled by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.integration.judgements.painting import untriggered
from tests.integration.passes.town import NOW, an_account, bind, people, publish
from yimatong.records.models import Official
from yimatong.stations.judgements import discrepancies
from yimatong.stations.passes.actions.following import follow
from yimatong.stations.passes.models import Credential, PaperCredential
from yimatong.stations.passes.reconciling import Looker

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def test_a_credential_that_no_verdict_gave_is_named_and_recalled(system: Official):
    red, green, unjudged = people(3)
    publish({red.pk: "red", green.pk: "green"})
    for person in (red, green, unjudged):
        bind(an_account(person), person.pk)
    follow(now=NOW, everybody=True)
    looker = Looker()
    seen = looker.look(now=NOW)
    assert (seen.waits, seen.found) == (False, ())

    with untriggered("credentials") as cursor:
        cursor.execute("UPDATE credentials SET colour = 'green' WHERE person_id = %s AND recalled_at IS NULL", [red.pk])
        cursor.execute(
            "INSERT INTO credentials (place, binding_id, person_id, colour, permit, generation, run, issued_at, cause, listed)"
            " SELECT nextval('credential_places'), id, person_id, 'green', 0, 99, 1, %s, '', false FROM device_bindings"
            " WHERE person_id = %s",
            [NOW, unjudged.pk],
        )
        assert cursor.rowcount == 1
    seen = looker.look(now=NOW + timedelta(minutes=1))
    named = {(one.table, one.kind, one.person) for one in seen.found}
    assert named == {("credentials", "changed", red.pk), ("credentials", "inserted", unjudged.pk)}
    live = Credential.objects.filter(recalled_at=None).order_by("person")
    assert list(live.values_list("person", "colour")) == [(red.pk, "red"), (green.pk, "green")]
    assert discrepancies.open_ones() == [], "they are put right by being followed"
    assert looker.look(now=NOW + timedelta(minutes=2)).found == ()


def test_a_paper_of_somebody_red_that_no_desk_could_have_granted_is_named_and_recalled(system: Official):
    (red,) = people(1)
    publish({red.pk: "red"})
    follow(now=NOW, everybody=True)
    with untriggered("paper_credentials", "paper_epochs") as cursor:
        cursor.execute(
            "INSERT INTO paper_epochs (epoch, bits, base, until, sequence) VALUES (601, 24, 0, %s, 0)",
            [int(NOW.timestamp()) + 10**7],
        )
        cursor.execute(
            "INSERT INTO paper_credentials (epoch_id, place, person_id, run, issued_at, until, doubled, cause, listed)"
            " VALUES (601, 1, %s, 1, %s, %s, false, '', false)",
            [red.pk, NOW, NOW + timedelta(days=9)],
        )
    seen = Looker().look(now=NOW + timedelta(minutes=1))
    assert [(one.table, one.kind, one.person) for one in seen.found] == [("paper_credentials", "changed", red.pk)]
    assert not PaperCredential.objects.filter(recalled_at=None).exists()
    assert discrepancies.open_ones() == []


def test_what_is_to_be_followed_yet_is_no_discrepancy(system: Official):
    (person,) = people(1)
    publish({person.pk: "green"})
    bind(an_account(person), person.pk)
    follow(now=NOW, everybody=True)
    publish({person.pk: "red"})
    looker = Looker()
    assert (looker.look(now=NOW).waits, discrepancies.open_ones()) == (True, [])
    follow(now=NOW)
    seen = looker.look(now=NOW, everything=True)
    assert (seen.waits, seen.found) == (False, ())


def test_all_live_credentials_have_their_turn(system: Official, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("yimatong.stations.passes.reconciling.LEAST", 3)
    monkeypatch.setattr("yimatong.stations.passes.reconciling.PARTS", 10**9)
    town = people(12)
    publish({person.pk: "green" for person in town})
    for person in town:
        bind(an_account(person), person.pk)
    follow(now=NOW, everybody=True)
    looker = Looker()
    # Serials are counted on from test to test.
    first = min(Credential.objects.filter(recalled_at=None).values_list("serial", flat=True))
    looker._upto["credentials"] = first - 1
    with untriggered("credentials") as cursor:
        cursor.execute("UPDATE credentials SET colour = 'yellow' WHERE recalled_at IS NULL")
    found = [{one.person for one in looker.look(now=NOW).found} for _minute in range(9)]
    assert set().union(*found) == {person.pk for person in town}
    assert all(len(few) < 12 for few in found)
