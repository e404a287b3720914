"""The policy pack in force: which it is, since when, and what it says.

It lies in the records with its digest. Files are how a pack comes in and goes out: nobody is judged, told or let through by what lies in
a folder, and a changed file is said (`on_disk`), not obeyed. Which pack is in force says the last enforcement, whose seal is looked at
each time that it is read, and the pack has to have the digest that the enforcement names.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError

from yimatong.core.macs import mac
from yimatong.core.policy.document import Document
from yimatong.core.policy.load import digest_on_disk, load, part_of, texts_of
from yimatong.core.policy.model import Policy
from yimatong.core.policy.packs import open_specimens
from yimatong.records import calendar
from yimatong.records.acting import PAGES
from yimatong.records.errors import RecordsError, mistake
from yimatong.records.models import Enforcement, PolicyPack

NONE = "policy-none-in-force"
log = structlog.get_logger(__name__)
REMEMBERED = 1.0
"""Seconds for which a process goes on by the pack that it asked for last, where it asks for every word of a page."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A pack that lies in the folder of the settings and is not the one in force. `digest` is None where nothing can be read there."""

    folder: str
    digest: str | None
    in_force: str

    @property
    def name(self) -> str:
        """The folder without where it lies."""
        return Path(self.folder).name


def newest(using: str = PAGES) -> Enforcement | None:
    """The enforcement that counts now, None before the first; `enforcement-edited` where its seal is not this city's.

    One that this home has read with a good seal goes on where only what is beside its pack was edited, as when it began: that is named
    by whoever verifies, and stops nobody's quarantine from ending on its day.
    """
    found = Enforcement.objects.using(using).select_related("by").order_by("-number").first()
    if found is None:
        return None
    if is_sealed(found, using):
        _note_read(found)
    elif _last_read() != (found.number, found.pack_id):
        raise mistake("enforcement-edited", number=found.number)
    return found


def in_force(using: str = PAGES) -> Policy:
    """The policy in force, asked now: for whoever judges. `policy-none-in-force` where nothing is, `policy-zone-differs` too."""
    found = newest(using)
    if found is None:
        raise mistake(NONE)
    _seen.note(found.pack_id)
    policy = kept(found.pack_id)
    calendar.refuse_other(policy.id, policy.zone)
    return policy


def refuse_other_zone() -> None:
    """`policy-zone-differs` where the policy in force counts its days in another zone than this installation."""
    found = newest()
    if found is not None:
        policy = kept(found.pack_id)
        calendar.refuse_other(policy.id, policy.zone)


def shown() -> Policy:
    """The policy in force as a process asked for it within the last second: for pages, and for texts.

    While the database is away, the one that it knew last, or that its home wrote down.
    """
    return kept(_shown())


def part(file: str, schema: str) -> Document | None:
    """A file of the policy in force that is no rule: the city's, else its province's, None where neither has it; as late as `shown`."""
    return _part(_shown(), file, schema)


def on_disk() -> OnDisk | None:
    """The pack in the folder of the settings where it is another than the one in force; None where it is the same, or where is none."""
    folder, found = folder_set(), newest()
    if found is None or not folder.is_dir():
        return None
    try:
        digest = digest_on_disk(folder)
    except OSError:
        digest = None
    return None if digest == found.pack_id else OnDisk(str(folder), digest, found.pack_id)


def folder_set() -> Path:
    """The folder that the settings name: what a first start imports."""
    return Path(settings.YIMATONG_POLICIES) / settings.YIMATONG_POLICY


def keep(folder: Path, using: str) -> Policy:
    """Load the policy of a folder and keep its files, once for each digest, for a trial; PolicyError where it is wrong."""
    policy = load(folder)
    if not PolicyPack.objects.using(using).filter(pk=policy.digest).exists():
        PolicyPack.objects.using(using).bulk_create(
            [
                PolicyPack(
                    digest=policy.digest,
                    pack=policy.id,
                    version=policy.version,
                    files=texts_of(folder),
                    specimens=texts_of(folder, open_specimens),
                )
            ],
            ignore_conflicts=True,
        )
    return policy


def kept(digest: str) -> Policy:
    """The policy of a digest, from the database; `policy-changed-while-kept` when it no longer has that digest."""
    return _opened(digest)[0]


def files_of(digest: str) -> Mapping[str, str]:
    """The text of each file of a kept pack, its province's included, by its path; the same mistake."""
    return _opened(digest)[1]


def forget() -> None:
    """Ask anew which pack is in force: another one has just come into force."""
    _seen.digest = ""


def is_sealed(row: Enforcement, using: str = PAGES) -> bool:
    """Whether an enforcement is as this city's key sealed it, after the one before."""
    before = Enforcement.objects.using(using).filter(number=row.number - 1).values_list("mac", flat=True).first()
    return row.mac == sealed(row.number, row.pack_id, row.at, row.by_id, row.how, row.difference, before or "")


