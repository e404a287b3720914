"""What the demo keeps under the home folder: which city was made, and the passwords of its officials.

The accounts, one of each role, are printed by `yimatong run`, and named on the sign-in page while it listens on this
machine alone.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yimatong.core.text import Text, message, message_in

CITY_FILE = "demo-city.json"
DAYS_BACK_FILE = "demo-days-back"
FILE = "demo-accounts.json"
OFFICIALS = {
    "control": ("control_office", message("control office")),
    "health": ("health", message("health department")),
    "clerk": ("clerk", message("clerk at a desk")),
    "auditor": ("auditor", message_in("account", "auditor")),
    "company": ("employer", message("a company's own")),
}


@dataclass(frozen=True)
class Account:
    """A demo official as the sign-in page and the command show them."""

    username: str
    password: str
    title: Text


@dataclass(frozen=True)
class DemoCity:
    """The city of this home folder: people, seed, and the instant it ends at, which is None until it is wholly made."""

    people: int
    seed: int
    as_of: datetime | None


def read_city(home: Path) -> DemoCity | None:
    """Return the city that was made or begun here, or None."""
    file = home / CITY_FILE
    if not file.is_file():
        return None
    kept = json.loads(file.read_text())
    return DemoCity(kept["people"], kept["seed"], datetime.fromisoformat(kept["as_of"]) if kept["as_of"] else None)


def write_city(home: Path, city: DemoCity) -> None:
    """Keep which city this is; the file is whole or not there."""
    fresh = (home / CITY_FILE).with_suffix(".new")
    as_of = city.as_of.isoformat() if city.as_of else None
    fresh.write_text(json.dumps({"people": city.people, "seed": city.seed, "as_of": as_of}))
    fresh.replace(home / CITY_FILE)


def read_days_back(home: Path) -> int:
    """Return how many days the demo city lives behind the calendar; 0 where there is no demo city."""
    file = home / DAYS_BACK_FILE
    return int(file.read_text()) if file.is_file() else 0


def wake(home: Path, latest: datetime, now: datetime) -> int:
    """Let the demo city go on with the day after its last judgement, whenever it is started again; returns the days back.

    Its time never runs backwards: it is asleep while it is stopped, for whole days.
    """
    days = max(0, (now - latest).days)
    fresh = (home / DAYS_BACK_FILE).with_suffix(".new")
    fresh.write_text(str(days))
    fresh.replace(home / DAYS_BACK_FILE)
    return days


def read_accounts(home: Path) -> tuple[Account, ...]:
    """Return the demo's accounts; none before the first start has made them."""
    file = home / FILE
    if not file.is_file():
        return ()
    passwords: dict[str, str] = json.loads(file.read_text())
    return tuple(Account(name, passwords[name], title) for name, (_, title) in OFFICIALS.items() if name in passwords)


def make_accounts(home: Path) -> tuple[Account, ...]:
    """Return the demo's accounts, made in the database where they are missing; passwords are drawn once and kept (mode 0600)."""
    from yimatong.records.actions.officials import appoint, the_system
    from yimatong.records.models import Official

    file = home / FILE
    if not file.is_file():
        # Passwords first: an interrupted start finds them again and appoints whoever is missing.
        fresh = file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            json.dump({name: secrets.token_hex(6) for name in OFFICIALS}, handle)
        fresh.replace(file)
    accounts = read_accounts(home)
    there = set(Official.objects.values_list("username", flat=True))
    for account in accounts:
        role, title = OFFICIALS[account.username]
        if account.username not in there:
            appoint(
                by=the_system(),
                username=account.username,
                name=title.of("zh"),
                role=Official.Role(role),
                password=account.password,
            )
    return accounts
