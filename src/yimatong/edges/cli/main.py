"""The command `yimatong`: a table of command groups, and one way to tell what went wrong.

Each group is a click command named `command` in a module of its own, imported only when it is asked for. The site adds
its own commands to the table and starts the program (site/program.py).
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import pairwise

import click

from yimatong.core.errors import Exit, Language, YimatongError
from yimatong.core.text import Text, languages, message as _
from yimatong.edges.cli.exit_codes import BUG, INTERRUPTED
from yimatong.edges.cli.starting import Start, spoken


@dataclass(frozen=True)
class Entry:
    """A command group: where it is, and what it does in one line."""

    module: str
    does: Text


GROUPS: Mapping[str, Entry] = {
    "policy": Entry("yimatong.edges.cli.policy", _("check policies and explain them in plain words")),
    "judge": Entry(
        "yimatong.edges.cli.judge",
        _("derive everybody's colour from facts and a policy"),
    ),
    "night": Entry("yimatong.edges.cli.night", _("judge everybody now, and put the result in force")),
    "touched": Entry("yimatong.edges.cli.touched", _("judge whom new facts touched, and put it in force")),
    "runs": Entry("yimatong.edges.cli.runs", _("judgements made: look, judge again, look back")),
    "identities": Entry("yimatong.edges.cli.identities", _("check that everybody's identity is as recorded")),
    "audit": Entry(
        "yimatong.edges.cli.audit",
        _("verify the audit chain, records, verdicts and policies"),
    ),
    "restatements": Entry(
        "yimatong.edges.cli.restatements",
        _("records edited past the program, recorded anew by two"),
    ),
    "feeds": Entry("yimatong.edges.cli.feeds", _("take deliveries of facts in, and withdraw them")),
    "verify": Entry("yimatong.edges.cli.verify", _("verify the code of a QR text or of a picture")),
    "channels": Entry(
        "yimatong.edges.cli.channels",
        _("register channels of sign-in, stop one, rotate keys"),
    ),
    "declarations": Entry("yimatong.edges.cli.declarations", _("declarations that wait for a colour too long")),
    "official": Entry("yimatong.edges.cli.official", _("appoint officials and let them go")),
    "issuing": Entry(
        "yimatong.edges.cli.issuing",
        _("paper passes: points, numbers, issue, register, collection"),
    ),
    "checkpoints": Entry(
        "yimatong.edges.cli.checkpoints",
        _("checkpoints: open, enrol scanners, revoke, counts"),
    ),
    "keys": Entry("yimatong.edges.cli.keys", _("signing keys: list, rotate, declare stolen")),
    "strips": Entry("yimatong.edges.cli.strips", _("sign passes for the days to come, and the lists")),
    "drill": Entry("yimatong.edges.cli.drill", _("rehearse what will go wrong one day")),
    "city": Entry("yimatong.edges.cli.city", _("make a synthetic city")),
}


class Program(click.Group):
    """A group whose members are imported when they are asked for, and whose help needs none of them."""

    def __init__(self, entries: Mapping[str, Entry], **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        command = importlib.import_module(entry.module).command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        language = spoken(ctx.params.get("lang"), os.environ)
        with formatter.section(_("Commands").of(language)):
            formatter.write_dl([(name, entry.does.of(language)) for name, entry in self.entries.items()])


def program(entries: Mapping[str, Entry], database: Callable[[], AbstractContextManager[None]]) -> click.Group:
    """Return the whole program; `database` is what Start.database promises."""

    @click.command(
        cls=Program,
        entries=entries,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
        invoke_without_command=False,
        help="一码通: facts in, published policy applied, everybody's colour out, with its reasons.\n\n"
        "Exit codes: 0 done, 1 something was found, 2 wrong usage, 3 bad input, 4 the machine or its settings.",
    )
    @click.option(
        "--lang", type=click.Choice(languages()), is_eager=True, help="Language of messages; else that of the locale."
    )
    @click.pass_context
    def yimatong(ctx: click.Context, lang: str | None) -> None:
        ctx.obj = Start(spoken(lang, os.environ), database)

    assert isinstance(yimatong, click.Group)
    return yimatong


def run(command: click.Command, arguments: Iterable[str]) -> int:
    """Run the program and return its exit code; every mistake is told without a traceback, but for one of ours."""
    words = list(arguments)
    try:
        result = command.main(words, prog_name="yimatong", standalone_mode=False)
    except YimatongError as error:
        click.echo(error.tell(asked_language(words)), err=True)
        return int(error.exit)
    except click.exceptions.NoArgsIsHelpError as question:
        question.show()
        return int(Exit.USAGE)
    except click.ClickException as error:
        error.show()
        return int(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted; nothing more can be told it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.OK)
    except Exception as error:  # noqa: BLE001 -- the last place where a mistake of ours can be told
        tell_bug(error, asked_language(words))
        return BUG
    return result if isinstance(result, int) else int(Exit.OK)


def asked_language(words: list[str]) -> Language:
    """Return the language of an error that came before or after the options were read."""
    asked = next((after for word, after in pairwise(words) if word == "--lang"), None)
    joined = next((word.removeprefix("--lang=") for word in words if word.startswith("--lang=")), None)
    return spoken(asked or joined, os.environ)


def tell_bug(error: Exception, language: Language) -> None:
    """Print where it happened and what kind it was; the error's own words are left out, since they may quote a person's row."""
    frames = traceback.extract_tb(error.__traceback__)
    where = "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:])
    told = _(
        "the program itself failed ({kind}). This is our mistake; please report these places:\n{where}",
        kind=type(error).__name__,
        where=where,
    )
    click.echo(told.of(language), err=True)
    if os.environ.get("YIMATONG_DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        traceback.print_exception(error)
