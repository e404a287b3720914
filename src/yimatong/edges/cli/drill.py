"""`yimatong drill`: what will go wrong one day, tried before. A rehearsal hurts nobody; `--for-real` is for real."""

from __future__ import annotations

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _, same
from yimatong.edges.cli.starting import language, needs_database, say

STEPS = {
    "key-killed": _("the key killed and published so"),
    "everybody-signed-anew": _("everybody signed anew (strips)"),
    "pass-of-the-stolen-key": _("a pass of the stolen key"),
    "pass-of-the-new-key": _("a pass of the new key"),
    "recalled-stays-recalled": _("one recalled before, by the new key"),
    "pass-of-the-stolen-key-not-shown": _("a pass of the stolen key: nobody has a code, not shown"),
    "pass-of-the-new-key-not-shown": _("a pass of the new key: nobody has a code, not shown"),
    "recalled-stays-recalled-not-shown": _("nobody is recalled at the moment, not shown"),
}


@click.group("drill")
def command() -> None:
    """Drills; each says what it did, how long it took, and whether it came out as it should (exit code 0, else 1)."""


@command.command("stolen-key")
@click.option(
    "--for-real", is_flag=True, help="Kill the city's pass key and sign everybody anew; without it nothing changes."
)
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="That sign.")
@needs_database
def stolen_key(for_real: bool, processes: int) -> None:
    """The pass key was stolen: kill it, sign everybody anew, see that recalled stays recalled."""
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.passes.drills import stolen_key as drilled
    from yimatong.stations.passes.upkeep import keep_up

    if not for_real:
        say(_("a rehearsal: nothing of the city changes."))
    keep_up(by=the_system(), now=clock.now())
    drill = drilled(by=the_system(), now=clock.now(), processes=processes, for_real=for_real)
    for step in drill.steps:
        name = STEPS.get(step.code, same(step.code)).of(language())
        click.echo(f"  {name}  {step.found}  {step.seconds:.2f} s")
    if drill.passed:
        say(_("all came out as it should."))
        return
    if any(step.code == "pass-of-the-new-key-not-shown" for step in drill.steps):
        say(
            _("nobody has a code yet, so the drill could not go to its end: try again once somebody has one."),
        )
    else:
        say(_("it did not come out as it should."))
    raise SystemExit(Exit.FOUND)


@command.command("centre-down")
@needs_database
def centre_down() -> None:
    """The centre is away: what scanners do with what they hold, rung by rung of the ladder, and coming back."""
    from yimatong.records import clock
    from yimatong.records.actions.officials import the_system
    from yimatong.stations.checkpoints.drills import centre_down as drilled
    from yimatong.stations.checkpoints.publishing import publish_policy
    from yimatong.stations.passes.upkeep import keep_up

    say(
        _("a rehearsal: nothing is switched off, nothing of the city changes."),
    )
    keep_up(by=the_system(), now=clock.now())
    publish_policy(now=clock.now())
    drill = drilled(by=the_system(), now=clock.now())
    for step in drill.steps:
        title = step.title.of(language())
        click.echo(f"  {'✓' if step.is_right else '✗'} {title}  {step.found}  {step.seconds * 1000:.1f} ms")
    if drill.passed:
        say(_("all came out as it should."))
        return
    say(_("it did not come out as it should."))
    raise SystemExit(Exit.FOUND)
