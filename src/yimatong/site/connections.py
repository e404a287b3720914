"""The three ways into the one database: what the pages may do, what a judgement may do, what a migration may do.

| alias | role | used by |
|---|---|---|
| default | yimatong_app | pages, feeds, workers: reads verdicts and never writes one |
| judge | yimatong_judge | the judging job: the only one that inserts verdicts; nobody updates or deletes them |
| owner | the login itself | migrations, health |

On the server that comes along each logs in by its role's own name and password, so there is nothing that a page which runs SQL of its
own choosing could go back to (docs/decisions/0108-three-logins.md). On a server of your own DATABASE_APP_URL and DATABASE_JUDGE_URL do the
same; without them all log in as the user of DATABASE_URL. In any case PostgreSQL takes on the role for the whole connection
(`-c role=...`), so a mistake in a page cannot paint.

In tests (tests/conftest.py) the test database is made by the owner, and then each test runs under the roles above.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yimatong.site.environment import Environment
from yimatong.site.passwords import APP, JUDGE, OWNER
from yimatong.site.postgres import Server

SILENCE = "-c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"
"""The server lets a connection go, and the locks with it, a minute after the machine at its other end lost its power; a socket of
the same machine needs none of it and ignores it."""
ALIVE = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
"""And we let go of a server that says nothing any more within half a minute (`tcp_user_timeout` in milliseconds), so that whoever waits
for it can begin again; what it works on for long is not cut off by that."""
PATIENCE = 10
"""Seconds that a login may take."""
ROLES = {"default": APP, "judge": JUDGE, "owner": None}


def location(environment: Environment, alias: str = "owner") -> dict[str, Any]:
    """Return where the database is for one of the ways in, in Django's words.

    It is on the server of DATABASE_URL, else on the one under the home folder.
    """
    if not environment.database_url:
        return Server.at(environment.home, environment.postgres_user).location(ROLES[alias] or OWNER)
    own = {"default": environment.database_app_url, "judge": environment.database_judge_url}
    url = urlsplit(own.get(alias) or environment.database_url)
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
    return {alias: _database(location(environment, alias), role) for alias, role in ROLES.items()}


def _database(where: dict[str, Any], role: str | None) -> dict[str, Any]:
    return {
        **where,
        "ENGINE": "yimatong.site.database",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{where['NAME']}"},
        "OPTIONS": with_role(_lasting(where["OPTIONS"]), role),
    }


def _lasting(options: dict[str, Any]) -> dict[str, Any]:
    """The options of DATABASE_URL, after ours: what they say of the same setting counts."""
    given = options.get("options", "")
    return {"connect_timeout": PATIENCE, **ALIVE, **options, "options": f"{SILENCE} {given}".strip()}
