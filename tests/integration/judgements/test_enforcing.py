"""A policy pack comes into force by its check and by no other way; files on disk are said, and nobody goes by them."""

from __future__ import annotations

import importlib
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from structlog.testing import capture_logs

from tests.acting import PASSWORD, an_official, asked, owning
from tests.enforcing import put_in_force
from tests.integration.judgements.city import AS_OF, City
from yimatong.core.errors import Exit, YimatongError
from yimatong.core.policy.load import digest_on_disk, load
from yimatong.core.policy.problems import PolicyError
from yimatong.edges.cli import night, touched
from yimatong.edges.cli.policy import command
from yimatong.records import policies
from yimatong.records.actions import audit
from yimatong.records.errors import RecordsError
from yimatong.records.models import AuditEntry, Enforcement, Official, PolicyPack
from yimatong.site import health
from yimatong.site.commands import first_start
from yimatong.stations.judgements import actions, enforcing, tasks, waiting
from yimatong.stations.judgements.enforcing import Unfit, unfit_packs
from yimatong.stations.judgements.models import Run

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


@pytest.fixture
def copied(policy: Path, tmp_path: Path) -> Path:
    """A copy of Ningbo's folder, its province's beside it."""
    for name in (policy.name, "cn-zj"):
        shutil.copytree(policy.parent / name, tmp_path / "policies" / name)
    return tmp_path / "policies" / policy.name


@pytest.fixture
def office(transactional_db: None) -> Official:
    """Who may put a policy into force."""
    return an_official("office", "control_office")


def changed(folder: Path, file: str, before: str, after: str) -> Path:
    """The folder, after one text of a file (of the province's where the city has none) became another."""
    found = next(one for one in (folder / file, folder.parent / "cn-zj" / file) if one.is_file())
    text = found.read_text(encoding="utf-8")
    assert before in text
    found.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def newer(folder: Path) -> Path:
    """A pack that its check finds nothing wrong with: another version."""
    return changed(folder, "policy.yaml", "version: 2020-02-15.1", "version: 2020-02-15.2")


def refused(folder: Path) -> Path:
    """A pack that can be loaded, and that its check refuses: a contact is red for a day less than a specimen of the province says."""
    return changed(folder, "rules/red.close_contact.yaml", "days: 14", "days: 13")


def emptied() -> None:
    """As before the first enforcement."""
    with owning("owner") as cursor:
        cursor.execute("ALTER TABLE enforcements DISABLE TRIGGER USER; DELETE FROM enforcements")
        cursor.execute("ALTER TABLE enforcements ENABLE TRIGGER USER")
    policies.forget()


def run(*words: str) -> Result:
    return CliRunner().invoke(
        command, list(words), standalone_mode=False, env={"LANG": "en", "YIMATONG_PASSWORD": PASSWORD}
    )


