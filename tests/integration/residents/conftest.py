"""The channel program, started once as a process of its own, and its three channels registered in each test's database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.residents.channel import PRODUCT, Channels, Visitor
from yimatong.records.actions.officials import the_system
from yimatong.stations.declarations.actions import channels as registering

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a-demo-secret-of-this-machine-alone"


@pytest.fixture(scope="session")
def program() -> Iterator[Channels]:
    """`python -m yimatong.counterparts.channel` on a free port."""
    command = [sys.executable, "-m", "yimatong.counterparts.channel", "--port", "0", "--product", PRODUCT]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("channels: http://127.0.0.1:"), said
            yield Channels(said.removeprefix("channels: ").strip().rstrip("/"))
        finally:
            process.terminate()


@pytest.fixture
def channels(program: Channels, db: None) -> Channels:
    """Alipay, WeChat and the police app, registered."""
    by = the_system()
    for slug, zh, en, real_name in (("alipay", "支付宝", "Alipay", False), ("police", "阿拉警察", "Police app", True)):
        registering.register(
            by=by, slug=slug, kind="oidc", title_zh=zh, title_en=en, issuer=f"{program.base}/{slug}", client_id="yimatong",
            secret=SECRET, verifies_identity=real_name,
        )  # fmt: skip
    registering.register(
        by=by, slug="wechat", kind="assertion", title_zh="微信", title_en="WeChat", issuer=f"{program.base}/wechat",
        discovery=f"{program.base}/wechat/mini-program", jwks=program.keys("wechat"),
    )  # fmt: skip
    return program


@pytest.fixture
def visitor(channels: Channels) -> Callable[[], Visitor]:
    """A function that opens one more browser."""
    return lambda: Visitor(channels)
