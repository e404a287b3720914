"""What the scanner's page has beyond the other installed pages: WebAssembly that reads codes, a camera and a thermometer."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.integration.web.test_installed_pages import body, files_of, known_policy

__all__ = ["known_policy"]

LARGEST_WASM = 450_000
"""Bytes, gzipped, of what reads codes in pictures; fetched once and then kept."""


@pytest.fixture
def client() -> Client:
    return Client()


def test_webassembly_is_fetched_once_and_is_small(client: Client) -> None:
    wasm = [path for path in files_of(body(client, "/scan/sw.js")) if path.endswith(".wasm")]
    assert [len(gzip.compress(body(client, path), 6)) < LARGEST_WASM for path in wasm] == [True]


def test_webassembly_runs_in_the_reading_worker_and_nowhere_else(client: Client) -> None:
    files = files_of(body(client, "/scan/sw.js"))
    readers = [path for path in files if path.startswith("/scan/reader-")]
    assert sorted(path.rpartition(".")[2] for path in readers) == ["js", "wasm"]
    policies = {path: client.get(path)["Content-Security-Policy"] for path in (*readers, "/scan/", "/code/")}
    assert ["'wasm-unsafe-eval'" in policies[path] for path in policies] == [True, True, False, False]
    assert all("unsafe-inline" not in policy and "'unsafe-eval'" not in policy for policy in policies.values())
    assert [client.get(path)["Cache-Control"] for path in readers] == ["public, max-age=31536000, immutable"] * 2
    assert {client.get(path)["Content-Type"] for path in readers} == {
        "application/wasm",
        "text/javascript; charset=utf-8",
    }


def test_camera_and_thermometer_are_for_this_page_alone(client: Client) -> None:
    allowed = client.get("/scan/")["Permissions-Policy"]
    assert [f"{name}=(self)" in allowed for name in ("camera", "bluetooth", "serial")] == [True, True, True]
    assert "bluetooth" not in client.get("/code/")["Permissions-Policy"]
