"""The HTTP server around the played channels: the standard library's, a thread a request, on this machine alone."""

from __future__ import annotations

from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from yimatong.counterparts.channel.answers import Answer, Asked, flat
from yimatong.counterparts.channel.playing import Playing
from yimatong.counterparts.channel.settings import Setting

MOST_BYTES = 65_536
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


class Handler(BaseHTTPRequestHandler):
    """Turns a request into Asked, and an Answer into a response."""

    server_version = "channels"
    sys_version = ""
    playing: Playing

    def do_GET(self) -> None:
        """Answer a GET."""
        self.give(b"")

    def do_POST(self) -> None:
        """Answer a POST of a small body."""
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= MOST_BYTES:
            self.send_error(413)
            return
        self.give(self.rfile.read(length))

    def give(self, body: bytes) -> None:
        """Answer and send."""
        where = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = self.playing.answer(Asked(self.command, where.path, flat(where.query), headers, body))
        except ValueError:
            answer = Answer(400)
        self.send_response(answer.status)
        for name, value in {**SAFE, **answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Say nothing: addresses hold codes and states."""


class Server(ThreadingHTTPServer):
    """The server, on a port that whoever started us may be holding for it."""

    daemon_threads = True
    allow_reuse_port = True
    # Senders come with sixteen connections at once; five is what the class lets wait.
    request_queue_size = 128
    setting: Setting


def serving(setting: Setting, port: int) -> Server:
    """The server, bound to this machine alone (0: to any free port, which its setting then has); close it or use it as a context."""

    class Bound(Handler):
        """The handler of this server."""

    server = Server(("127.0.0.1", port), Bound)
    server.setting = replace(setting, base=f"http://127.0.0.1:{server.server_port}")
    Bound.playing = Playing(server.setting)
    return server
