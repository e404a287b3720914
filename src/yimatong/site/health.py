"""Whether this server can do its work and whether everything happens that has to: database, migrations, keys, signed lists, worker,
last night, disk, and the parts that `yimatong run` keeps.

`yimatong health` says all of it, `/health` tells monitoring which is not well, and the watch beside the pages raises the alarm.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from yimatong.core.errors import EnvironmentProblem, YimatongError
from yimatong.core.text import Text, joined, message as _, message_in
from yimatong.edges.web.official import watching
from yimatong.records import calendar, clock, policies
from yimatong.site.connections import ROLES
from yimatong.site.parts import DATABASE, noted
from yimatong.stations.audits import heads, verifying
from yimatong.stations.declarations import reaching
from yimatong.stations.judgements.operations import operations
from yimatong.stations.passes import keyring
from yimatong.stations.passes.actions.keys import TRUST_REFRESH
from yimatong.stations.passes.actions.publishing import CHECKPOINTS, INDEX, folder
from yimatong.stations.passes.days import seconds
from yimatong.stations.passes.models import TrustCut

ANSWERS = "database-does-not-answer"
MIGRATIONS = "migrations-waiting"
MISSING = "roles-missing"
KEYS = "key-file-missing"
LISTS = "lists-missing"
DISK = "disk-low"
TEXTS = "texts-wait"
VERIFIED = "verified-wrong"
PACK = "policy pack"
LOOKED = 20
"""Seconds for which a process of the web server remembers what it found."""
FIRST_LISTS = 60
"""Seconds since the first list was signed after which lists lie in the folder."""
GIGABYTE = 10**9
SHORT = 12
"""Signs of a digest that a person is shown."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its name, how it is in words, and the codes of what is not well (none when it is)."""

    name: str
    told: Text
    problems: tuple[str, ...] = ()


def answers(alias: str) -> bool:
    """Say whether a connection can be had under the role of an alias."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        # Whoever asks again is to have a new connection.
        connections[alias].close()
        return False
    return True


def obstacles() -> list[str]:
    """Return the code of what keeps this server from its work, without any data in it; empty when nothing does."""
    if not answers("owner"):
        return [ANSWERS]
    if not _is_migrated():
        return [MIGRATIONS]
    return [] if answers("default") and answers("judge") else [MISSING]


def checks() -> Iterator[Check]:
    """Look at everything; what cannot be seen without the database is left out while that is away."""
    yield from _parts()
    yield _disk()
    try:
        found = obstacles()
        if found:
            yield Check(DATABASE if ANSWERS in found else "tables", NOT_WELL[found[0]], tuple(found))
            return
        yield Check(DATABASE, _("answers, its tables are up to date"))
        yield _policy()
        yield _logins()
        yield _keys()
        yield from _lists()
        yield from _happens()
        yield _verified()
        yield _heads()
        yield _texts()
    except DatabaseError:
        yield Check(DATABASE, NOT_WELL[ANSWERS], (ANSWERS,))
    except YimatongError as mistake:
        yield Check(mistake.place or "policy", mistake.sentence, (mistake.code,))


def problems() -> tuple[str, ...]:
    """The codes of everything that is not well."""
    return tuple(code for check in checks() for code in check.problems)


def health(_request: HttpRequest) -> JsonResponse:
    """Answer 503 with the code of what is wrong when the database does not answer to the pages, else 200.

    Of a server that answers, `status` is `ok`, or `late` with the codes of what is not well.
    """
    if not answers("default"):
        return JsonResponse({"status": "wrong", "problems": [ANSWERS]}, status=503)
    found = seen()
    return JsonResponse({"status": "late" if found else "ok", "problems": list(found)})


def seen() -> tuple[str, ...]:
    """What is not well, looked at not more often than each LOOKED seconds by a process."""
    return _seen(int(time.monotonic() // LOOKED))


@lru_cache(maxsize=1)
def _seen(_turn: int) -> tuple[str, ...]:
    return problems()


NOT_WELL = {
    ANSWERS: _("does not answer"),
    MIGRATIONS: _("are not up to date"),
    MISSING: _("the login may not take on the roles"),
}


def _is_migrated() -> bool:
    executor = MigrationExecutor(connections["owner"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _parts() -> Iterator[Check]:
    """What `yimatong run` keeps, where it does; also how often each came back, so that a night's deaths are seen in the morning."""
    for one in noted(Path(settings.YIMATONG_HOME)):
        if one.name == DATABASE and one.state == "up" and not one.returned:
            continue
        since = f"{calendar.local(datetime.fromtimestamp(one.since, UTC)):%Y-%m-%d %H:%M:%S}"
        words = {
            "up": _("up since {since}", since=since),
            "waiting": _("away since {since} ({cause}), coming back", since=since, cause=one.cause),
            "down": _("down since {since} ({cause}), stays down", since=since, cause=one.cause),
        }[one.state]
        if one.state == "up" and one.returned:
            words = _(
                "{words}, came back {returned} times ({cause})", words=words, returned=one.returned, cause=one.cause
            )
        yield Check(f"part {one.name}", words, () if one.state == "up" else (f"part-{one.state}-{one.name}",))


def _disk() -> Check:
    home = Path(settings.YIMATONG_HOME)
    usage = psutil.disk_usage(str(next(folder for folder in (home, *home.parents) if folder.exists())))
    free = usage.free / GIGABYTE
    told = _("{free:.1f} GB free", free=free)
    return Check("disk", told, (DISK,) if free < settings.YIMATONG_DISK_LOW else ())


