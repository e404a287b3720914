"""The command `yimatong` as it is installed: the edges' groups, the site's own commands, and how to have the database there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from yimatong.core.errors import EnvironmentProblem
from yimatong.edges.cli.main import GROUPS, Entry, program, run

COMMANDS = {
    "run": Entry("yimatong.site.commands.run", "启动全部服务（含演示城市）", "start everything, with the demo city"),
    **GROUPS,
    "worker": Entry("yimatong.site.commands.worker", "运行后台任务与夜间研判", "work on jobs and the nightly schedule"),
    "health": Entry(
        "yimatong.site.commands.health", "检查本机是否一切正常", "say whether this machine can do its work"
    ),
    "manage": Entry("yimatong.site.commands.manage", "Django 的管理命令", "Django's own commands (migrate, shell ...)"),
}


@contextmanager
def server() -> Iterator[None]:
    """Have Django ready and the database server there: started under the home folder, or the one of DATABASE_URL answering."""
    from yimatong.site.environment import environment
    from yimatong.site.postgres import Server

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimatong.site.settings")
    settings = environment()
    if not settings.database_url:
        with Server.at(settings.home, settings.postgres_user).running():
            prepare_django()
            yield
        return
    prepare_django()
    yield


def prepare_django() -> None:
    import django

    django.setup()


@contextmanager
def database() -> Iterator[None]:
    """Have the database there, with every migration applied."""
    from yimatong.site.health import problems

    with server():
        found = problems()
        if "database-does-not-answer" in found:
            raise EnvironmentProblem(
                "database-does-not-answer",
                place="DATABASE_URL",
                zh="数据库没有应答，或拒绝了登录。",
                en="the database does not answer, or refuses the login.",
                remedy_zh="检查 DATABASE_URL 与数据库服务；取消 DATABASE_URL 则使用自带的数据库。",
                remedy_en="look at DATABASE_URL and at the server; without DATABASE_URL the server that comes along is used.",
            )
        if "migrations-waiting" in found:
            raise EnvironmentProblem(
                "migrations-waiting",
                zh="数据库结构不是最新。",
                en="the tables of the database are not up to date.",
                remedy_zh="运行 yimatong manage migrate --database owner（make run 会自动执行）。",
                remedy_en="run yimatong manage migrate --database owner (make run does it by itself).",
            )
        yield


def main() -> None:
    """Run the command and leave with its exit code; see docs/reference/exit-codes.md."""
    sys.exit(run(program(COMMANDS, database), sys.argv[1:]))
