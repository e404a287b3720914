"""Guards that are taken away: a privilege is given, a trigger is off, a function of the database or of the product is as it must not be."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from tests.attack.tries import Taken

DEFINITION = (
    "SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = %s AND p.pronamespace = 'public'::regnamespace"
)


def done(*statements: str) -> Taken:
    """What the owner of the tables does first: a GRANT, a constraint that goes."""

    @contextmanager
    def taken(city: Any) -> Iterator[None]:
        for statement in statements:
            city.owner(statement)
        yield

    return taken


def granted(what: str, role: str = "yimatong_app") -> Taken:
    """A privilege that the role does not have: `INSERT ON verdicts`."""
    return done(f"GRANT {what} TO {role}")


def untriggered(*tables: str) -> Taken:
    """Tables without their triggers."""
    return done(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))


def rewritten(function: str, old: str, new: str, *, reset_path: bool = False) -> Taken:
    """A function of the database with another text in it; `reset_path` also lets it trust the path of its caller, as it once did."""

    @contextmanager
    def taken(city: Any) -> Iterator[None]:
        text = str(city.owner(DEFINITION, [function])[0][0])
        assert old in text, f"{function} has no {old}"
        city.owner(text.replace(old, new))
        if reset_path:
            named = city.owner("SELECT oid::regprocedure::text FROM pg_proc WHERE proname = %s", [function])[0][0]
            city.owner(f"ALTER FUNCTION {named} RESET search_path")
        yield

    return taken


def without(function: Callable[..., Any], old: str, new: str) -> Taken:
    """A function of the product with another text in it, for everybody who has taken it from its module."""

    @contextmanager
    def taken(_city: Any) -> Iterator[None]:
        bare = inspect.unwrap(function)
        source = textwrap.dedent(inspect.getsource(bare))
        assert source.count(old) == 1, f"{bare.__name__}: the text to replace stands {source.count(old)} times"
        source = source.replace(old, new)
        source = source[source.index("def ") :]
        made: dict[str, Any] = {}
        exec(
            compile("from __future__ import annotations\n" + source, inspect.getfile(bare), "exec"),
            dict(bare.__globals__),
            made,
        )
        code = bare.__code__
        bare.__code__ = made[bare.__name__].__code__
        try:
            yield
        finally:
            bare.__code__ = code

    return taken


def put(where: Any, name: str, instead: Any) -> Taken:
    """Something of a module or a class, replaced."""

    @contextmanager
    def taken(_city: Any) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(where, name, instead)
            yield

    return taken


def setting(**values: Any) -> Taken:
    """Other settings."""

    def taken(_city: Any) -> AbstractContextManager[Any]:
        from django.test import override_settings

        return override_settings(**values)

    return taken
