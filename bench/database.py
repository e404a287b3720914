"""A database of the bench's own: the demo city recorded and judged, as `yimatong run` does it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from yimatong.site.program import log_aside, server


@contextmanager
def demo(home: Path, people: int) -> Iterator[datetime]:
    """Have the demo city recorded and judged under `home`; gives the instant at which it was judged.

    The home folder is named before anything reads the settings, and DATABASE_URL is taken away: the bench drops what it made.
    """
    os.environ["YIMATONG_HOME"] = str(home)
    os.environ.pop("DATABASE_URL", None)
    home.mkdir(parents=True, exist_ok=True)
    with server(), log_aside():
        from django.conf import settings
        from django.db import connections

        if Path(settings.YIMATONG_HOME) != home:
            raise RuntimeError(f"the settings were read before, with {settings.YIMATONG_HOME}")
        try:
            yield _prepared(home, people)
        finally:
            connections.close_all()


def _prepared(home: Path, people: int) -> datetime:
    from yimatong.site.commands.first_start import judge, make_city, migrate, put_policy_into_force
    from yimatong.site.demo import read_city

    migrate()
    put_policy_into_force()
    make_city(people, seed=1)
    judge()
    city = read_city(home)
    assert city is not None
    assert city.as_of is not None
    return city.as_of
