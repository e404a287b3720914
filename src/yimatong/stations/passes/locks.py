"""Advisory locks of the passes. The class of the judgements' locks is another one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

CLASS = 5_852_500
FOLLOWING, CUTTING, KEYS, MINTING, PUBLISHING, PAPERS, POLICY, STAYS = range(1, 9)


def hold(lock: int, *, shared: bool = False) -> None:
    """Hold a lock until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'_shared' if shared else ''}(%s, %s)", [CLASS, lock])


@contextmanager
def tried(lock: int) -> Iterator[bool]:
    """Hold a lock inside the block, also over several transactions; False when another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [CLASS, lock])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [CLASS, lock])
