"""The city's keys as files: `keys/` of the home folder, for its owner alone. The database knows their public halves.

Which keys there are and what they may do is in the table `signing_keys`; several machines that sign share the folder.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from yimatong.core.credential import FileKey
from yimatong.core.credential.epochs import MARGIN
from yimatong.records import installation
from yimatong.records.errors import no_key
from yimatong.stations.passes.days import MOST_AHEAD
from yimatong.stations.passes.errors import key_file_missing
from yimatong.stations.passes.models import Credential, PaperCredential, SigningKey

Use, State = SigningKey.Use, SigningKey.State
DAY = 86_400
HOLDS = {
    Use.ROOT: 3 * DAY,
    Use.PASS: (MOST_AHEAD + 1) * DAY + MARGIN,
    Use.PAPER: 366 * DAY,
    Use.RECALL: DAY,
    Use.TRAINING: 0,
    Use.POLICY: 7 * DAY,
}
"""Seconds for which the longest of what a key signs holds: a trust list, the passes made ahead, a paper (papers.json), a recall list,
what scanners and desks are given. A gate refuses them when their key's time is over, so a key that ends before signs nothing more."""
SECRET = "pass-secret"  # noqa: S105 -- the name of the file
SECRET_BYTES = 32


def folder() -> Path:
    """Where the private keys lie; made when it is not there."""
    found = Path(settings.YIMATONG_HOME) / "keys"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def file_of(use: str, kid: str) -> Path:
    """The file of a private key."""
    return folder() / f"{use}-{kid}.pem"


def made(use: str) -> FileKey:
    """A new private key, written to its file (mode 0600) and to the disk before anybody hears of it."""
    key = FileKey.made()
    key.write(file_of(use, key.kid.hex()))
    return key


def signing_row(use: str, now: int) -> SigningKey | None:
    """The key that signs for a use at an instant: the newest that has begun, was not compromised, and outlives what it signs."""
    begun = SigningKey.objects.filter(use=use, since__lte=now, until__gte=now + HOLDS[Use(use)])
    begun = begun.exclude(state=State.COMPROMISED)
    return begun.order_by("-since", "-made_at").first()


def signer(use: str, now: int) -> FileKey:
    """The same, ready to sign; `key-file-missing` when its file is gone."""
    row = signing_row(use, now)
    if row is None:
        raise key_file_missing(use, str(folder()))
    return loaded(use, row.kid)


def loaded(use: str, kid: str) -> FileKey:
    """The private key of a file."""
    file = file_of(use, kid)
    if not file.is_file():
        raise key_file_missing(use, str(file))
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(file: Path, _changed: int) -> FileKey:
    return FileKey.read(file)


def secret(purpose: str) -> bytes:
    """A secret of 32 bytes for one purpose (`slots`, `cti`, `check`, `word:18312`), derived from the one kept in `keys/`."""
    return hmac.digest(_kept(folder() / SECRET), purpose.encode(), sha256)


def require_secret() -> None:
    """Have the secret there before the first credential: who has credentials and no secret has lost it, and is refused."""
    _kept(folder() / SECRET)


def _kept(file: Path) -> bytes:
    if not file.exists():
        if installation.is_noted(SECRET) or Credential.objects.exists() or PaperCredential.objects.exists():
            raise no_key(SECRET)
        fresh = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_hex(SECRET_BYTES))
        # A link fails when another process was first, so both end up with the same secret.
        with suppress(FileExistsError):
            os.link(fresh, file)
        fresh.unlink()
    return _read_secret(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read_secret(file: Path, _changed: int) -> bytes:
    found = bytes.fromhex(file.read_text().strip())
    installation.require_same(SECRET, found)
    return found


def missing_files(now: int) -> list[str]:
    """What of the files is not where it belongs: of the keys that sign at an instant (seconds), and the secret beside them."""
    signing = [row for use in Use if (row := signing_row(use, now))]
    gone = [f"{row.use}-{row.kid}" for row in signing if not file_of(row.use, row.kid).is_file()]
    return [*gone, *([SECRET] if installation.is_noted(SECRET) and not (folder() / SECRET).is_file() else [])]
