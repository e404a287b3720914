"""`yimatong run`: everything on one machine, from an empty folder to pages in a browser, until Ctrl-C."""

from __future__ import annotations

import sys
import time
import urllib.request
from contextlib import ExitStack, suppress

import click
from django.db import DatabaseError, InterfaceError

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli.starting import language, say
from yimatong.site import parts
from yimatong.site.commands import demo_channels
from yimatong.site.commands.database_watch import watched
from yimatong.site.commands.first_start import prepare
from yimatong.site.commands.ports import held, held_or_any
from yimatong.site.commands.processes import Stopped, ourselves, told_to_stop
from yimatong.site.commands.supervising import supervised
from yimatong.site.demo import read_city
from yimatong.site.program import log_aside, server
from yimatong.site.returning import keep_at

PACE = 0.2
"""Seconds between two looks at the parts."""
PATIENCE = 10.0
"""Seconds after which a start that is slow says so."""
STOPS_WITHIN = 7
"""Seconds that a process of the web server has to finish what it answers."""


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
        say(_("yimatong is starting ..."))
        try:
            with told_to_stop(), server(), log_aside():
                prepare_in_spite_of_all(people, seed)
                return serve(host, ours)
        except Stopped:
            say(_("\nstopped. The data is kept; run it again to go on."))
            return int(Exit.OK)


def prepare_in_spite_of_all(people: int, seed: int) -> None:
    """Do the steps of a start; where the database goes away in their middle, have it back and go on with the step that was cut short."""
    from yimatong.site.environment import environment
    from yimatong.site.postgres import Server

    def steps() -> None:
        if not environment().database_url:
            Server.at(environment().home, environment().postgres_user).start()
        prepare(people, seed)

    def say_away(cause: str, pause: float) -> None:
        say(
            _(
                "the database went away ({cause}); the step that was cut short goes on in {pause:.0f} s.",
                cause=cause,
                pause=pause,
            ),
        )

    keep_at(steps, say_away)


def serve(host: str, port: int) -> int:
    """Keep web server and worker running until told to stop; only when nothing of it stays up, end with an error."""
    from yimatong.site.environment import environment

    settings = environment()
    demo = {"YIMATONG_DEMO": "true"} if is_for_this_machine(host) else {}
    commands = {"web": web_server(host, port, settings.web_workers, settings.threads), "worker": ourselves("worker")}
    with ExitStack() as until_the_end:
        channels = None
        if plays_channels(host):
            channels = until_the_end.enter_context(held_or_any("127.0.0.1", port + 1))
            pages = tuple(f"http://{name}:{port}" for name in ("127.0.0.1", "localhost"))
            commands["channels"] = demo_channels.program(channels, pages, settings.home / "channels")
            demo |= demo_channels.settings(channels)
        until_the_end.callback(parts.forget, settings.home)
        database = until_the_end.enter_context(watched(settings))
        kept = until_the_end.enter_context(supervised(commands, demo, settings.home / "log"))
        opening = Opening(host, port, channels)
        noted: tuple[parts.Standing, ...] = ()
        while kept.some_go_on():
            kept.look(time.monotonic())
            database.tell()
            opening.look(time.monotonic())
            if noted != (noted := (database.standing, *kept.standings())):
                parts.note(settings.home, noted)
            time.sleep(PACE)
    say(_("every part has stopped, and none stays up."))
    return int(Exit.ENVIRONMENT)


class Opening:
    """What is said once the pages answer: where they are; and, as long as they do not, that it goes on."""

    def __init__(self, host: str, port: int, channels: int | None) -> None:
        self.host, self.port, self.channels = host, port, channels
        self.began = self.said = time.monotonic()
        self.over = False

    def look(self, now: float) -> None:
        """Say where the pages are once they answer and what they need is registered; every ten seconds that they do not."""
        if self.over:
            return
        with suppress(OSError, DatabaseError, InterfaceError, demo_channels.Silent):
            with urllib.request.urlopen(f"{address(self.host, self.port)}health", timeout=10):  # noqa: S310 -- our own
                pass
            if self.channels:
                demo_channels.register(self.channels)
            tell_enrolments(self.host, self.port)
            tell_addresses(self.host, self.port, self.channels)
            self.over = True
        if not self.over and now - self.said >= PATIENCE:
            self.said = now
            seconds = now - self.began
            say(_("  ... the pages do not answer yet, {seconds:.0f} s", seconds=seconds))


def plays_channels(host: str) -> bool:
    """Say whether the demo's channels are played beside the pages: for the demo city, on this machine alone."""
    from yimatong.site.environment import environment

    return is_for_this_machine(host) and read_city(environment().home) is not None


def is_for_this_machine(host: str) -> bool:
    """Say whether nobody else can reach an address."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def web_server(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Return the command line of the web server: processes that take each other's place, each with threads, since a request mostly
    waits for the database."""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port)]
    options += ["--workers", str(workers), "--blocking-threads", str(threads)]
    # A worker that is asked to end while it begins does not hear it.
    options += ["--respawn-failed-workers", "--workers-kill-timeout", str(STOPS_WITHIN)]
    return [
        sys.executable,
        "-m",
        "granian",
        *options,
        "--no-ws",
        "--log-level",
        "warning",
        "yimatong.site.wsgi:application",
    ]


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
            _("enrol a scanner at a checkpoint (each once, within 24 hours):"),
            err=False,
        )
    for one in offered:
        title = one.title.of(language())
        click.echo(f"  {title}  {address(host, port)}scan/#enrol={one.secret}")


def tell_addresses(host: str, port: int, channels: int | None) -> None:
    """Print where the pages are; the line that a person, or a test, waits for, is the last."""
    if channels:
        say(
            _(
                "residents: {host}me/    sign in through the played Alipay, WeChat or police app, as "
                "anybody\nmessages of the demo's phones: http://127.0.0.1:{channels}/messages",
                host=address(host, port),
                channels=channels,
            ),
            err=False,
        )
    say(_("pages: {address}    (Ctrl-C ends it)", address=address(host, port)), err=False)
