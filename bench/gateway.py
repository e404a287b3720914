"""A stand-in for a gateway of texts: a local HTTP server in a process of its own, which does what it is told and counts what it took.

python -m bench.gateway PORT      0: any that is free; it is printed

It takes a text once, by its id, as docs/reference/texts.md asks of every gateway. POST /mode with one of MODES, or one of them with
seconds behind it (`slow 4`), changes what it does; GET /taken says what it took; POST /forget makes it new.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.machine import CHECKOUT

MODES = {
    "ok": "takes and answers",
    "slow": "takes, and answers so many seconds later",
    "refuse": "400: this text is nothing for it",
    "busy": "503: takes nothing now",
    "error": "500, and has not taken it",
    "error-taken": "500, and has taken it",
    "hang": "never answers, and has not taken it",
    "hang-taken": "never answers, and has taken it",
    "die": "takes it, and closes the connection without an answer",
}
STATUS = {"refuse": 400, "busy": 503, "error": 500, "error-taken": 500}
NOT_TAKEN = frozenset({"refuse", "busy", "error", "hang"})
FOR_EVER = 600.0


@dataclass
class Served:
    """What was handed over: how often each id, what was taken of each, and how it is to answer."""

    mode: str = "ok"
    seconds: float = 0.0
    handed: Counter[str] = field(default_factory=Counter)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes] | None:
        """Status and body; None: close the connection."""
        if method == "GET":
            return 200, json.dumps({"taken": list(self.taken.values()), "handed": sum(self.handed.values())}).encode()
        if path == "/mode":
            word, _, seconds = body.decode().partition(" ")
            self.mode, self.seconds = word, float(seconds or 0)
            return 200, b"{}"
        if path == "/forget":
            self.mode, self.seconds = "ok", 0.0
            self.handed.clear()
            self.taken.clear()
            return 200, b"{}"
        return await self.take(json.loads(body), headers)

    async def take(self, said: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes] | None:
        """Take a text, or not, as the mode has it; an id that it has is answered as it should be the first time."""
        if headers.get("idempotency-key") != said["id"]:
            return 400, b"{}"
        mode = self.mode
        self.handed[said["id"]] += 1
        if mode not in NOT_TAKEN:
            self.taken.setdefault(said["id"], said)
        if mode.startswith("hang"):
            await asyncio.sleep(FOR_EVER)
        if mode == "die":
            return None
        await asyncio.sleep(self.seconds)
        return STATUS.get(mode, 200), b"{}"


async def serve(port: int) -> None:
    """Serve until told to stop: as little HTTP/1.1 as the sender needs, so that it is no bound to it."""
    served = Served()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                method, path, _ = lines[0].split(" ")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in lines[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                answer = await served.answer(method, path, headers, body)
                if answer is None:
                    break
                writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (answer[0], len(answer[1]), answer[1]))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", port, limit=2**20)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


class Gateway:
    """A stand-in in a process of its own: begin() it, tell it a mode, ask what it took, kill() it and begin it again on its port."""

    def __init__(self) -> None:
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.begin()

    @property
    def url(self) -> str:
        """Where texts are posted."""
        return f"http://127.0.0.1:{self.port}/texts"

    @property
    def name(self) -> str:
        """What the product calls it."""
        return f"127.0.0.1:{self.port}/texts"

    def begin(self) -> None:
        """Begin it, on the port that it had; it has forgotten everything."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.gateway", str(self.port)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        """Kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def mode(self, mode: str) -> None:
        """Have it do something else from here on."""
        if mode.partition(" ")[0] not in MODES:
            raise ValueError(mode)
        self._ask("/mode", mode.encode())

    def forget(self) -> None:
        """Have it be as new."""
        self._ask("/forget", b"")

    def taken(self) -> list[dict[str, Any]]:
        """What it took, each id once, in the order in which it did."""
        found: list[dict[str, Any]] = self._ask("/taken")["taken"]
        return found

    def handed(self) -> int:
        """How often it was handed anything, also what it did not take."""
        return int(self._ask("/taken")["handed"])

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", body, timeout=30) as answer:
            return json.loads(answer.read())


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
