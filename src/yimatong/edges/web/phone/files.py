"""The signed files under /e/signed/, as any file server gives them: before Django is entered.

Whoever asks leaves no trace here: no session, no cookie, no database, no line in a log. The folder can lie behind any other web server or
a CDN instead; then these addresses never reach us.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from yimatong.stations.passes.actions.publishing import RECENT, folder

BEGIN = "/e/signed/"
FILE = re.compile(
    r"trust\.ymt|recent\.ymt|checkpoints\.ymt|index\.json|cities/[0-9]{6}/trust\.ymt|recall/[0-9]{1,9}/(?:snapshot|hours|[0-9]{1,9})\.ymt"
)
COSE = 'application/cose; cose-type="cose-sign1"'
FOR_EVER, SOON, AT_ONCE = "public, max-age=31536000, immutable", "public, max-age=30", "public, max-age=5"
KEPT = 64
"""Files that a process keeps as they were read last."""

Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, bytes]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class SignedFiles:
    """Answers what lies in the folder of signed files; every other request goes to the application."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(BEGIN):
            return self.application(environ, start_response)
        method, known = str(environ.get("REQUEST_METHOD", "GET")), str(environ.get("HTTP_IF_NONE_MATCH", ""))
        status, headers, body = answer(path.removeprefix(BEGIN), method, known)
        start_response(status, headers)
        return [] if method == "HEAD" or not body else [body]


def answer(name: str, method: str = "GET", known: str = "") -> Answer:
    """Status, headers and body for a file; `known` are the ETags that the asker has."""
    if method not in {"GET", "HEAD"}:
        return "405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")], b""
    found = _read(name) if FILE.fullmatch(name) else None
    if found is None:
        return "404 Not Found", [("Cache-Control", "no-store"), ("Content-Length", "0")], b""
    etag, data = found
    headers = [("ETag", etag), ("Cache-Control", _kept(name)), ("X-Content-Type-Options", "nosniff")]
    headers.append(("Cross-Origin-Resource-Policy", "same-origin"))
    if etag in known:
        return "304 Not Modified", headers, b""
    kind = "application/json" if name.endswith(".json") else COSE
    return "200 OK", [*headers, ("Content-Type", kind), ("Content-Length", str(len(data)))], data


def _read(name: str) -> tuple[str, bytes] | None:
    """The ETag and the bytes of a file; None where it is not there."""
    path = folder() / name
    try:
        stat = path.stat()
        return _of(path, stat.st_ino, stat.st_mtime_ns, stat.st_size)
    except OSError:
        return None


@lru_cache(maxsize=KEPT)
def _of(path: Path, *_state: int) -> tuple[str, bytes]:
    # Files are put in place whole: what is read is one of them, if another came meanwhile, the newer.
    data = path.read_bytes()
    return f'"{sha256(data).hexdigest()[:22]}"', data


def _kept(name: str) -> str:
    if name == RECENT:
        return AT_ONCE
    return FOR_EVER if Path(name).stem.isdigit() else SOON