def _policy() -> Check:
    """Which policy is in force; that files say something else is said, and is nothing that is not well: nobody goes by them."""
    found = policies.newest()
    if found is None:
        return Check(PACK, _("none is in force yet"), (policies.NONE,))
    since = f"{calendar.local(found.at):%Y-%m-%d %H:%M}"
    told = _("{pack} in force since {since}", pack=found.pack_id[:SHORT], since=since)
    try:
        policies.refuse_other_zone()
    except EnvironmentProblem as differs:
        return Check(PACK, differs.sentence, (differs.code,))
    if other := policies.on_disk():
        told = _(
            "{told}; the files in {folder} differ and are not obeyed (yimatong policy enforce)",
            told=told,
            folder=other.folder,
        )
    return Check(PACK, told)


def _logins() -> Check:
    """Whether pages and judge log in by the owner's login: nothing that is not well, but less than could be."""
    users = {alias: _user(alias) for alias in ROLES}
    names = {"default": _("pages"), "judge": _("judge")}
    shared = [names[alias] for alias in names if users[alias] == users["owner"]]
    if not shared:
        return Check("logins", _("pages, judge and owner each have their own"))
    whose = joined(shared, message_in("separator", " and "))
    return Check("logins", _("{whose} log in as the owner of the tables; see docs/how-to/run.md", whose=whose))


def _user(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT session_user")
        return str(cursor.fetchone()[0])


def _keys() -> Check:
    """The keys' fingerprints are compared with the city's whenever a connection is made; here, whether the signing keys lie there."""
    gone = keyring.missing_files(seconds(clock.now()))
    if gone:
        return Check("keys", _("missing: {gone}", gone=", ".join(gone)), (KEYS,))
    return Check("keys", _("the city's own, those that sign are there"))


def _lists() -> Iterator[Check]:
    """The age of what was signed for gates and phones, by the city's clock, as it lies in the folder that is served."""
    now, place = seconds(clock.now()), folder()
    try:
        index: dict[str, Any] = json.loads((place / INDEX).read_bytes())
    except (OSError, ValueError):
        # The first is in the database some moments before it lies in the folder.
        if TrustCut.objects.filter(issued__lte=now - FIRST_LISTS).exists():
            yield Check("signed lists", _("none in {place}", place=place), (LISTS,))
        return
    allowed = int(operations().lists.total_seconds())
    if index["trust"]:
        yield _list("trust list", "list-trust-old", index["trust"]["issued"], TRUST_REFRESH + allowed, now)
    near = [one["issued"] for one in index["recall"] if one["from"] <= now <= one["to"]]
    if near:
        yield _list("recall lists", "list-recall-old", min(near), allowed, now)
    if policy := index.get("checkpoints"):
        yield _list(CHECKPOINTS, "list-checkpoints-old", policy["issued"], TRUST_REFRESH + allowed, now)


def _list(name: str, code: str, issued: int, allowed: int, now: int) -> Check:
    age = max(0, now - issued)
    return Check(name, _("signed {age} ago", age=_long(age)), (code,) if age > allowed else ())


def _happens() -> Iterator[Check]:
    """The worker's works, the night, what waits to be judged: as the office sees them."""
    at = datetime.now(UTC)
    for one in watching.watched():
        told = message_in("watch", "not yet")
        if one.name == watching.POLICY:
            told = _("until {due:%Y-%m-%d}", due=one.due)
        elif one.name in (watching.WAITING, watching.OUTREACH, watching.STANDING, watching.ALARMS) and not one.since:
            told = _("nothing")
        elif one.since:
            age = _long(max(0, int((at - one.since).total_seconds())))
            told = _("{age} ago", age=age)
        yield Check(one.name, _("{what}: {told}", what=one.title, told=told), (one.code,) if one.late else ())


def _verified() -> Check:
    """What the last verification of everything found; that it is too long ago is told as late."""
    last = verifying.last("default")
    if last is None:
        return Check("verified", _("not verified yet"))
    at = f"{calendar.local(last.ended_at):%Y-%m-%d %H:%M}"
    if not last.found:
        return Check("verified", _("{at}, all as it was", at=at))
    names = ", ".join(one.name for one in last.checks if one.found)
    told = _("{at}, {found} not as they were ({names})", at=at, found=last.found, names=names)
    return Check("verified", told, (VERIFIED,))


def _heads() -> Check:
    """Whether the audit chain's heads are out of reach of whoever runs the database: nothing that is not well, but less than could be."""
    place, data = heads.place(), Path(settings.YIMATONG_HOME) / "postgres" / "data"
    if not place.exists():
        return Check("audit heads", _("none yet"))
    # The folder above may let nobody pass: then its owner is another one.
    owners = [_owner(place), _owner(data)]
    if owners[0] == owners[1]:
        return Check(
            "audit heads",
            _("{place} belongs to the system user of the database; see docs/reference/audit.md", place=place),
        )
    return Check("audit heads", _("{place}, not of the database's system user", place=place))


def _owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None


def _texts() -> Check:
    """What waits to be sent, and which providers fail; not well when one has failed for minutes and messages wait as long."""
    found = reaching.waiting(datetime.now(UTC))
    failing = ", ".join(found.failing)
    told = _("{count} wait, failing: {failing}") if failing else _("{count} wait")
    return Check("texts", told.filled(count=found.count, failing=failing), (TEXTS,) if found.too_long else ())


def _long(age: int) -> Text:
    """How long something is, in the largest unit that fits twice."""
    units = ((86400, _("{age} days")), (3600, _("{age} h")), (60, _("{age} min")), (1, _("{age} s")))
    size, words = next(one for one in units if age >= 2 * one[0] or one[0] == 1)
    return words.filled(age=age // size)
