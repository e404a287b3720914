"""The command `yimatong` as it is installed: the edges' groups, the site's own commands, and how to have the database there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from yimatong.core.errors import EnvironmentProblem, Mistakes, Sentences
from yimatong.core.text import add_catalogues, message as _
from yimatong.edges.cli.main import GROUPS, Entry, program, run
from yimatong.site.home import write_for_ourselves

COMMANDS = {
    "run": Entry("yimatong.site.commands.run", _("start everything, with the demo city")),
    **GROUPS,
    "worker": Entry("yimatong.site.commands.worker", _("work on jobs and the nightly schedule")),
    "accept-secret-key": Entry("yimatong.site.commands.accept_secret", _("let this server's secret key be the city's")),
    "health": Entry("yimatong.site.commands.health", _("say whether this machine can do its work")),
    "manage": Entry("yimatong.site.commands.manage", _("Django's own commands (migrate, shell ...)")),
}


@contextmanager
def server(*refused: str, accepting: bool = False) -> Iterator[None]:
    """Have Django ready and the database server there: started under the home folder, or the one of DATABASE_URL answering.

    EnvironmentProblem where health finds one of what is refused, and where this server's keys are not the city's (`accepting`: its
    secret key may be another one, which is about to be the city's).
    """
    from yimatong.site.environment import environment
    from yimatong.site.home import keep_private
    from yimatong.site.postgres import Server

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
    settings = environment()
    keep_private(settings.home)
    ours = nullcontext() if settings.database_url else Server.at(settings.home, settings.postgres_user).running()
    with ours:
        import django

        django.setup()
        if accepting:
            from yimatong.records import installation

            installation.accepting()
        refuse("database-does-not-answer", *refused)
        yield


@contextmanager
def database() -> Iterator[None]:
    """Have the database there, with every migration applied and the roles to work under.

    On a terminal the log goes to the home folder's `log/yimatong.log`, since a person reads the command's own words there.
    """
    with server(*SENTENCES), log_aside() if sys.stderr.isatty() else nullcontext():
        yield


def log_aside() -> AbstractContextManager[None]:
    """Append the log to `log/yimatong.log` of the home folder inside the block."""
    from yimatong.site.environment import environment
    from yimatong.site.logs import kept_in

    return kept_in(environment().home / "log" / "yimatong.log")


SENTENCES: Sentences = {
    "database-does-not-answer": (
        _("the database does not answer, or refuses the login."),
        _("look at DATABASE_URL and at the server; without DATABASE_URL the server that comes along is used."),
    ),
    "migrations-waiting": (
        _("the tables of the database are not up to date."),
        _("run yimatong manage migrate --database owner (make run does it by itself)."),
    ),
    "roles-missing": (
        _("the login may not take on the roles yimatong_app and yimatong_judge."),
        _("have the database's administrator grant the two roles to the login; see docs/how-to/run.md."),
    ),
}
problem = Mistakes(EnvironmentProblem, SENTENCES)


def refuse(*codes: str) -> None:
    """Raise EnvironmentProblem when one of these codes is in this server's way."""
    from yimatong.site.health import obstacles

    for code in obstacles():
        if code in codes:
            raise problem(code)


def main() -> None:
    """Run the command and leave with its exit code; see docs/reference/exit-codes.md."""
    write_for_ourselves()
    # Before the settings are read, since they are told in these languages too.
    if folder := os.environ.get("YIMATONG_LOCALES"):
        add_catalogues(Path(folder).expanduser().absolute())
    sys.exit(run(program(COMMANDS, database), sys.argv[1:]))
