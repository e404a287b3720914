"""Every route of people's pages with hostile values in its address, its query and its forms: refused or taken, never a 5xx, and soon.

Everything that a page can be about is there (`everything`), so that the views get as far as they can. `make test` walks every route, every
parameter of an address and every field: all fields at once with other values by turns, so that within a module of views each field has had
each value; each alone with one of the worst; what is heavy once a module. `make soak` has all of it at each route. What programs ask (/e/, /s/,
/d/, /texts/) is walked in tests/integration/checkpoints/test_hostile_programs.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from time import thread_time
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import hostile
from tests.integration.web import addressed
from yimatong.records.models import AuditEntry

pytestmark = pytest.mark.django_db(databases=["default", "judge", "owner"])
PROGRAMS = ("e/", "s/", "d/", "texts/")
ROLES = ("office", "desk", "health", "auditor", "company")
SLOWEST = 5.0
"""Seconds of work in this process, whatever else the machine does; an ordinary answer takes a hundredth of them."""
PLACES = (
    str(2**63 - 1), str(2**31), "0", hostile.DIGITS, "a%00b", "%00", "%ED%A0%80", "%E2%80%AE", "x" * 3000, "-1", "9" * 19,
)  # fmt: skip
"""In the place of a parameter of an address."""
GROUPS = (
    "checkpoints/", "collections/", "complain", "corrections/", "declarations/", "deliveries/", "desk/", "fraud/", "hand-overs/", "held-entries/",
    "me/", "numbers/", "objections/", "outreach/", "people/", "permits/", "points/", "rosters/", "",
)  # fmt: skip
"""By which the walk of `make soak` is cut; the last has all others."""

everything, morning, standstill = addressed.everything, addressed.morning, addressed.standstill


class Walk:
    """One walk: who asks, what was asked, and what went wrong."""

    def __init__(self, signed_in: Any, known: dict[str, Any], *, whole: bool) -> None:
        self.known, self.whole = known, whole
        self.seen: set[ModuleType] = set()
        self.alone: set[tuple[ModuleType, str]] = set()
        self.turns: dict[ModuleType, Iterator[list[int]]] = {}
        self.turn = cycle(hostile.WORST)
        self.clients: dict[str, Client] = {role: signed_in(role) for role in ROLES} | {
            "resident": known["resident"].client,
            "nobody": Client(),
        }
        for client in self.clients.values():
            client.raise_request_exception = False
        self.asked = 0
        self.broken: list[str] = []

    def address(self, written: str, value: str | None = None, at_: int = 0) -> str:
        """A route's address, with its own things in it, or one hostile value in the place of its parameter `at_`."""
        return addressed.address_of(self.known, written, value, at_)

    def ask(self, who: str, method: str, address: str, data: Any = None, **more: Any) -> Any:
        """One request, in a transaction of its own that is taken back."""
        begun, before = thread_time(), AuditEntry.objects.count() if method != "get" else 0
        self.asked += 1
        sent: Any = {} if data is None else {"data": data}
        with transaction.atomic():
            client = self.clients[who]
            call = (
                client.get if method == "get" else client.post if method == "post" else partial(client.generic, "POST")
            )
            answer = call(address, **sent, **more)
            if getattr(answer, "streaming", False):
                b"".join(answer.streaming_content)
            half = answer.status_code in (400, 404, 413) and method != "get" and AuditEntry.objects.count() != before
            transaction.set_rollback(True)
        took = thread_time() - begun
        told = f"{who} {method} {address[:150]} {str(data)[:90]!r}…{str(data)[-40:]!r}: {answer.status_code}"
        if answer.status_code >= 500:
            exception = getattr(answer, "exc_info", None)
            self.broken.append(f"{told} {exception and repr(exception[1])[:200]}")
        if took > SLOWEST:
            self.broken.append(f"{told} after {took:.1f} s of work")
        if half:
            self.broken.append(f"{told} and something was written")
        return answer

    def turn_of(self, module: ModuleType) -> list[int]:
        """Which turns of the values a route of a module takes: its routes share them, and each has at least one."""
        every = list(range(len(hostile.VALUES)))
        if self.whole:
            return every
        if module not in self.turns:
            routes = sum(hostile.module_of(pattern.callback) is module for _, _, pattern in hostile.routes())
            share = -(-len(every) // routes)
            self.turns[module] = cycle([every[at : at + share] for at in range(0, len(every), share)])
        return next(self.turns[module])

    def worst(self) -> tuple[str, ...]:
        """What stands alone in a field: one of the worst by turns, or each of them."""
        return hostile.WORST if self.whole else (next(self.turn),)

    def who_may(self, written: str, address: str, methods: tuple[str, ...]) -> list[str]:
        """Whose session a route answers: the first official to whom it is there, a resident, or anybody."""
        if written.startswith("me/"):
            return ["resident", "nobody"]
        said: dict[str, set[int]] = {}
        for role in ROLES:
            said[role] = {self.ask(role, method, address).status_code for method in methods}
            if said[role] & {200, 422}:
                return [role]
        return [next((role for role in ROLES if said[role] - {302, 403, 404, 405}), "office")]


def walked(written: str) -> str:
    """The group of a route."""
    return next(group for group in GROUPS if written.startswith(group))


def test_no_value_of_a_stranger_breaks_a_page(signed_in, everything):
    _walk_all(Walk(signed_in, everything, whole=False), [entry for group in GROUPS for entry in _group(group)])


def test_every_page_that_is_walked_is_there(signed_in, everything):
    """A walk of what nobody finds would find nothing."""
    walk = Walk(signed_in, everything, whole=False)
    lost = []
    for written, _pattern in (entry for group in GROUPS for entry in _group(group)):
        address = walk.address(written)
        who = walk.who_may(written, address, ("get", "post"))[0]
        if walk.ask(who, "get", address).status_code == 404 and walk.ask(who, "post", address).status_code == 404:
            lost.append(written)
    assert not lost, "\n".join(lost)


@pytest.mark.soak
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.strip("/") or "others")
def test_no_value_at_all_breaks_a_page(signed_in, everything, group):
    _walk_all(Walk(signed_in, everything, whole=True), _group(group))


