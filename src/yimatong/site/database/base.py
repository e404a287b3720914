"""PostgreSQL as Django has it, whose first connection in a process looks whether this server's keys are the city's, and which tells the
database who acts (records/acting.py).

Every way in goes through here, so none can be forgotten; Django finds a back end by the module `base` and the class's name.
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe
from psycopg.pq import TransactionStatus

from yimatong.core.errors import EnvironmentProblem

TELL = "SELECT set_config('yimatong.proof', %s, false)"


class DatabaseWrapper(base.DatabaseWrapper):
    """One alias of DATABASES."""

    _told: str | None = ""
    """The proof that the database has of who acts; None where it may have been undone with a transaction."""

    @async_unsafe
    def connect(self) -> None:
        """Connect; EnvironmentProblem, and no connection, where the keys are others."""
        from yimatong.records.installation import compare

        self._told = ""
        super().connect()
        try:
            compare(self)
        except EnvironmentProblem:
            self.close()
            raise

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        """A cursor of a connection that knows who acts."""
        self._tell()
        return super().create_cursor(name)

    def _tell(self) -> None:
        """Tell who acts where the database does not know it; nothing inside a transaction that has failed."""
        from yimatong.records.acting import now_acting

        who, raw = now_acting(), self.connection
        wanted = who.shown_to(self.alias) if who else ""
        if wanted == self._told or raw is None or raw.info.transaction_status == TransactionStatus.INERROR:
            return
        # Bound by the server: a token stands in no statement that others of the same role could read.
        psycopg.Cursor(raw).execute(TELL, [wanted])
        self._told = wanted

    def _rollback(self) -> None:
        self._told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self._told = None
