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
            zh="没有找到政策包。",
            en="No policies were found.",
            place=root.name,
            remedy_zh="写出政策包的文件夹，或用 YIMATONG_POLICIES 指明它们在哪里。",
            remedy_en="Name a policy's folder, or say with YIMATONG_POLICIES where they are.",
        )
    return found


def checked(found: list[Path]) -> list[Examination]:
    """Examine the policies of folders, each after its province's, and none twice."""
    wanted = dict.fromkeys(one for folder in found for one in (province_of(folder), folder) if one is not None)
    return [examine(folder, ENGINES) for folder in wanted]


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
