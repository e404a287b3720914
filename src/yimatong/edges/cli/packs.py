"""The policy folders that commands are given, and what is said of them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from yimatong.core.checkpoints.check import CELLS
from yimatong.core.engine.in_memory import ENGINES
from yimatong.core.errors import YimatongError
from yimatong.core.policy.examine import Examination, examine
from yimatong.core.policy.load import province_of
from yimatong.core.policy.problems import Problem
from yimatong.core.text import message as _
from yimatong.edges.cli.starting import language, say

CHECKOUT = Path(__file__).resolve().parents[4]
"""The checkout that this command runs from; its policies and pages are meant where no folder is named."""


def folders(named: tuple[str, ...]) -> list[Path]:
    """Return the folders of the policies named by folder or by name, or of every policy.

    What is there is the folder that is meant, also where it holds no policy: only a bare word that names nothing here is looked for under
    the policies.
    """
    root = Path(os.environ.get("YIMATONG_POLICIES") or CHECKOUT / "policies")
    if named:
        return [
            Path(name).resolve() if len(Path(name).parts) != 1 or Path(name).exists() else root / name for name in named
        ]
    found = sorted(file.parent for file in root.glob("*/policy.yaml"))
    if not found:
        raise YimatongError(
            "no-policies",
            _("No policies were found."),
            place=root.name,
            remedy=_("Name a policy's folder, or say with YIMATONG_POLICIES where they are."),
        )
    return found


def checked(found: list[Path]) -> list[Examination]:
    """Examine the policies of folders, each after its province's, and none twice."""
    wanted = dict.fromkeys(one for folder in found for one in (province_of(folder), folder) if one is not None)
    examined = []
    for folder in wanted:
        say(_("{name}: judging its scenes by the reference and by the engine of the city …", name=folder.name))
        examined.append(examine(folder, ENGINES))
    return examined


def tell(examination: Examination) -> None:
    """Print what was found in one policy: one line where nothing was, every problem where something was."""
    for problem in examination.problems:
        click.echo(f"{click.style('✗', fg='red')} {told(problem)}")
    if examination.problems or examination.policy is None:
        count = len(examination.problems)
        words = _("{name}: 1 problem") if count == 1 else _("{name}: {count} problems")
        say(words.filled(name=examination.name, count=count), err=False)
        return
    rules, scenes, moments = len(examination.policy.rules), len(examination.specimens), len(examination.outcomes)
    name = click.style(examination.name, bold=True)
    say(
        _(
            "{mark} {name}: {rules} rules; {scenes} scenes with {moments} moments come out as expected; "
            "each of {changed} changes to a rule is noticed by one",
            mark=click.style("✓", fg="green"),
            name=name,
            rules=rules,
            scenes=scenes,
            moments=moments,
            changed=examination.changed,
        ),
        err=False,
    )
    if examination.travellers and examination.policy.checkpoints is not None:
        lines = sum(len(matrix.rules) for matrix in examination.policy.checkpoints.matrices)
        promises, shown = len(examination.policy.checkpoints.guarantees), len(examination.travellers)
        say(
            _(
                "  checkpoints: {lines} lines; each of {cells} situations is decided, keeps the province's "
                "{promises} promises and is shown by one of {shown} travellers",
                lines=lines,
                cells=CELLS,
                promises=promises,
                shown=shown,
            ),
            err=False,
        )


def told(problem: Problem) -> str:
    """A problem, its place in bold."""
    place, rest = problem.place, problem.tell(language())[len(problem.place) :]
    return click.style(place, bold=True) + rest
