"""A policy pack comes into force: checked as `yimatong policy check` does, recorded, and by the next run everybody is judged by it.

No way leads around the check: the command and a first start both come here, and whoever judges reads what was recorded here. What was
recorded is looked at again by `unfit_packs`.

Why so: decision 114.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.db import DatabaseError, connections, transaction

from yimatong.core.engine.in_memory import ENGINES
from yimatong.core.engine.outcome import Progress
from yimatong.core.policy.comparing import Difference, compare
from yimatong.core.policy.examine import examine_all
from yimatong.core.policy.load import province_of, texts_of
from yimatong.core.policy.model import Policy
from yimatong.core.policy.packs import open_specimens
from yimatong.core.policy.problems import PolicyError
from yimatong.records import calendar, policies
from yimatong.records.acting import PAGES, as_owner_for
from yimatong.records.actions import audit
from yimatong.records.actions.permission import require
from yimatong.records.errors import mistake
from yimatong.records.models import Enforcement, Official
from yimatong.stations.judgements.lifecycle import right_to_publish

log = structlog.get_logger(__name__)
How = Enforcement.How


@dataclass(frozen=True, slots=True)
class Enforced:
    """The pack in force after an enforcement. `difference` is None where nothing was in force before; `already`: it was in force."""

    number: int
    policy: Policy
    difference: Difference | None
    already: bool = False


def enforce(
    *,
    by: Official,
    folder: Path,
    how: How = How.COMMAND,
    patience: timedelta = timedelta(0),
    progress: Progress | None = None,
) -> Enforced:
    """Put the pack of a folder into force where nothing is wrong with it; PolicyError with everything that is, and nothing is recorded.
    `policy-zone-differs` where it counts its days in another zone than this installation.

    A run that is going on is waited for, up to `patience`; `judgement-going` then. So no run begins by one pack and ends by another.
    """
    require(by, "policy")
    with _copied(folder) as copy:
        examined = examine_all(copy, ENGINES)
        policy = examined[-1].policy
        problems = [problem for examination in examined for problem in examination.problems]
        if problems or policy is None:
            raise PolicyError(problems)
        calendar.refuse_other(policy.id, policy.zone)
        files, specimens = texts_of(copy), texts_of(copy, open_specimens)
    with right_to_publish(patience, progress), as_owner_for(by):
        try:
            with transaction.atomic():
                audit.confirm(by)
                done = _record(by, policy, files, specimens, how)
        except DatabaseError as refused:
            if getattr(refused.__cause__, "sqlstate", "") == "YMT19":
                raise mistake("policy-enforced-meanwhile") from None
            raise
    policies.forget()
    if not done.already:
        log.info("policy.enforced", number=done.number, policy=policy.id, version=policy.version, digest=policy.digest)
    return done


def history(using: str = PAGES) -> list[Enforcement]:
    """Every enforcement, the newest first."""
    return list(Enforcement.objects.using(using).select_related("pack", "by").order_by("-number"))


def export(to: Path) -> Enforcement:
    """Write the pack in force, its province's and their specimens, as folders into one that holds none of them, else FileExistsError."""
    last = policies.newest()
    if last is None:
        raise mistake(policies.NONE)
    pack = last.pack
    files = {**policies.files_of(pack.digest), **pack.specimens}
    for name in sorted({path.split("/", 1)[0] for path in files}):
        if (to / name).exists():
            raise FileExistsError(name)
    policies.write(files, to)
    return last


