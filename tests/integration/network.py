"""A network between the product and its database that can be cut and mended: a TCP port in front of a Unix socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PIECE = 1 << 16


class Network:
    """Passes bytes on both ways. Cut, it ends what is under way and lets nobody in; silent, it keeps everything and passes nothing on."""

    def __init__(self, to: Path) -> None:
        self.to = to
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listening.getsockname()[1])
        self.open, self.going = threading.Event(), threading.Event()
        self.open.set()
        self.going.set()
        self.sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Nobody is let in any more, and whoever is in is out."""
        self.open.clear()
        for one in self.sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self.sockets.clear()

    def mend(self) -> None:
        self.open.set()
        self.going.set()

    def fall_silent(self) -> None:
        """Nothing comes through, and nobody is told."""
        self.going.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            if not self.open.is_set():
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(str(self.to))
            except OSError:
                near.close()
                continue
            self.sockets += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(PIECE):
                self.going.wait()
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def network_to(socket_file: Path) -> Iterator[Network]:
    """A network to a Unix socket inside the block."""
    network = Network(socket_file)
    try:
        yield network
    finally:
        network.mend()
        network.cut()
        network.listening.close()
