"""Every edit of the tables' owner is named by `yimatong audit verify`, and a city that nobody touched has nothing to name."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connections, transaction

from tests.acting import PASSWORD, an_official
from tests.identities import somebody
from tests.integration.judgements.painting import MADE_GREEN, Scene, untriggered
from tests.integration.passes.town import an_account, bind
from tests.links import link_digest
from yimatong.edges.cli.audit import command
from yimatong.records import clock
from yimatong.records.actions import audit, facts
from yimatong.records.actions.officials import the_system
from yimatong.records.models import AuditEntry, Fact, Official, Person, PolicyPack
from yimatong.stations.audits import chain, verifying
from yimatong.stations.audits.models import Verification
from yimatong.stations.judgements import discrepancies
from yimatong.stations.passes.actions.following import follow

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


def named(sample: int = 0) -> dict[str, tuple[str, ...]]:
    """By check what a verification names."""
    return {one.name: one.named for one in verifying.verify(sample=sample).checks if one.found}


def a_link(by: Official, previous: AuditEntry) -> AuditEntry:
    """A link that follows another as it should, in somebody's name."""
    made = AuditEntry(
        number=previous.number + 1, at=previous.at + timedelta(seconds=1), by=by, action="fact.strike", subject="case/1",
        previous=previous.digest, through="yimatong_app",
    )  # fmt: skip
    made.digest = link_digest(made)
    return made


def test_a_city_that_nobody_touched_is_as_it_was(sealed_city: Scene) -> None:
    """Struck, ended and recorded singly too; twice, since a verification leaves entries of its own."""
    office = an_official("office", "control_office")
    now = clock.now()
    for person in (1, 2):
        fact = facts.record(
            by=office, person=person, kind="symptom", detail="fever", start=now - timedelta(days=1), source="t", legal_basis="t"
        )  # fmt: skip
        facts.end(by=office, fact=fact.pk, end=now, now=now)
        facts.strike(by=office, fact=fact.pk, why="not so", now=now)
    for sample in (2, 0):
        seen = verifying.verify(sample=sample)
        assert {one.name: one.named for one in seen.checks if one.found} == {}
    looked = {one.name: one.looked for one in verifying.verify(sample=2).checks}
    assert all(
        looked[name] for name in ("chain", "authors", "records", "identities", "verdicts", "policies", "replays")
    )
    assert discrepancies.open_ones() == []
    last = verifying.last()
    assert (last and last.found, Verification.objects.count()) == (0, 3)


def test_each_edit_of_the_owner_is_named_by_number(sealed_city: Scene) -> None:
    scene = sealed_city
    unjudged = somebody(number=9001, name="无结论", id_type="none")
    follow(now=clock.now(), everybody=True)
    bind(an_account(unjudged), unjudged.pk)
    other = an_official("other", "health")
    gone = Fact.objects.order_by("id")[7].pk
    moved = Fact.objects.order_by("id")[9].pk
    swapped = list(Person.objects.exclude(number=scene.red).order_by("number").values_list("number", flat=True)[:2])
    assert chain.THIS_PROCESS.look() == ()
    middle, last = AuditEntry.objects.order_by("number")[0], AuditEntry.objects.order_by("-number")[0]
    pack = PolicyPack.objects.get()
    tables = ("verdicts", "facts", "people", "policy_packs", "audit_entries", "credentials", "run_seals")
    with untriggered(*tables) as cursor:
        cursor.execute(MADE_GREEN.format(person=scene.red))
        cursor.execute("DELETE FROM facts WHERE id = %s", [gone])
        cursor.execute("UPDATE facts SET start = start - interval '9 days' WHERE id = %s", [moved])
        cursor.execute(
            "UPDATE people SET name = (SELECT p.name FROM people p WHERE p.number <> people.number AND p.number = ANY(%s)) WHERE number = ANY(%s)",
            [swapped, swapped],
        )  # fmt: skip
        cursor.execute("UPDATE policy_packs SET kept_at = kept_at - interval '30 days'")
        cursor.execute("UPDATE audit_entries SET by_id = %s WHERE number = %s", [other.pk, middle.number])
        cursor.execute(
            "INSERT INTO credentials (place, binding_id, person_id, colour, permit, generation, run, issued_at, cause, listed)"
            " SELECT nextval('credential_places'), id, person_id, 'green', 0, 99, 1, now(), '', false FROM device_bindings"
            " WHERE person_id = %s",
            [unjudged.pk],
        )
        cursor.execute("DELETE FROM run_seals WHERE run_id = %s", [scene.first])
        link = a_link(other, last)
        link.save(force_insert=True, using="owner")
    within_a_minute = {verifying.told(one) for one in chain.THIS_PROCESS.look()}
    assert {
        f"facts {gone} missing",
        f"policy_packs changed run {scene.first}",
        f"audit_entries {middle.number} edited",
    } <= within_a_minute
    told = named()
    assert f"verdicts changed run {scene.last} person {scene.red}" in told["verdicts"] or any(
        line.startswith("verdicts changed") and line.endswith(f"person {scene.red}") for line in told["verdicts"]
    )
    assert (
        f"runs unsealed run {scene.first}" in told["verdicts"] or f"runs left-out run {scene.last}" in told["verdicts"]
    )
    assert f"facts {gone} missing" in told["records"]
    assert any(line.startswith("facts") and line.endswith("changed") for line in told["records"]), moved
    assert {f"people changed person {person}" for person in swapped} <= set(told["identities"])
    assert told["policies"] == (f"policy_packs changed run {scene.first}",)
    assert f"audit_entries {middle.number} edited" in told["chain"]
    assert f"audit_entries {link.number} edited" in told["authors"], "of no session"
    assert any(
        line.startswith("credentials inserted") and line.endswith(f"person {unjudged.pk}")
        for line in told["credentials"]
    )
    assert pack.digest
    run = CliRunner().invoke(command, ["verify", "--sample", "0", "--json"])
    said = json.loads(run.stdout)
    assert (
        run.exit_code,
        {one["name"] for one in said["checks"] if one["found"]} >= {"chain", "records", "policies"},
    ) == (1, True)


