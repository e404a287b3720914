"""A port of this machine, held from the moment it is chosen until our server listens on it and beyond: nobody takes it in between.

The socket that holds it is bound and does not listen. It lets in nobody but a socket that shares ports (SO_REUSEPORT) and belongs
to the same user, as our servers' do; another start of ours, and every other program, is told that the port is taken. A port on which
connections of the time before are still fading away can be held.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from yimatong.core.errors import EnvironmentProblem
from yimatong.core.text import message as _


@contextmanager
def held(host: str, port: int) -> Iterator[int]:
    """The port, held inside the block; any free one for 0. EnvironmentProblem `port-cannot-be-used`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((host, port))
        except (OSError, OverflowError) as problem:
            raise cannot_be_used(host, port, getattr(problem, "strerror", "") or str(problem)) from problem
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield int(holder.getsockname()[1])


@contextmanager
def held_or_any(host: str, port: int) -> Iterator[int]:
    """The port, or any that is free where somebody else has it, held inside the block."""
    with ExitStack() as holding:
        try:
            found = holding.enter_context(held(host, port))
        except EnvironmentProblem:
            found = holding.enter_context(held(host, 0))
        yield found


def cannot_be_used(host: str, port: int, why: str) -> EnvironmentProblem:
    """What is said about a port that cannot be had."""
    return EnvironmentProblem(
        "port-cannot-be-used",
        _("this address and port cannot be used ({why}).", why=why),
        place=f"{host}:{port}",
        remedy=_("take another port, for example make run PORT=8010; PORT=0 takes any that is free."),
    )
