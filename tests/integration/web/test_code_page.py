"""The code page as the server gives it: the same for everybody, small, whole in the worker's list, installable."""

from __future__ import annotations

import gzip
import json
import re
import struct

import pytest
from django.test import Client

from yimatong.edges.web.code import views

LARGEST_FIRST_LOAD = 150_000
"""Bytes, gzipped, everything together."""
HASHED_NAME = re.compile(r"/static/web/code/\w+-[A-Z0-9]{8}\.(js|css)")

# Nothing here reads the database: a page that needed one would fail these tests.


@pytest.fixture
def client() -> Client:
    return Client()


def files_of(worker: str) -> dict[str, str]:
    """The worker's list: address and hash."""
    listed = re.match(r'const VERSION="\w+",FILES=(\[.*?\]);\n', worker)
    assert listed
    return {file["url"]: file["hash"] for file in json.loads(listed[1])}


def body(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]


def test_the_shell_is_the_same_for_everybody_and_sets_no_cookie(client: Client) -> None:
    answers = [client.get("/code/", headers={"accept-language": language}) for language in ("zh-CN", "en", "fr")]
    assert len({answer.content for answer in answers}) == 1
    assert [dict(answer.cookies) for answer in answers] == [{}, {}, {}]
    assert answers[0]["Cache-Control"] == "no-cache"
    text = answers[0].content.decode()
    assert "纸质通行证" in text
    assert "paper pass" in text


def test_the_shell_has_no_script_of_its_own_but_data(client: Client) -> None:
    text = body(client, "/code/").decode()
    scripts = re.findall(r"<script([^>]*)>", text)
    assert len(scripts) == 2
    assert [('src="' in script) or ('type="application/json"' in script) for script in scripts] == [True, True]
    assert not re.search(r"\sstyle=|<style|\son\w+=", text)


def test_the_first_load_is_small(client: Client) -> None:
    files = files_of(body(client, "/code/sw.js").decode())
    sizes = {path: len(gzip.compress(body(client, path), 6)) for path in ("/code/sw.js", *files)}
    assert len(sizes) >= 6
    assert sum(sizes.values()) < LARGEST_FIRST_LOAD, sizes


def test_the_worker_keeps_everything_that_the_shell_names(client: Client) -> None:
    files = files_of(body(client, "/code/sw.js").decode())
    named = set(re.findall(r'(?:href|src)="([^"]+)"', body(client, "/code/").decode()))
    assert named - {"/code/apple-touch-icon.png"} <= set(files)
    assert "/code/" in files
    assert len([path for path in files if HASHED_NAME.fullmatch(path)]) == 2


def test_another_palette_is_another_worker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = body(client, "/code/sw.js")
    assert body(client, "/code/sw.js") == before
    monkeypatch.setattr(views, "style_sheet", lambda palette: ":root{--green:#000}")
    after = body(client, "/code/sw.js")
    assert after.partition(b",FILES")[0] != before.partition(b",FILES")[0]
    assert files_of(after.decode())["/palette.css"] != files_of(before.decode())["/palette.css"]


def test_opening_the_page_lets_the_browser_keep_the_worker_for_half_a_day(client: Client) -> None:
    answer = client.get("/code/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "max-age=43200" in answer["Cache-Control"]


def test_the_page_can_be_installed(client: Client) -> None:
    answer = client.get("/code/manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/code/", "/code/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        drawn = body(client, icon["src"])
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", drawn[16:24])
            assert icon["sizes"] == f"{width}x{height}"
        else:
            assert drawn.startswith(b"<svg")


def test_no_other_file_is_served(client: Client) -> None:
    assert client.get("/code/files.json").status_code == 404
    assert client.get("/code/nothing.png").status_code == 404
    assert client.post("/code/").status_code == 405


@pytest.mark.parametrize(
    "path", ["/code/", "/code/sw.js", "/code/icon.svg", "/scan/sw.js", "/desk/app/sw.js", "/palette.css"]
)
def test_what_is_the_same_for_everybody_does_not_vary_by_who_asks(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "cookie" not in answer.get("Vary", "").lower(), "signing in would make a phone ask for it again"
