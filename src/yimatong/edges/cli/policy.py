"""`yimatong policy`: check policies, explain them in plain words, run their specimen people."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from yimatong.core.checkpoints.check import CELLS
from yimatong.core.engine import reference
from yimatong.core.errors import Exit, Language, YimatongError
from yimatong.core.policy.checkpoint_pages import checkpoints_page
from yimatong.core.policy.examine import Examination, examine
from yimatong.core.policy.explain import explain
from yimatong.core.policy.load import load
from yimatong.core.policy.pages import pages_of
from yimatong.core.policy.problems import Problem
from yimatong.core.policy.specimens import differences, listed_rules, load_specimens, local, run
from yimatong.edges.cli.painted import paint
from yimatong.edges.cli.starting import language, say

CHECKOUT = Path(__file__).resolve().parents[4]
"""The checkout that this command runs from; its policies and pages are meant where no folder is named."""
WIDEST = 118


@click.group("policy")
def command() -> None:
    """Check policies, explain them in plain words, run their specimen people.

    POLICY is a folder with a policy.yaml, or the name of one under the policies (YIMATONG_POLICIES). Without one, check
    and specimens take every policy, explain the one in force (YIMATONG_POLICY).
    """


@command.command("check")
@click.argument("policies", nargs=-1, metavar="[POLICY]...")
def check(policies: tuple[str, ...]) -> int:
    """Say everything that is wrong with policies, with file, line and remedy.

    Files and their form, rules and their references, a city's variations against its province's bounds; then the specimen
    people are judged, and every value of every rule is changed to see that a specimen notices. The matrix of checkpoints is
    proved over every situation there can be: decided, as the province promises, as the specimen travellers expect. Exit code
    1 when something was found.
    """
    examinations = [examine(folder, reference.judge) for folder in folders(policies)]
    for examination in examinations:
        tell(examination)
    return Exit.FOUND if any(examination.problems for examination in examinations) else Exit.OK


@command.command("explain")
@click.argument("policy", required=False)
@click.option("--lang", "lang", type=click.Choice(["zh", "en"]), help="Language of the page; else that of messages.")
@click.option(
    "--checkpoints", "gate", is_flag=True, help="What is done at checkpoints: the matrix, the notice, the script."
)
@click.option("--write", "write", is_flag=True, help="Write the pages of every policy instead of printing one.")
@click.option("--check", "is_check", is_flag=True, help="Say which written pages are not what the policies say today.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the pages [docs/policies].")
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
    told_in: Language = "zh" if (lang or language()) == "zh" else "en"
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
        click.secho(policy.title.zh if language() == "zh" else policy.title.en, bold=True)
        for specimen in load_specimens(folder, policy):
            if only not in specimen.id:
                continue
            outcomes = run(specimen, policy, reference.judge)
            checked = [(outcome, differences(outcome, policy.zone)) for outcome in outcomes]
            bad = any(found for _outcome, found in checked)
            failed += bad
            title = specimen.title.zh if language() == "zh" else specimen.title.en
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


def folders(named: tuple[str, ...]) -> list[Path]:
    """Return the folders of the policies named by folder or by name, or of every policy."""
    root = Path(os.environ.get("YIMATONG_POLICIES") or CHECKOUT / "policies")
    if named:
        return [
            Path(name).resolve() if Path(name, "policy.yaml").is_file() else root / Path(name).name for name in named
        ]
    found = sorted(file.parent for file in root.glob("*/policy.yaml"))
    if not found:
        raise YimatongError(
            "no-policies",
            zh="没有找到政策包。",
            en="No policies were found.",
            place=root.name,
            remedy_zh="写出政策包的文件夹，或用 YIMATONG_POLICIES 指明它们在哪里。",
            remedy_en="Name a policy's folder, or say with YIMATONG_POLICIES where they are.",
        )
    return found


def tell(examination: Examination) -> None:
    """Print what was found in one policy: one line where nothing was, every problem where something was."""
    for problem in examination.problems:
        click.echo(f"{click.style('✗', fg='red')} {told(problem)}")
    if examination.problems or examination.policy is None:
        count = len(examination.problems)
        say(
            f"{examination.name}：{count} 处问题",
            f"{examination.name}: {count} problem{'' if count == 1 else 's'}",
            err=False,
        )
        return
    rules, scenes, moments = len(examination.policy.rules), len(examination.specimens), len(examination.outcomes)
    name = click.style(examination.name, bold=True)
    say(
        f"{click.style('✓', fg='green')} {name}：{rules} 条规则；{scenes} 幕样例的 {moments} 个时刻都相符；"
        f"逐一改动规则的 {examination.changed} 处，样例都会发现",
        f"{click.style('✓', fg='green')} {name}: {rules} rules; {scenes} scenes with {moments} moments come out as expected; "
        f"each of {examination.changed} changes to a rule is noticed by one",
        err=False,
    )
    if examination.travellers and examination.policy.checkpoints is not None:
        lines = sum(len(matrix.rules) for matrix in examination.policy.checkpoints.matrices)
        promises, shown = len(examination.policy.checkpoints.guarantees), len(examination.travellers)
        say(
            f"  卡点：{lines} 行处置，{CELLS} 种情形都有规定、都符合省里的 {promises} 条保证、都有样例（{shown} 个过卡人）",
            f"  checkpoints: {lines} lines; each of {CELLS} situations is decided, keeps the province's {promises} promises and is "
            f"shown by one of {shown} travellers",
            err=False,
        )


def told(problem: Problem) -> str:
    """A problem, its place in bold."""
    place, rest = problem.place, problem.tell(language())[len(problem.place) :]
    return click.style(place, bold=True) + rest


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
            file.write_text(text, encoding="utf-8")
            say(f"已写入 {file.name}", f"written: {file.name}", err=False)
        else:
            say(
                f"{file.name} 与政策包不符；请运行 yimatong policy explain --write",
                f"{file.name} is not what the policy says; run yimatong policy explain --write",
                err=False,
            )
    return Exit.FOUND if stale and not write else Exit.OK
