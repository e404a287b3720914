"""`yimatong run`: everything on one machine, from an empty folder to pages in a browser, until Ctrl-C."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack, suppress

import click

from yimatong.core.errors import Exit
from yimatong.edges.cli.starting import language, say
from yimatong.site.commands import demo_channels
from yimatong.site.commands.first_start import prepare
from yimatong.site.commands.ports import held, held_or_any
from yimatong.site.commands.processes import Stopped, first_to_end, kept, ourselves, told_to_stop
from yimatong.site.demo import read_city
from yimatong.site.program import log_aside, server


@click.command("run")
@click.option(
    "--people", type=click.IntRange(500, 10_000_000), default=20_000, show_default=True, help="Of the demo city."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Of the pages; 0: any that is free, printed with their address.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--seed", type=int, default=20200215, show_default=True, help="The same seed makes the same city.")
def command(people: int, port: int, host: str, seed: int) -> int:
    """Start the database, bring its tables up to date, make and judge the demo city, and serve the pages.

    A second start finds all this done, keeps the data and is quick. People, seed and city belong to the first start.
    """
    with held(host, port) as ours:
        say("一码通正在启动 …", "yimatong is starting ...")
        try:
            with told_to_stop(), server(), log_aside():
                prepare(people, seed)
                return serve(host, ours)
        except Stopped:
            say("\n已停止。数据保留，再次运行即可继续。", "\nstopped. The data is kept; run it again to go on.")
            return int(Exit.OK)


def serve(host: str, port: int) -> int:
    """Run the web server and the worker until one of them ends, which none should; say where to look when it does."""
    from yimatong.site.environment import environment

    logs = environment().home / "log"
    demo = {"YIMATONG_DEMO": "true"} if is_for_this_machine(host) else {}
    commands = {"web": web_server(host, port, environment().threads), "worker": ourselves("worker")}
    with ExitStack() as until_the_end:
        channels = None
        if plays_channels(host):
            channels = until_the_end.enter_context(held_or_any("127.0.0.1", port + 1))
            pages = tuple(f"http://{name}:{port}" for name in ("127.0.0.1", "localhost"))
            commands["channels"] = demo_channels.program(channels, pages, environment().home / "channels")
            demo |= demo_channels.settings(channels)
        processes = until_the_end.enter_context(kept(commands, demo, logs))
        if wait_until_served(host, port, processes):
            if channels:
                demo_channels.register(channels, processes["channels"])
            tell_enrolments(host, port)
            tell_addresses(host, port, channels)
        name, code = first_to_end(processes)
    tail = "\n".join((logs / f"{name}.log").read_text(errors="replace").splitlines()[-8:])
    say(
        f"{name} 意外结束（{code}），已全部停止。最后的日志（{logs / name}.log）：\n{tail}",
        f"{name} ended unexpectedly ({code}); everything is stopped. The end of {logs / name}.log:\n{tail}",
    )
    return int(Exit.ENVIRONMENT)


def plays_channels(host: str) -> bool:
    """Say whether the demo's channels are played beside the pages: for the demo city, on this machine alone."""
    from yimatong.site.environment import environment

    return is_for_this_machine(host) and read_city(environment().home) is not None


def is_for_this_machine(host: str) -> bool:
    """Say whether nobody else can reach an address."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def web_server(host: str, port: int, threads: int) -> list[str]:
    """Return the command line of the web server: one process with threads, since a request mostly waits for the database."""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--blocking-threads", str(threads)]
    quiet = ["--no-ws", "--respawn-failed-workers", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *options, *quiet, "yimatong.site.wsgi:application"]


def wait_until_served(host: str, port: int, processes: Mapping[str, subprocess.Popen[bytes]]) -> bool:
    """Wait until the pages answer, however slow the machine is, so that the address is printed when it works; False when one ended."""
    while all(process.poll() is None for process in processes.values()):
        with suppress(OSError), urllib.request.urlopen(f"{address(host, port)}health", timeout=10):  # noqa: S310 -- our own
            return True
        time.sleep(0.1)
    return False


def address(host: str, port: int) -> str:
    """Return where this machine reaches the pages."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- it is compared, not listened on
    return f"http://[{reached}]:{port}/" if ":" in reached else f"http://{reached}:{port}/"


def tell_enrolments(host: str, port: int) -> None:
    """Print an address for each of the demo's checkpoints, with which one phone or browser becomes its scanner."""
    from django.db import connections

    from yimatong.site.demo_checkpoints import offer_demo_enrolments
    from yimatong.site.environment import environment

    if read_city(environment().home) is None:
        return
    offered = offer_demo_enrolments()
    connections.close_all()
    if offered:
        say(
            "卡点扫码设备登记（各限用一次，24 小时内）：",
            "enrol a scanner at a checkpoint (each once, within 24 hours):",
            err=False,
        )
    for one in offered:
        title = one.title.zh if language() == "zh" else one.title.en
        click.echo(f"  {title}  {address(host, port)}scan/#enrol={one.secret}")


def tell_addresses(host: str, port: int, channels: int | None) -> None:
    """Print where the pages are; the line that a person, or a test, waits for, is the last."""
    if channels:
        say(
            f"居民：{address(host, port)}me/    用支付宝、微信、阿拉警察的演示程序登录，人物任选\n"
            f"演示手机的短信：http://127.0.0.1:{channels}/messages",
            f"residents: {address(host, port)}me/    sign in through the played Alipay, WeChat or police app, as anybody\n"
            f"messages of the demo's phones: http://127.0.0.1:{channels}/messages",
            err=False,
        )
    zh, en = f"页面：{address(host, port)}    （Ctrl-C 结束）", f"pages: {address(host, port)}    (Ctrl-C ends it)"
    click.echo(zh if language() == "zh" else en)
