"""The key to which devices close what is written down on them about a person: `keys/sealing.pem` of the home folder.

Lost, what was closed to it stays closed; the devices learn a new point at their next sync.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from yimatong.core.credential import FileKey
from yimatong.core.credential.sealing import open_sealed
from yimatong.stations.passes import keyring

FILE = "sealing.pem"


def point() -> bytes:
    """The public point (33 bytes, compressed)."""
    return _key().point


def opened(*, device: UUID, sealed: bytes) -> bytes:
    """What a device closed; Unsealable (a ValueError) where it was not closed by this device for this server."""
    return open_sealed(_key(), sealed, f"YMT1-sealed\n{device.hex}".encode())


def _key() -> FileKey:
    file = keyring.folder() / FILE
    if not file.exists():
        # Another process may be first; then both read the same.
        with suppress(FileExistsError):
            FileKey.made().write(file)
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> FileKey:
    return FileKey.read(file)