def test_a_pack_that_its_check_refuses_comes_into_force_on_no_way(
    city: City, system: Official, office: Official, policy: Path, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = actions.run_full(by=system, as_of=AS_OF)
    bad = refused(copied)
    monkeypatch.setattr(settings, "YIMATONG_POLICIES", bad.parent)
    assert load(bad).digest != line.policy_digest, "it can be loaded; only its check refuses it"

    said = run("enforce", str(bad), "--by", "office")
    assert said.return_value == Exit.FOUND
    assert said.output.count("✗") == run("check", str(bad)).output.count("✗") > 0
    for by, how in ((office, enforcing.How.COMMAND), (system, enforcing.How.START)):
        with pytest.raises(PolicyError):
            enforcing.enforce(by=by, folder=bad, how=how)
    for judged in (night.command, touched.command):
        at = (AS_OF + timedelta(hours=1)).isoformat()
        told = CliRunner().invoke(judged, ["--as-of", at, "--policy", str(bad)], standalone_mode=False)
        assert isinstance(told.exception, RecordsError)
        assert told.exception.code == "policy-not-enforced"
        assert CliRunner().invoke(judged, ["--as-of", at], standalone_mode=False).exception is None
    city.record(3)
    tasks.judge()
    first_start.put_policy_into_force()
    assert {one.policy_id for one in Run.objects.all()} == {line.policy_digest}, (
        "worker, commands and start go by the one in force"
    )
    assert Enforcement.objects.count() == 1
    trial = actions.run_as_of(by=system, moment=AS_OF, policy=bad)
    assert (trial.state, trial.policy_digest) == ("finished", load(bad).digest), "a trial publishes nothing"


def test_a_first_start_refuses_what_the_check_refuses_and_then_imports_once(
    system: Official, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied()
    with pytest.raises(YimatongError) as nothing:
        actions.run_full(by=system, as_of=AS_OF)
    assert nothing.value.code == "policy-none-in-force"
    assert "policy-none-in-force" in health.problems()
    monkeypatch.setattr(settings, "YIMATONG_POLICIES", refused(copied).parent)
    with pytest.raises(PolicyError) as wrong:
        first_start.put_policy_into_force()
    assert "policy-specimen-differs" in {problem.code for problem in wrong.value.problems}
    assert not Enforcement.objects.exists()

    changed(copied, "rules/red.close_contact.yaml", "days: 13", "days: 14")
    first_start.put_policy_into_force()
    newer(copied)
    first_start.put_policy_into_force()
    (only,) = Enforcement.objects.all()
    assert (only.how, only.by, only.pack_id) == ("start", system, policies.in_force().digest)
    assert only.pack.specimens, "what the check looked at is kept beside it"


def test_an_installation_of_before_goes_on_by_the_pack_of_its_last_published_run(
    city: City, system: Official, copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a check would say of it today."""
    other = put_in_force(refused(copied))
    actions.run_full(by=system, as_of=AS_OF)
    emptied()
    adopting = importlib.import_module("yimatong.stations.judgements.migrations.0011_by_the_pack_in_force")
    adopting.adopt(None, SimpleNamespace(connection=connections["owner"]))
    (only,) = Enforcement.objects.all()
    assert (only.number, only.how, only.pack_id) == (1, "upgrade", other.digest)
    assert policies.in_force().digest == other.digest
    assert list(unfit_packs()) == []
    assert AuditEntry.objects.latest("number").action == "policy.enforce"
    first_start.put_policy_into_force()
    said = capsys.readouterr().err
    assert "the policy that judged before the upgrade goes on" in said
    assert "are not obeyed" in said
    assert actions.run_full(by=system, as_of=AS_OF + timedelta(days=1)).state == "published"


def test_who_enforces_is_told_what_changes_and_everybody_is_judged_anew(
    city: City, system: Official, office: Official, copied: Path
) -> None:
    before = actions.run_full(by=system, as_of=AS_OF)
    changed(newer(copied), "operations.yaml", "lists_minutes: 3", "lists_minutes: 7")
    said = run("enforce", str(copied), "--by", "office")
    assert said.exception is None
    assert "is in force (enforcement 2)" in said.output
    assert "also changed: cn-zj-ningbo/policy.yaml: version, cn-zj/operations.yaml: lists_minutes" in said.output
    last = Enforcement.objects.latest("number")
    assert (last.by, last.how, last.pack_id) == (office, "command", load(copied).digest)
    entry = AuditEntry.objects.latest("number")
    assert (entry.action, entry.subject, entry.by) == ("policy.enforce", "enforcement/2", office)

    from yimatong.stations.judgements.operations import operations

    assert operations().lists == timedelta(minutes=7), "and whatever else is policy goes by it"
    found = waiting.look(now=AS_OF)
    assert found is not None
    assert (found.everybody, found.why) == (True, "other-rules")
    (line,) = actions.catch_up(by=system, now=AS_OF)
    assert (line.kind, line.state, line.policy_digest) == ("full", "published", last.pack_id)
    assert line.policy_digest != before.policy_digest
    assert "is in force already" in run("enforce", str(copied), "--by", "office").output
    assert Enforcement.objects.count() == 2


def test_a_changed_or_broken_file_on_disk_is_said_and_disturbs_nothing(
    city: City, system: Official, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "YIMATONG_POLICIES", copied.parent)
    actions.run_full(by=system, as_of=AS_OF)
    assert policies.on_disk() is None
    for file, wrong in (("messages.yaml", "sender: x\n"), ("policy.yaml", "{{{"), ("policy.yaml", "")):
        (copied / file).write_text(wrong, encoding="utf-8")
        found = policies.on_disk()
        assert found is not None
        assert found.digest == digest_on_disk(copied) != found.in_force
        with capture_logs() as logs:
            enforcing.say_on_disk()
        assert [line["event"] for line in logs] == ["policy.files_differ"]
        (told,) = [check for check in health.checks() if check.name == health.PACK]
        assert "not obeyed" in told.told.of("en")
        assert told.problems == ()
    city.record(2)
    lines = actions.catch_up(by=system, now=AS_OF + timedelta(days=1))
    assert [line.state for line in lines] == ["published"]


def test_two_who_enforce_at_once_come_after_one_another_and_each_is_told_its_own_difference(
    system: Official, copied: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(copied.parent, other)
    folders = [
        newer(copied),
        changed(other / copied.name, "policy.yaml", "version: 2020-02-15.1", "version: 2020-02-15.3"),
    ]
    done: list[enforcing.Enforced] = []

    def enforce(folder: Path) -> None:
        try:
            done.append(
                enforcing.enforce(
                    by=Official.objects.get(username="system"), folder=folder, patience=timedelta(minutes=1)
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=enforce, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.number for one in done) == [2, 3]
    assert [row.difference["parts"] for row in Enforcement.objects.filter(number__gt=1)] == [
        ["cn-zj-ningbo/policy.yaml: version"]
    ] * 2
    assert list(unfit_packs()) == []


def sqlstate(alias: str, statement: str, *values: object) -> str | None:
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as refusal:
        return str(getattr(refusal.__cause__, "sqlstate", ""))
    return None


ENFORCE = "SELECT public.policy_enforce(%s, 'x', 'x', '1', '{}', clock_timestamp() - %s * interval '1 day', %s, 'start', '{}', '', '{}')"


def test_the_database_refuses_who_may_not_another_number_another_time_and_a_run_by_another_pack(
    system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "confirm", asked)
    assert sqlstate("default", ENFORCE, 1, 0, system.pk) == "YMT18", "the pages' own role"
    assert sqlstate("judge", ENFORCE, 1, 0, system.pk) == "42501"
    assert sqlstate("owner", ENFORCE, 1, 0, system.pk + 1) == "YMT81"
    assert sqlstate("owner", ENFORCE, 0, 0, system.pk) == "YMT19"
    assert sqlstate("owner", ENFORCE, 1, 1, system.pk) == "YMT10", "in force since yesterday"
    for alias in ("default", "judge"):
        assert sqlstate(alias, "INSERT INTO enforcements (number) VALUES (2)") == "42501"
    for alias in ("default", "judge", "owner"):
        assert sqlstate(alias, "UPDATE enforcements SET at = now()") in ("42501", "YMT04")
        assert sqlstate(alias, "DELETE FROM enforcements") in ("42501", "YMT04")

    hangzhou = policies.keep(policy.parent / "cn-zj-hangzhou", "judge")
    begun = "INSERT INTO runs (kind, state, policy_id, as_of, engine, versions, inputs, lake, outputs, shifts, timings, sizes, by_id, error)"
    begun += " VALUES (%s, 'started', %s, now(), 'duckdb', '{}', '{}', '', '{}', '{}', '{}', '{}', %s, '')"
    for kind, code in (("full", "YMT17"), ("touched", "YMT17"), ("as_of", None), ("replay", None)):
        assert sqlstate("judge", begun, kind, hangzhou.digest, system.pk) == code


def test_a_run_that_began_by_an_earlier_pack_is_not_published(
    city: City, system: Official, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yimatong.stations.judgements import publication

    publish = publication.publish

    def late(*given: object, **how: object) -> None:
        put_in_force(policy.parent / "cn-zj-hangzhou")
        publish(*given, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(publication, "publish", late)
    with pytest.raises(DatabaseError) as refusal:
        actions.run_full(by=system, as_of=AS_OF)
    assert getattr(refusal.value.__cause__, "sqlstate", "") == "YMT17"
    assert [one.state for one in Run.objects.all()] == ["failed"]


def edited(statement: str) -> None:
    """An edit by whoever owns the tables."""
    with owning("owner") as cursor:
        cursor.execute("ALTER TABLE enforcements DISABLE TRIGGER USER; ALTER TABLE policy_packs DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE enforcements ENABLE TRIGGER USER; ALTER TABLE policy_packs ENABLE TRIGGER USER")
    policies.forget()


@pytest.mark.parametrize(
    ("statement", "what", "number"),
    [
        ("UPDATE enforcements SET at = at - interval '3 days' WHERE number = 2", "edited", 2),
        ("UPDATE enforcements SET pack_id = (SELECT pack_id FROM enforcements WHERE number = 2) WHERE number = 3", "edited", 3),
        ("DELETE FROM enforcements WHERE number = 2", "left-out", 2),
        ("DELETE FROM enforcements WHERE number = 3", "cut-off", 3),
        ("UPDATE policy_packs SET files = files || '{\"cn-zj/a.yaml\": \"\"}' WHERE version = '2020-02-15.2'", "pack-edited", None),
    ],
)  # fmt: skip
def test_an_enforcement_or_a_kept_pack_that_was_edited_by_hand_is_named(
    system: Official, office: Official, policy: Path, copied: Path, statement: str, what: str, number: int | None
) -> None:
    enforcing.enforce(by=office, folder=newer(copied))
    enforcing.enforce(by=system, folder=policy)
    assert list(unfit_packs()) == []
    edited(statement)
    found = list(unfit_packs())
    assert (what, number) in {(one.what, one.number) for one in found}


def test_a_run_by_a_pack_that_was_never_in_force_is_named(city: City, system: Official, policy: Path) -> None:
    line = actions.run_full(by=system, as_of=AS_OF)
    hangzhou = policies.keep(policy.parent / "cn-zj-hangzhou", "judge")
    with owning("owner") as cursor:
        cursor.execute("ALTER TABLE runs DISABLE TRIGGER USER")
        cursor.execute("UPDATE runs SET policy_id = %s", [hangzhou.digest])
        cursor.execute("ALTER TABLE runs ENABLE TRIGGER USER")
    assert list(unfit_packs()) == [Unfit("never-in-force", hangzhou.digest, run=line.run)]


def test_nobody_is_judged_by_an_enforcement_that_somebody_wrote_by_hand(
    city: City, system: Official, policy: Path
) -> None:
    actions.run_full(by=system, as_of=AS_OF)
    hangzhou = policies.keep(policy.parent / "cn-zj-hangzhou", "judge")
    with owning("owner") as cursor:
        cursor.execute(
            "INSERT INTO enforcements (number, pack_id, at, by_id, how, difference, mac) VALUES (2, %s, now(), %s, 'start', '{}', %s)",
            [hangzhou.digest, system.pk, "0" * 64],
        )
    policies.forget()
    with pytest.raises(RecordsError) as wrong:
        actions.catch_up(by=system, now=AS_OF + timedelta(minutes=1))
    assert wrong.value.code == "enforcement-edited"
    assert "enforcement-edited" in health.problems()
    assert policies.shown().id == "cn-zj-ningbo", "pages go on by what was in force"
    assert {one.policy_id for one in Run.objects.all()} != {hangzhou.digest}


def test_what_is_exported_has_the_digest_in_force_and_passes_the_check(
    system: Official, office: Official, copied: Path, tmp_path: Path
) -> None:
    enforcing.enforce(by=office, folder=newer(copied))
    out = tmp_path / "out"
    said = run("export", str(out))
    assert said.exception is None
    assert digest_on_disk(out / "cn-zj-ningbo") == policies.in_force().digest
    assert run("check", str(out / "cn-zj-ningbo")).return_value == Exit.OK
    again = run("export", str(out))
    assert isinstance(again.exception, YimatongError)
    assert again.exception.code == "policy-folder-there"
    history = run("history").output.splitlines()
    assert [line.split()[0] for line in history if line[3].isdigit()] == ["2", "1"]


def test_a_clerk_may_not_and_a_pack_of_before_stays_kept(system: Official, copied: Path) -> None:
    before = PolicyPack.objects.count()
    with pytest.raises(RecordsError) as refusal:
        enforcing.enforce(by=an_official("clerk", "clerk"), folder=newer(copied))
    assert refusal.value.code == "not-allowed"
    assert PolicyPack.objects.count() == before
