"""Keys that are given by the environment, or made once in a new city and kept under the home folder for its owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import message as _
from yimatong.site.connections import location, login
from yimatong.site.environment import Environment

AUDIT = "audit-key"


def kept_key(given: str, file: Path, environment: Environment) -> str:
    """Return the given key, else the one kept in `file` (mode 0600), else nothing.

    It is made of 64 random bytes where it is not there and the database says that nobody is recorded. Where people are, or where
    the database does not answer, none is made: another key would make a second person of everybody. The audit key is made also for
    people who were recorded before there was one: nothing is sealed with another yet.
    """
    if given:
        return given
    try:
        if not file.exists() and is_a_new_city(file.name, environment):
            _make(file)
        return file.read_text().strip() if file.exists() else ""
    except OSError as problem:
        raise EnvironmentProblem(
            "home-not-writable",
            _("the key file cannot be read or written ({strerror}).", strerror=problem.strerror),
            place=str(file),
            remedy=_("let this user write there, or name another folder with YIMATONG_HOME."),
        ) from problem


def is_a_new_city(name: str, environment: Environment) -> bool:
    """Say whether the database answers and nothing is kept in it under a key of this name."""
    try:
        with psycopg.connect(**login(location(environment)), autocommit=True) as raw:
            if not _is_there(raw, "people"):
                return True
            noted = _is_there(raw, "key_fingerprints") and _any(
                raw, "SELECT FROM key_fingerprints WHERE name = %s", [name]
            )
            return not noted and (name == AUDIT or not _any(raw, "SELECT FROM people", []))
    except psycopg.Error:
        return False


def _is_there(raw: psycopg.Connection[Any], table: str) -> bool:
    return _any(raw, "SELECT FROM pg_class WHERE oid = to_regclass(%s)", [table])


def _any(raw: psycopg.Connection[Any], rows: str, words: list[str]) -> bool:
    row = raw.execute(f"SELECT EXISTS ({rows})", words).fetchone()  # type: ignore[arg-type]
    return bool(row and row[0])


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(secrets.token_urlsafe(64))
        handle.flush()
        os.fsync(handle.fileno())
    # A link fails when another process was first, so both end up with the same key.
    with suppress(FileExistsError):
        os.link(fresh, file)
    fresh.unlink()
