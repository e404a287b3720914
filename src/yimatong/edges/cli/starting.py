"""What a command needs before its body runs: the language it speaks, and the database when it uses one."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

import click

from yimatong.core.errors import Language
from yimatong.core.text import SOURCE, Text, languages, tag_of

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Start:
    """How this program was started; `click.Context.obj` of every command.

    `database` gives a block in which Django is ready and the database runs with every migration applied. The site hands
    it in, because the edges know no site.
    """

    language: Language
    database: Callable[[], AbstractContextManager[None]]


def spoken(asked: str | None, environment: Mapping[str, str]) -> Language:
    """Return the language to speak: the one asked for, else the locale's; English where the product does not speak it."""
    locale = asked or next((environment[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(key)), "")
    tag = tag_of(re.split("[.@]", locale)[0])
    return tag if tag in languages() else SOURCE


def start() -> Start | None:
    """Return how the program was started, or None in a test that calls a command by itself."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, Start) else None


def language() -> Language:
    """Return the language that this command speaks."""
    started = start()
    return started.language if started else spoken(None, os.environ)


def say(text: Text, *, err: bool = True) -> None:
    """Print a text; what is said about the work goes to standard error, results to standard output."""
    click.echo(text.of(language()), err=err)


def needs_database(function: Callable[P, R]) -> Callable[P, R]:
    """Make a command run with the database there; models are imported inside its body, since Django is ready only then."""

    @functools.wraps(function)
    def with_database(*args: P.args, **kwargs: P.kwargs) -> R:
        started = start()
        with nullcontext() if started is None else started.database(), one_session():
            return function(*args, **kwargs)

    return with_database


@contextmanager
def one_session() -> Iterator[None]:
    """End at the end of a command the session of the official who signed in for it (signing_in.py)."""
    from yimatong.records import acting

    before = acting.now_acting()
    try:
        yield
    finally:
        who = acting.now_acting()
        if who is not None and who is not before:
            from yimatong.records.actions import officials

            acting.stop_acting()
            officials.sign_out(who.proof)
