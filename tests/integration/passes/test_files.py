"""The signed files as a file server gives them: before Django, without a trace of who asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from bench.product import environment
from tests.integration.passes.town import NOW
from yimatong.edges.web.phone.files import SignedFiles
from yimatong.records.models import Official
from yimatong.stations.passes.upkeep import keep_up

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "judge", "owner"])


class Asked:
    """A web server before the product, and whether the application behind the files was asked."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.layer = SignedFiles(self._application)

    def _application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.inside.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b"application"]

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        told: list[Any] = []
        environ = {
            "PATH_INFO": path,
            "REQUEST_METHOD": method,
            **{f"HTTP_{name}": value for name, value in headers.items()},
        }
        body = b"".join(self.layer(environ, lambda *answer: told.extend(answer)))
        return int(told[0].split()[0]), dict(told[1]), body


def test_every_signed_file_is_served_and_a_known_one_costs_no_body(system: Official, clean_home: Path):
    keep_up(by=system, now=NOW)
    asked = Asked()
    place = clean_home / "signed"
    epoch = json.loads((place / "index.json").read_text())["recall"][0]["epoch"]
    names = (
        "index.json",
        "trust.ymt",
        "recent.ymt",
        f"recall/{epoch}/snapshot.ymt",
        f"recall/{epoch}/hours.ymt",
        f"recall/{epoch}/2.ymt",
    )
    kept = {}
    for name in names:
        status, headers, body = asked.get(f"/e/signed/{name}")
        assert (status, body) == (200, (place / name).read_bytes()), name
        assert int(headers["Content-Length"]) == len(body)
        assert headers["X-Content-Type-Options"] == "nosniff"
        kept[name] = headers["Cache-Control"]
        assert asked.get(f"/e/signed/{name}", IF_NONE_MATCH=headers["ETag"])[::2] == (304, b"")
        assert asked.get(f"/e/signed/{name}", "HEAD")[::2] == (200, b"")
        assert asked.get(f"/e/signed/{name}", "POST")[0] == 405
    assert kept["recent.ymt"] == "public, max-age=5"
    assert "immutable" in kept[f"recall/{epoch}/2.ymt"]
    assert asked.inside == []


def test_nothing_else_is_served_and_every_other_address_goes_to_the_application(system: Official):
    asked = Asked()
    for name in (
        "../secret-key", "recall/1/snapshot.ymt", "recall/../../keys/pass-secret", "trust.ymt.bak", ".trust.ymt.1", "", "recall", "recent.ymt\n",
    ):  # fmt: skip
        assert asked.get(f"/e/signed/{name}")[::2] == (404, b""), name
    assert asked.inside == []
    for path in ("/e/signedx", "/e/strip/2020-02-20", "/"):
        assert asked.get(path)[2] == b"application"
    assert asked.inside == ["/e/signedx", "/e/strip/2020-02-20", "/"]


def test_whoever_asks_leaves_no_trace_and_has_the_newest(system: Official, clean_home: Path):
    asked = Asked()
    last = b""
    for minute in range(1, 4):
        keep_up(by=system, now=NOW + timedelta(minutes=minute))
        with CaptureQueriesContext(connection) as queries, capture_logs() as logs:
            status, headers, body = asked.get("/e/signed/recent.ymt", COOKIE="sessionid=abc", AUTHORIZATION="YMT abc")
        assert (status, queries.captured_queries, logs) == (200, [], [])
        assert not {"Set-Cookie", "Vary", "X-Request-Id"} & headers.keys()
        assert body != last
        last = body
    assert len(last) < 200, "a quiet minute's file"


def test_the_web_server_gives_them_before_django(tmp_path: Path):
    """In a process of its own: what the web server runs begins threads."""
    told = subprocess.run(
        [sys.executable, "-c", "from yimatong.site.wsgi import application; print(type(application).__name__)"],
        env=environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.split() == [SignedFiles.__name__]