def _group(group: str) -> list[tuple[str, Any]]:
    mine = [(written, pattern) for written, _, pattern in hostile.routes() if not written.startswith(PROGRAMS)]
    return [(written, pattern) for written, pattern in mine if walked(written) == group]


def _walk_all(walk: Walk, routes: list[tuple[str, Any]]) -> None:
    assert routes
    for written, pattern in routes:
        before = walk.asked
        _walk(walk, written, pattern)
        assert walk.asked > before + 6, written
    assert not walk.broken, "\n".join(walk.broken[:60])


def _walk(walk: Walk, written: str, pattern: Any) -> None:
    module = hostile.module_of(pattern.callback)
    first = module not in walk.seen
    walk.seen.add(module)
    address = walk.address(written)
    (who, *others) = walk.who_may(written, address, ("get", "post"))
    shown = walk.ask(who, "get", address)
    html = shown.content.decode(errors="replace") if shown.status_code == 200 and not shown.streaming else ""
    drawn = hostile.Forms(html).forms
    turns = walk.turn_of(module)
    _places(walk, who, written, PLACES if first or walk.whole else PLACES[:5])
    _queries(walk, who, address, module, html, turns)
    base = _form(module, drawn, address)
    for given in hostile.turned(sorted(base), turns):
        walk.ask(who, "post", address, given)
    for name in sorted(base):
        for value in walk.worst():
            walk.ask(who, "post", address, base | {name: value})
    walk.ask(who, "post", address, {name: [value, "x"] * 3 for name, value in base.items()})
    if first or walk.whole:
        for value in hostile.EVERYWHERE:
            walk.ask(
                who, "post", address, dict.fromkeys(sorted(base)[: None if len(value) < 9 else 3] or ("x",), value)
            )
        _malformed(walk, who, address)
    for other in others:
        walk.ask(other, "post", address, base)


def _places(walk: Walk, who: str, written: str, values: tuple[str, ...]) -> None:
    for at_ in range(len(re.findall("<", written))):
        for value in values:
            address = walk.address(written, value, at_)
            if walk.ask(who, "get", address).status_code != 404 or walk.whole:
                walk.ask(who, "post", address)


def _queries(walk: Walk, who: str, address: str, module: ModuleType, html: str, turns: list[int]) -> None:
    names = {"q", "page", "next", "day", "at", "export", *hostile.read_by(module)}
    tables = set(re.findall(r"""[?&;"]([a-z_-]+)\.(?:sort|q|page)=?""", html))
    names |= {f"{table}.{key}" for table in tables for key in ("sort", "q", "page", "district", "colour", "rule")}
    names |= {name for method, _, given in hostile.Forms(html).forms if method == "get" for name in given}
    for given in hostile.turned(sorted(names), turns):
        walk.ask(who, "get", address, given)
    for name in sorted(name for name in names if walk.whole or (module, name) not in walk.alone):
        walk.alone.add((module, name))
        for value in walk.worst():
            walk.ask(who, "get", address, {name: value})
    walk.ask(who, "get", address + "?" + "&".join(f"{name}=a%00b" for name in names))
    walk.ask(who, "get", address + "?" + "&".join(f"{name}=%ED%A0%80" for name in names))


def _form(module: ModuleType, drawn: list[tuple[str, str, dict[str, str]]], address: str) -> dict[str, str]:
    """What an honest person would send: every field that the module's forms have, that it reads, or that the page draws."""
    fields = hostile.forms_of(module)
    base = {name: hostile.plausible(name, fields.get(name)) for name in {*fields, *hostile.read_by(module)}}
    for method, action, given in drawn:
        if method == "post" and (not action or action == address or action.startswith("?")):
            base |= {name: value or base.get(name, "1") for name, value in given.items()}
    return base


def _malformed(walk: Walk, who: str, address: str) -> None:
    """Bodies that are no form, or more than one."""
    for body, kind in (
        (b"&".join(b"f%d=1" % at_ for at_ in range(10_000)), "application/x-www-form-urlencoded"),
        (b"a=%ED%A0%80&a=%00&%00=1", "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "multipart/form-data; boundary=\xc3\x28"),
        (b"[" * 100_000, "application/json"),
        (b"a=1", "text/plain; charset=nonsense"),
        (b"a=1", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"x" * (3 << 20), "application/x-www-form-urlencoded"),
    ):
        walk.ask(who, "generic", address, body, content_type=kind)


def test_every_route_is_walked_here_or_among_the_programs():
    from tests.integration.checkpoints.test_hostile_programs import WALKED

    programs = {written for written, _, _ in hostile.routes() if written.startswith(PROGRAMS)}
    assert programs == set(WALKED)
    assert not [written for written, _, _ in hostile.routes() if "<int:" in written or "<str:" in written]
