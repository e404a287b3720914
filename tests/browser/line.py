"""The line between a browser and the product, in the test's hands: whole, cut, or dead (it takes everything and answers nothing).

A SOCKS5 proxy in threads of this process, given to a browser's context (`proxy=line.proxy`). A browser's own emulation of "offline"
leaves open what `navigator.onLine` says and what still gets through; on a line that is cut, nothing does.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Condition, Thread

PIECE = 65_536
PATIENCE = 60
"""Seconds in which a product that is busy answers what it was asked."""
OPENED = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
ADDRESS, NAME = 1, 3
NOTICED = "() => void dispatchEvent(new Event('online'))"
"""What a browser says that noticed a network, true or not; a line of ours it does not notice."""
NETWORK_FAILED = "Failed to load resource: net::ERR_"
"""How Chromium's console begins to say that a request had no answer."""


class State(Enum):
    WHOLE = auto()
    CUT = auto()
    DEAD = auto()


@dataclass
class Line:
    """One line. `carried`: bytes of questions that reached the product; `lost`: connections and pieces of questions that did not."""

    server: ThreadingTCPServer
    state: State = State.WHOLE
    carried: int = 0
    lost: int = 0
    asking: set[Call] = field(default_factory=set)
    """Connections whose last question has not begun to be answered."""
    calls: set[Call] = field(default_factory=set)
    news: Condition = field(default_factory=Condition)

    @property
    def proxy(self) -> dict[str, str]:
        """The line as a context takes it."""
        return {"server": f"socks5://127.0.0.1:{self.server.server_address[1]}"}

    def cut(self) -> None:
        """Connections end at once, and new ones do not come about."""
        self._becomes(State.CUT)

    def swallow(self) -> None:
        """A dead network: whoever connects can, whatever they say is taken, and nothing is ever answered."""
        self._becomes(State.DEAD)

    def mend(self) -> None:
        """New connections are as before; those on which something was lost are gone."""
        self._becomes(State.WHOLE)

    def answered(self) -> None:
        """Wait until every question that was carried is being answered; the product's log then has it."""
        with self.news:
            assert self.news.wait_for(lambda: not self.asking, PATIENCE), "the product does not answer"

    def _becomes(self, state: State) -> None:
        with self.news:
            ended = list(self.calls) if state is not State.DEAD and state is not self.state else []
            self.state = state
        for call in ended:
            call.hang_up()


class Call(StreamRequestHandler):
    """One connection of the browser's, handed on to where it wants to go."""

    line: Line

    def handle(self) -> None:
        with self.line.news:
            if self.line.state is State.CUT:
                self.line.lost += 1
                return
            self.line.calls.add(self)
        try:
            with suppress(OSError):
                self._carry()
        finally:
            with self.line.news:
                self.line.calls.discard(self)
                self._asks(asking=False)

    def hang_up(self) -> None:
        """End the connection, whoever is in the middle of a sentence."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _carry(self) -> None:
        while self.line.state is State.DEAD:
            if not self.connection.recv(PIECE):
                return
            self._lost()
        with socket.create_connection(self._wanted()) as product:
            self.connection.sendall(OPENED)
            while True:
                for one in select.select([self.connection, product], [], [])[0]:
                    piece = one.recv(PIECE)
                    if not piece:
                        return
                    self._piece(piece, product, asks=one is self.connection)

    def _wanted(self) -> tuple[str, int]:
        """The greeting without a password, and the address that is asked for."""
        (_version, methods) = self.rfile.read(2)
        self.rfile.read(methods)
        self.connection.sendall(b"\x05\x00")
        kind = self.rfile.read(4)[3]
        assert kind in (ADDRESS, NAME), kind
        host = (
            socket.inet_ntoa(self.rfile.read(4)) if kind == ADDRESS else self.rfile.read(self.rfile.read(1)[0]).decode()
        )
        return host, int.from_bytes(self.rfile.read(2))

    def _piece(self, piece: bytes, product: socket.socket, *, asks: bool) -> None:
        with self.line.news:
            if self.line.state is State.DEAD:
                self.line.lost += asks
                return
            self.line.carried += len(piece) if asks else 0
            self._asks(asking=asks)
        (product if asks else self.connection).sendall(piece)

    def _asks(self, *, asking: bool) -> None:
        (self.line.asking.add if asking else self.line.asking.discard)(self)
        self.line.news.notify_all()

    def _lost(self) -> None:
        with self.line.news:
            self.line.lost += 1


class _Exchange(ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64
    block_on_close = False


@contextmanager
def laid() -> Iterator[Line]:
    """A line, whole; whoever still talks on it is cut off at the end."""
    with _Exchange(("127.0.0.1", 0), Call) as server:
        line = Line(server)
        server.RequestHandlerClass = type("CallOnThisLine", (Call,), {"line": line})
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield line
        finally:
            line.cut()
            server.shutdown()