def sealed(
    number: int, digest: str, at: datetime, by: int, how: str, difference: Mapping[str, Any], previous: str
) -> str:
    """The seal of an enforcement: HMAC-SHA256 under the audit key, in hexadecimal digits; `previous` is that of the one before."""
    return _mac(["enforcement", number, digest, at.astimezone(UTC).isoformat(), by, how, difference, previous])


def _mac(said: list[Any]) -> str:
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return mac(str(settings.YIMATONG_AUDIT_KEY).encode(), text.encode()).hex()


class _Seen:
    """What this process asked for last, and until when it goes by that."""

    digest, until = "", 0.0

    def note(self, digest: str) -> None:
        self.digest, self.until = digest, time.monotonic() + REMEMBERED


_seen = _Seen()


def _shown() -> str:
    if _seen.digest and time.monotonic() < _seen.until:
        return _seen.digest
    try:
        found = newest()
    except (OperationalError, InterfaceError):
        if not _seen.digest and (read := _last_read()):
            return read[1]
        if not _seen.digest:
            raise
        return _seen.digest
    except RecordsError:
        # Somebody wrote another one by hand: pages go on by what was in force, and nobody is judged.
        read = _last_read()
        if read is None:
            raise
        _seen.note(read[1])
        return read[1]
    if found is None:
        raise mistake(NONE)
    _seen.note(found.pack_id)
    return found.pack_id


def _last_read() -> tuple[int, str] | None:
    """Number and pack of the last enforcement that this home has read with a good seal, as it has noted under the audit key."""
    try:
        noted = json.loads(_note().read_bytes())
        number, digest = int(noted["number"]), str(noted["digest"])
        return (number, digest) if noted["mac"] == _mac(["enforcement read", number, digest]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_read(found: Enforcement) -> None:
    if _last_read() == (found.number, found.pack_id):
        return
    said = {
        "number": found.number,
        "digest": found.pack_id,
        "mac": _mac(["enforcement read", found.number, found.pack_id]),
    }
    try:
        folder = _note().parent
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".pack-") as name:
            write(found.pack.files, Path(name) / "pack")
            with suppress(OSError):
                # It is there already.
                (Path(name) / "pack").rename(folder / found.pack_id)
            (Path(name) / "read.json").write_text(json.dumps(said) + "\n")
            (Path(name) / "read.json").replace(_note())
        for other in folder.iterdir():
            if other.is_dir() and not other.name.startswith(".") and other.name != found.pack_id:
                shutil.rmtree(other, ignore_errors=True)
    except (OSError, ValueError):
        # It only spares a standstill; a disk that is full stops nobody.
        log.warning("policy.not_noted", number=found.number)


def _note() -> Path:
    return Path(settings.YIMATONG_HOME) / "policy-in-force" / "read.json"


@lru_cache(maxsize=16)
def _opened(digest: str) -> tuple[Policy, Mapping[str, str]]:
    try:
        pack = PolicyPack.objects.get(pk=digest)
    except (OperationalError, InterfaceError):
        found = _at_home(digest)
        if found is None:
            raise
        return found
    with tempfile.TemporaryDirectory() as name:
        if not _is_written(pack, Path(name)):
            raise mistake("policy-changed-while-kept", digest=digest)
        return load(Path(name) / pack.pack), pack.files


def _at_home(digest: str) -> tuple[Policy, Mapping[str, str]] | None:
    """The pack as this home wrote it down, for a process that begins while the database is away; None where it is not what it was."""
    folder = _note().parent / digest
    try:
        for one in sorted(folder.iterdir()):
            if digest_on_disk(one) == digest:
                return load(one), texts_of(one)
    except (OSError, ValueError):
        pass
    return None


def is_as_kept(digest: str) -> bool:
    """Whether the files that are kept under a digest have it, as they lie in the database now."""
    with tempfile.TemporaryDirectory() as name:
        return _is_written(PolicyPack.objects.get(pk=digest), Path(name))


def _is_written(pack: PolicyPack, to: Path) -> bool:
    """Write a kept pack into a folder of policies; False where it is not what its digest says."""
    try:
        write(pack.files, to)
        return digest_on_disk(to / pack.pack) == pack.digest and texts_of(to / pack.pack) == pack.files
    except (AttributeError, ValueError, OSError):
        return False


@lru_cache(maxsize=64)
def _part(digest: str, file: str, schema: str) -> Document | None:
    policy, files = _opened(digest)
    return part_of(files, policy.id, file, schema)


def write(files: Mapping[str, str], to: Path) -> None:
    """Write the files of a pack into a folder of policies; ValueError where a path leads out of it."""
    for path, text in files.items():
        file = to / path
        if not file.resolve().is_relative_to(to.resolve()):
            raise ValueError(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
