"""The three ways into the one database: what the pages may do, what a judgement may do, what a migration may do.

| alias | role | used by |
|---|---|---|
| default | yimatong_app | pages, feeds, workers: reads verdicts and never writes one |
| judge | yimatong_judge | the judging job: the only one that inserts verdicts; nobody updates or deletes them |
| owner | the login itself | migrations, health |

All three log in as the same user; PostgreSQL then takes on the role for the whole connection (`-c role=...`). The roles
are made by a migration of `records`. So a mistake in a page cannot paint; a page that can run SQL of its own choosing
could still reset its role, and against that a server of your own can be given three logins (see THREAT_MODEL.md).

In tests (tests/conftest.py) the test database is made by the owner, and then each test runs under the roles above.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yimatong.site.environment import Environment
from yimatong.site.postgres import Server

SILENCE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The server lets a connection go, and the locks with it, a minute after the machine at its other end lost its power; a socket of
the same machine needs none of it and ignores it."""
ALIVE = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""And we let go of a server that says nothing any more within half a minute (`tcp_user_timeout` in milliseconds), so that whoever waits
for it can begin again; what it works on for long is not cut off by that."""
PATIENCE = 10
"""Seconds that a login may take."""
ROLES = {"default": "yimatong_app", "judge": "yimatong_judge", "owner": None}


def location(environment: Environment) -> dict[str, Any]:
    """Return where the database is, in Django's words: the server of DATABASE_URL, else the one under the home folder."""
    if not environment.database_url:
        return Server.at(environment.home, environment.postgres_user).location()
    url = urlsplit(environment.database_url)
    return {
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": dict(parse_qsl(url.query)),
    }


def login(where: dict[str, Any]) -> dict[str, Any]:
    """Return how psycopg reaches what Django's words say, for what is done past Django."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {names[name]: value for name, value in where.items() if name in names and value}
    return {**given, "connect_timeout": PATIENCE, **where["OPTIONS"]}


def with_role(options: dict[str, Any], role: str | None) -> dict[str, Any]:
    """Return connection options that take on a role from the first statement on, or the login's own when it is None."""
    given = options.get("options", "")
    wanted = f"{given} -c role={role}".strip() if role else given
    rest = {key: value for key, value in options.items() if key != "options"}
    return {**rest, "options": wanted} if wanted else rest


def databases(environment: Environment) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES with the three aliases."""
    where = location(environment)
    common = {
        **where,
        "ENGINE": "yimatong.site.database",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{where['NAME']}"},
    }
    return {alias: {**common, "OPTIONS": with_role(_lasting(where["OPTIONS"]), role)} for alias, role in ROLES.items()}


def _lasting(options: dict[str, Any]) -> dict[str, Any]:
    """The options of DATABASE_URL, after ours: what they say of the same setting counts."""
    given = options.get("options", "")
    return {"connect_timeout": PATIENCE, **ALIVE, **options, "options": f"{SILENCE} {given}".strip()}
