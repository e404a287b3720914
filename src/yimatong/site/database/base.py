"""PostgreSQL as Django has it, whose first connection in a process looks whether this server's keys are the city's.

Every way in goes through here, so none can be forgotten; Django finds a back end by the module `base` and the class's name.
"""

from __future__ import annotations

from django.db.backends.postgresql import base
from django.utils.asyncio import async_unsafe

from yimatong.core.errors import EnvironmentProblem


class DatabaseWrapper(base.DatabaseWrapper):
    """One alias of DATABASES."""

    @async_unsafe
    def connect(self) -> None:
        """Connect; EnvironmentProblem, and no connection, where the keys are others."""
        from yimatong.records.installation import compare

        super().connect()
        try:
            compare(self)
        except EnvironmentProblem:
            self.close()
            raise