def test_a_row_that_nobody_recorded_is_named_with_and_without_its_trigger(sealed_city: Scene) -> None:
    statement = "INSERT INTO facts (person_id, kind, detail, start, source, legal_basis) VALUES (%s, 'test', 'negative', now(), 'x', 'x') RETURNING id"
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, [1])
        quiet = cursor.fetchone()[0]
    with untriggered("facts") as cursor:
        cursor.execute(statement, [2])
        hidden = cursor.fetchone()[0]
    assert {verifying.told(one) for one in chain.Looker().look()} == {f"facts {quiet} inserted"}
    assert set(named()["records"]) == {f"facts {quiet} inserted", f"facts {hidden} inserted"}


def test_a_strike_that_no_entry_did_or_that_is_undone_is_named(sealed_city: Scene) -> None:
    office, now = an_official("office", "control_office"), clock.now()
    first, second, third = Fact.objects.filter(struck_at=None).order_by("id").values_list("id", flat=True)[:3]
    facts.strike(by=office, fact=first, why="not so", now=now)
    assert chain.seal() == []
    with untriggered("facts") as cursor:
        cursor.execute(
            "UPDATE facts SET struck_at = NULL, struck_by_id = NULL, strike_reason = NULL WHERE id = %s", [first]
        )
        cursor.execute(
            "UPDATE facts SET struck_at = now(), struck_by_id = %s, strike_reason = 'x' WHERE id = %s",
            [office.pk, second],
        )
    with transaction.atomic(), connections["default"].cursor() as cursor:
        # With its trigger, in the name of somebody who wrote no entry.
        cursor.execute(
            "UPDATE facts SET struck_at = now(), struck_by_id = %s, strike_reason = 'x' WHERE id = %s",
            [office.pk, third],
        )
        audit.record(by=the_system(), action="x", subject="x")
    assert set(named()["records"]) == {f"facts {first} missing", f"facts {second} inserted", f"facts {third} inserted"}


def test_what_an_official_accepts_is_told_no_more_and_stays_written(
    sealed_city: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_official("auditor", "auditor")
    an_official("clerk", "clerk")
    monkeypatch.setenv("YIMATONG_PASSWORD", PASSWORD)
    with untriggered("facts") as cursor:
        cursor.execute("DELETE FROM facts WHERE id = (SELECT min(id) FROM facts)")
    assert named()["records"]
    refused = CliRunner().invoke(command, ["accept", "--by", "clerk", "--why", "x"])
    assert getattr(refused.exception, "code", "") == "not-allowed"
    done = CliRunner().invoke(command, ["accept", "--by", "auditor", "--why", "a back-up of the evening was restored"])
    assert done.exit_code == 0, done.exception
    assert set(named()) <= {"judged-records"}, "what the verdict stands still for, no official accepts alone"
    assert {(one.table, one.row) for one in discrepancies.open_ones()} == {("facts", None)}
    entry = AuditEntry.objects.get(action="audit.accept")
    assert (entry.by.username, json.loads(entry.details)["why"]) == ("auditor", "a back-up of the evening was restored")
