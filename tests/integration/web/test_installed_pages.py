"""Pages that a device installs, as the server gives them: the same for everybody, small, whole in the worker's list, installable."""

from __future__ import annotations

import gzip
import json
import re
import struct
import subprocess
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client

from bench.machine import with_our_programs
from yimatong.core.policy.load import load
from yimatong.edges.web.devices import installed
from yimatong.edges.web.everybody import policies as shown_policies
from yimatong.records import policies

# Nothing here reads the database but for the policy in force, a second before: a page that needed one would fail these tests.

LARGEST_FIRST_LOAD = 150_000
"""Bytes, gzipped, everything together but the WebAssembly."""


@dataclass(frozen=True)
class Installed:
    """A page: its address, its folder below `web/`, and words of both languages in its shell."""

    home: str
    folder: str
    words: tuple[str, ...] = ()

    @property
    def hashed_name(self) -> re.Pattern[str]:
        return re.compile(rf"/static/web/{self.folder}/\w+-[A-Z0-9]{{8}}\.(js|css)")


PAGES = (
    Installed("/code/", "code", ("纸质通行证", "paper pass")),
    Installed("/scan/", "scan", ("纸质证", "paper passes")),
    Installed("/desk/app/", "desk"),
)


@pytest.fixture(params=PAGES, ids=lambda page: page.folder)
def page(request: pytest.FixtureRequest) -> Installed:
    found: Installed = request.param
    return found


@pytest.fixture(autouse=True)
def known_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just asked which policy is in force."""
    found = load(policies.folder_set())
    monkeypatch.setattr(shown_policies, "shown", lambda: found)


@pytest.fixture
def client() -> Client:
    return Client()


def files_of(worker: bytes) -> dict[str, str]:
    """The worker's list: address and hash."""
    listed = re.match(r'const VERSION="\w+",FILES=(\[.*?\]);\n', worker.decode())
    assert listed
    return {file["url"]: file["hash"] for file in json.loads(listed[1])}


def fetched(client: Client, path: str, **asked: str) -> tuple[HttpResponse, bytes]:
    """An answer and all that came with it; `asked` are headers of the request."""
    answer = client.get(path, headers={name.replace("_", "-"): text for name, text in asked.items()})
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]


def body(client: Client, path: str) -> bytes:
    answer, content = fetched(client, path)
    assert answer.status_code == 200, path
    return content


def unbrotli(content: bytes) -> bytes:
    """Node unpacks what it packed: Python has no brotli of its own."""
    script = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(0)))"
    command = ["node", "-e", script]
    return subprocess.run(command, input=content, env=with_our_programs(), capture_output=True, check=True).stdout


def test_the_shell_is_the_same_for_everybody_and_sets_no_cookie(client: Client, page: Installed) -> None:
    answers = [client.get(page.home, headers={"accept-language": language}) for language in ("zh-CN", "en", "fr")]
    assert len({answer.content for answer in answers}) == 1
    assert [dict(answer.cookies) for answer in answers] == [{}, {}, {}]
    assert answers[0]["Cache-Control"] == "no-cache"
    text = answers[0].content.decode()
    assert [word for word in page.words if word not in text] == []


def test_the_shell_has_no_script_of_its_own_but_data(client: Client, page: Installed) -> None:
    text = body(client, page.home).decode()
    scripts = re.findall(r"<script([^>]*)>", text)
    assert scripts
    assert all('src="' in script or 'type="application/json"' in script for script in scripts)
    assert not re.search(r"\sstyle=|<style|\son\w+=", text)


def test_the_first_load_is_small(client: Client, page: Installed) -> None:
    worker = f"{page.home}sw.js"
    listed = [path for path in files_of(body(client, worker)) if not path.endswith(".wasm")]
    sizes = {path: len(gzip.compress(body(client, path), 6)) for path in (worker, *listed)}
    assert len(sizes) >= 6
    assert sum(sizes.values()) < LARGEST_FIRST_LOAD, sizes


def test_the_worker_keeps_everything_that_the_shell_names(client: Client, page: Installed) -> None:
    files = files_of(body(client, f"{page.home}sw.js"))
    named = set(re.findall(r'(?:href|src)="([^"]+)"', body(client, page.home).decode()))
    assert named - {f"{page.home}apple-touch-icon.png"} <= set(files)
    assert page.home in files
    assert len([path for path in files if page.hashed_name.fullmatch(path)]) == 2


def test_another_palette_is_another_worker(client: Client, page: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = f"{page.home}sw.js"
    before = body(client, worker)
    assert body(client, worker) == before
    monkeypatch.setattr(installed, "style_sheet", lambda palette: ":root{--green:#000}")
    after = body(client, worker)
    assert after.partition(b",FILES")[0] != before.partition(b",FILES")[0]
    assert files_of(after)["/palette.css"] != files_of(before)["/palette.css"]


def test_opening_the_page_lets_the_browser_keep_the_worker_for_half_a_day(client: Client, page: Installed) -> None:
    answer = client.get(f"{page.home}sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "max-age=43200" in answer["Cache-Control"]


def test_what_is_the_same_for_everybody_does_not_vary_by_who_asks(client: Client, page: Installed) -> None:
    for path in (page.home, *(f"{page.home}{name}" for name in ("sw.js", "icon.svg", "manifest.webmanifest"))):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "cookie" not in answer.get("Vary", "").lower(), f"signing in would make a device ask again for {path}"


def test_the_page_can_be_installed(client: Client, page: Installed) -> None:
    answer = client.get(f"{page.home}manifest.webmanifest")
    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (page.home, page.home, "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        drawn = body(client, icon["src"])
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", drawn[16:24])
            assert icon["sizes"] == f"{width}x{height}"
        else:
            assert drawn.startswith(b"<svg")


def test_no_other_file_is_served(client: Client, page: Installed) -> None:
    assert client.get(f"{page.home}files.json").status_code == 404
    assert client.get(f"{page.home}nothing.png").status_code == 404
    assert client.post(page.home).status_code == 405


def test_what_is_built_comes_in_the_form_that_the_browser_takes(client: Client, page: Installed) -> None:
    """The worker keeps what the network gave, unpacked: each form is the same file, and has its type."""
    listed = files_of(body(client, f"{page.home}sw.js"))
    files = [path for path in listed if page.hashed_name.fullmatch(path) or "/reader-" in path]
    assert len(files) == (4 if page.folder == "scan" else 2)
    for path in files:
        plain = body(client, path)
        for form, unpacked in {"br": unbrotli, "gzip": gzip.decompress}.items():
            answer, packed = fetched(client, path, accept_encoding=f"deflate, gzip, {form}" if form == "br" else form)
            assert (answer["Content-Encoding"], "Accept-Encoding" in answer["Vary"]) == (form, True)
            assert answer["Content-Type"] == fetched(client, path)[0]["Content-Type"]
            assert int(answer["Content-Length"]) == len(packed) < len(plain) / 2
            assert unpacked(packed) == plain
            if page.hashed_name.fullmatch(path):
                again, nothing = fetched(client, path, accept_encoding=form, if_none_match=answer["ETag"])
                assert (again.status_code, nothing) == (304, b"")
        answer, unpacked_already = fetched(client, path, accept_encoding="deflate")
        assert ("Content-Encoding" in answer, unpacked_already) == (False, plain)


def test_a_packed_form_has_no_address_of_its_own(client: Client) -> None:
    assert fetched(client, "/static/web/office.js")[0].status_code == 200
    assert fetched(client, "/static/web/office.js.br")[0].status_code == 404
