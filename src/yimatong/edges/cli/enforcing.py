"""`yimatong policy enforce`, `export`, `history`: the policy pack in force, which lies in the records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yimatong.core.errors import Exit, YimatongError
from yimatong.core.text import message as _
from yimatong.edges.cli.packs import checked, folders, tell
from yimatong.edges.cli.paths import NewFolder
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.signing_in import in_own_name
from yimatong.edges.cli.starting import language, needs_database, say

if TYPE_CHECKING:
    from yimatong.records.models import Enforcement

PATIENCE = timedelta(minutes=10)
"""How long the run that is going on is waited for."""
TITLES = {
    "rules_added": _("rules added"),
    "rules_removed": _("rules removed"),
    "rules_changed": _("rules changed"),
    "lines_added": _("lines of the matrix added"),
    "lines_removed": _("lines of the matrix removed"),
    "lines_changed": _("lines of the matrix changed"),
    "parts": _("also changed"),
}
SHORT = 12
"""Signs of a digest that a person is shown."""


@click.command("enforce")
@click.argument("policy")
@click.option("--by", required=True, metavar="USERNAME", help="Who puts it into force, with their password.")
@needs_database
def enforce(policy: str, by: str) -> int:
    """Check a policy as `check` does, and put it into force where nothing is wrong with it.

    POLICY is a folder, or the name of one under the policies. The files go into the records with their digest; what differs from
    the policy in force before is printed, and the next run judges everybody. From then on the folder may change as it likes. With
    problems nothing is recorded, and the exit code is 1. A policy that is in force already is said to be so.

    To go back to an earlier policy, put its folder into force again.
    """
    from yimatong.records.actions.officials import official
    from yimatong.stations.judgements import enforcing, tasks

    (folder,) = folders((policy,))
    examinations = checked([folder])
    if any(examination.problems for examination in examinations):
        for examination in examinations:
            tell(examination)
        say(_("nothing was put into force."))
        return Exit.FOUND
    with shown() as progress:
        done = enforcing.enforce(by=in_own_name(official(by)), folder=folder, patience=PATIENCE, progress=progress)
    name = f"{done.policy.id} {done.policy.version} ({done.policy.digest[:SHORT]})"
    if done.already:
        say(_("{name} is in force already.", name=name), err=False)
        return Exit.OK
    tasks.judge_soon()
    say(
        _("{name} is in force (enforcement {number}); the next run judges everybody.", name=name, number=done.number),
        err=False,
    )
    if done.difference is not None:
        for line in told({name: list(getattr(done.difference, name)) for name in TITLES}):
            click.echo(f"  {line}")
    return Exit.OK


@click.command("export")
@click.argument("folder", type=NewFolder())
@needs_database
def export(folder: Path) -> int:
    """Write the policy in force into FOLDER: one folder for it, one for its province's, with the specimens of its check.

    Their digest is that of the policy in force. Nothing that is there is overwritten.
    """
    from yimatong.stations.judgements import enforcing

    try:
        last = enforcing.export(folder)
    except FileExistsError as there:
        raise YimatongError(
            "policy-folder-there",
            _("there is a {there} here already.", there=there),
            place=str(folder),
            remedy=_("name another folder, or move it away first."),
        ) from None
    click.echo(f"{folder / last.pack.pack}  {last.pack.version}  {last.pack_id}")
    return Exit.OK


@click.command("history")
@needs_database
def history() -> int:
    """List the policies that were put into force, the newest first; the first line is the one in force."""
    from yimatong.records import policies
    from yimatong.stations.judgements import enforcing

    for row in enforcing.history():
        click.echo(one_line(row))
        for line in told(row.difference):
            click.echo(f"     {line}")
    if found := policies.on_disk():
        say(
            _(
                "the files in {folder} differ from the policy in force and are not obeyed; to put them into "
                "force: yimatong policy enforce FOLDER --by USERNAME",
                folder=found.folder,
            ),
        )
    return Exit.OK


def one_line(row: Enforcement) -> str:
    """An enforcement in a line."""
    from yimatong.records import calendar

    at = calendar.local(row.at)
    return f"{row.number:>4} {at:%Y-%m-%d %H:%M}  {row.pack.pack} {row.pack.version}  {row.pack_id}  {row.by.username}  {row.how}"


def told(difference: dict[str, Any]) -> list[str]:
    """A difference in lines; what did not change is left out."""
    lines = [
        f"{title.of(language())}: {', '.join(difference[name])}"
        for name, title in TITLES.items()
        if difference.get(name)
    ]
    return lines or ([_("only comments differ").of(language())] if difference else [])