def say_on_disk() -> None:
    """Log where the folder of the settings holds something else than is in force: it is not obeyed."""
    found = policies.on_disk()
    if found is not None:
        log.warning(
            "policy.files_differ", folder=found.folder, digest=found.digest or "unreadable", in_force=found.in_force,
            remedy="yimatong policy enforce FOLDER --by USERNAME",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something about the packs that is not as it was recorded. `number` is the enforcement, `run` the run, `digest` the pack it is about.

    `what`: `edited` (the seal is not this city's, or not after the one before), `left-out` (a number is missing), `cut-off` (the audit has
    an enforcement that is there no more), `pack-edited` (the files do not have the digest), `never-in-force` (a run was published by it).
    """

    what: str
    digest: str
    number: int | None = None
    run: int | None = None


def unfit_packs(*, files: bool = True) -> Iterator[Unfit]:
    """Look at every enforcement, the policy of every published run, and the files of every kept pack; yield what is not as it was recorded.

    What was published before the first enforcement is taken on trust.
    """
    rows = list(Enforcement.objects.order_by("number"))
    previous, expected = "", 1
    for row in rows:
        if row.number != expected:
            yield Unfit("left-out", "", expected)
        if row.mac != policies.sealed(row.number, row.pack_id, row.at, row.by_id, row.how, row.difference, previous):
            yield Unfit("edited", row.pack_id, row.number)
        previous, expected = row.mac, row.number + 1
    with connections[PAGES].cursor() as cursor:
        cursor.execute(CUT_OFF)
        for subject, digest in cursor.fetchall():
            yield Unfit("cut-off", digest or "", int(subject.rpartition("/")[2]))
        cursor.execute(NEVER)
        for run, digest in cursor.fetchall():
            yield Unfit("never-in-force", digest, run=run)
        if not files:
            return
        cursor.execute("SELECT digest FROM policy_packs ORDER BY kept_at, digest")
        digests = [digest for (digest,) in cursor.fetchall()]
    for digest in digests:
        if not policies.is_as_kept(digest):
            yield Unfit("pack-edited", digest)


CUT_OFF = """
SELECT a.subject, a.details::json ->> 'digest' FROM audit_entries a
WHERE a.subject = ANY(ARRAY(
    SELECT 'enforcement/' || n FROM generate_series(1, (SELECT coalesce(max(number), 0) FROM enforcements) + 100) n
)) AND a.action = 'policy.enforce' AND NOT EXISTS (SELECT FROM enforcements e WHERE a.subject = 'enforcement/' || e.number)
ORDER BY a.number
"""
"""By the index over subjects, and so as many as a hundred at the end."""
NEVER = """
SELECT r.number, r.policy_id FROM runs r
WHERE r.state = 'published' AND r.finished_at > (SELECT min(at) FROM enforcements) AND r.policy_id IS DISTINCT FROM (
    SELECT e.pack_id FROM enforcements e WHERE e.at <= r.finished_at ORDER BY e.number DESC LIMIT 1
)
ORDER BY r.number
"""


def _record(by: Official, policy: Policy, files: dict[str, str], specimens: dict[str, str], how: How) -> Enforced:
    """One enforcement in the caller's transaction; whoever comes at the same time waits here, and then sees it."""
    with connections[PAGES].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('enforcements'))")
        last = policies.newest()
        if last is not None and last.pack_id == policy.digest:
            return Enforced(last.number, policy, Difference(), already=True)
        difference = _difference(last, policy, files)
        told: dict[str, Any] = json.loads(json.dumps(asdict(difference))) if difference else {}
        cursor.execute("SELECT clock_timestamp()")
        at = cursor.fetchone()[0]
        previous = last.number if last else 0
        seal = policies.sealed(previous + 1, policy.digest, at, by.pk, how, told, last.mac if last else "")
        given = (
            previous, policy.digest, policy.id, policy.version, json.dumps(files), at, by.pk, str(how), json.dumps(told), seal,
            json.dumps(specimens),
        )  # fmt: skip
        cursor.execute(f"SELECT public.policy_enforce({', '.join(['%s'] * len(given))})", given)
        return Enforced(cursor.fetchone()[0], policy, difference)


def _difference(last: Enforcement | None, policy: Policy, files: dict[str, str]) -> Difference | None:
    if last is None:
        return None
    return compare(policies.kept(last.pack_id), policies.files_of(last.pack_id), policy, files)


@contextmanager
def _copied(folder: Path) -> Iterator[Path]:
    """A copy of a folder and of its province's, so that what is checked is what is recorded, whoever writes into the folder meanwhile."""
    folder = folder.resolve()
    province = province_of(folder)
    with tempfile.TemporaryDirectory() as name:
        for one in (folder, *([province] if province and province.is_dir() else ())):
            if (one / "policy.yaml").is_file():
                shutil.copytree(one, Path(name) / one.name, symlinks=True)
        yield Path(name) / folder.name
