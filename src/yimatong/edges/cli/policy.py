"""`yimatong policy`: check policies, explain them in plain words, run their specimen people."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from yimatong.core import given
from yimatong.core.engine import reference
from yimatong.core.errors import Exit, Language
from yimatong.core.policy.checkpoint_pages import checkpoints_page
from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load
from yimatong.core.policy.pages import pages_of
from yimatong.core.policy.specimens import differences, listed_rules, load_specimens, local, run
from yimatong.core.text import languages, message as _
from yimatong.edges.cli import enforcing
from yimatong.edges.cli.packs import CHECKOUT, checked, folders, tell
from yimatong.edges.cli.painted import paint
from yimatong.edges.cli.paths import NewFolder
from yimatong.edges.cli.starting import language, say

WIDEST = 118


@click.group("policy")
def command() -> None:
    """Check policies, explain them in plain words, run their specimen people, put one into force.

    POLICY is a folder with a policy.yaml, or the name of one under the policies (YIMATONG_POLICIES). Without one, check
    and specimens take every policy, explain the one that the settings name (YIMATONG_POLICY).

    The policy in force lies in the records: files that change are obeyed by nobody until `enforce` has checked them.
    """


for _one in (enforcing.enforce, enforcing.export, enforcing.history):
    command.add_command(_one)


@command.command("check")
@click.argument("policies", nargs=-1, metavar="[POLICY]...")
def check(policies: tuple[str, ...]) -> int:
    """Say everything that is wrong with policies, with file, line and remedy.

    Files and their form, rules and their references, a city's variations against its province's bounds; then the specimen
    people are judged, and every value of every rule is changed to see that a specimen notices. The matrix of checkpoints is
    proved over every situation there can be: decided, as the province promises, as the specimen travellers expect. Exit code
    1 when something was found. With a city its province is checked, since its rules come from there.
    """
    examinations = checked(folders(policies))
    for examination in examinations:
        tell(examination)
    return Exit.FOUND if any(examination.problems for examination in examinations) else Exit.OK


@command.command("explain")
@click.argument("policy", required=False)
@click.option("--lang", "lang", type=click.Choice(languages()), help="Language of the page; else that of messages.")
@click.option(
    "--checkpoints", "gate", is_flag=True, help="What is done at checkpoints: the matrix, the notice, the script."
)
@click.option("--write", "write", is_flag=True, help="Write the pages of every policy instead of printing one.")
@click.option("--check", "is_check", is_flag=True, help="Say which written pages are not what the policies say today.")
@click.option("--out", type=NewFolder(), help="Folder of the pages [docs/policies].")
def explain_command(
    policy: str | None, *, lang: str | None, gate: bool, write: bool, is_check: bool, out: Path | None
) -> int:
    """Print a policy in plain Chinese or English: every rule with its clause, its length, its exits and its reading.

    With --checkpoints: what guards do and say instead. With --write or --check: the pages of POLICY, or of every policy, in
    both languages, with their specimens.
    """
    if write or is_check:
        chosen = folders((policy,) if policy else ())
        return pages(chosen, out or CHECKOUT / "docs" / "policies", write=write)
    folder = folders((policy or os.environ.get("YIMATONG_POLICY") or "cn-zj-ningbo",))[0]
    told_in: Language = lang or language()
    page = checkpoints_page(load(folder), told_in) if gate else explain(load(folder), told_in)
    if sys.stdout.isatty():
        click.echo_via_pager(paint(page, min(shutil.get_terminal_size().columns, WIDEST)))
    else:
        click.echo(page, nl=False)
    return Exit.OK


@command.command("specimens")
@click.argument("policies", nargs=-1, metavar="[POLICY]...")
@click.option("--only", metavar="TEXT", default="", help="Only scenes whose id contains TEXT.")
@click.option("--all", "every", is_flag=True, help="Print every moment, not only those that differ.")
def specimens(policies: tuple[str, ...], *, only: str, every: bool) -> int:
    """Judge the specimen people and print what came out. Exit code 1 when something differs from what is expected."""
    failed = 0
    for folder in folders(policies):
        policy = load(folder)
        click.secho(policy.title.of(language()), bold=True)
        for specimen in load_specimens(folder, policy):
            if only not in specimen.id:
                continue
            outcomes = run(specimen, policy, reference.judge)
            checked = [(outcome, differences(outcome, policy.zone)) for outcome in outcomes]
            bad = any(found for _outcome, found in checked)
            failed += bad
            title = specimen.title.of(language())
            click.echo(
                f"  {click.style('✗', fg='red') if bad else click.style('✓', fg='green')} {specimen.id}  {title}"
            )
            for outcome, found in checked:
                if every or found:
                    verdict, at = outcome.verdict, local(outcome.expected.at, policy.zone)
                    rules = listed_rules(verdict.rules)
                    click.echo(f"      {at}  {outcome.expected.name:<6} {painted_colour(verdict.colour)}  {rules}")
                    for sentence in found:
                        click.secho(f"        {outcome.expected.place}: {sentence}", fg="red")
    return Exit.FOUND if failed else Exit.OK


def painted_colour(colour: str) -> str:
    """A colour's word in that colour."""
    return click.style(f"{colour:<7}", fg={"unknown": "bright_black"}.get(colour, colour))


def pages(chosen: list[Path], out: Path, *, write: bool) -> int:
    """Write the pages of policies, or say which of those written are not what the policies say today."""
    stale = [
        (out / name, text)
        for folder in chosen
        for name, text in pages_of(folder).items()
        if not (out / name).is_file() or (out / name).read_text(encoding="utf-8") != text
    ]
    for file, text in stale:
        if write:
            file.parent.mkdir(parents=True, exist_ok=True)
            given.writable(file)
            file.write_text(text, encoding="utf-8")
            say(_("written: {file}", file=file.name), err=False)
        else:
            say(
                _("{file} is not what the policy says; run yimatong policy explain --write", file=file.name),
                err=False,
            )
    return Exit.FOUND if stale and not write else Exit.OK
