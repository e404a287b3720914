"""`yimatong issuing`: issuing points, numbers, passes, the register, and what is to be collected."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yimatong.core.errors import Exit
from yimatong.core.text import message as _
from yimatong.edges.cli import desks
from yimatong.edges.cli.feeds import BY, official
from yimatong.edges.cli.paths import NewFile
from yimatong.edges.cli.progress import shown
from yimatong.edges.cli.starting import language, needs_database, say

if TYPE_CHECKING:
    from yimatong.records.refusals import Refused

WORKDAYS = "08:30-11:30,13:30-17:30"
POINT = click.option("--point", type=int, required=True, help="The number of the issuing point.")


@click.group("issuing")
def command() -> None:
    """Issuing points and paper passes. docs/reference/issuing.md says how they are worked with."""


command.add_command(desks.command)


@command.command("open")
@click.argument("title")
@click.option(
    "--kind", type=click.Choice(["company", "building", "village", "compound", "checkpoint", "police"]), required=True
)
@click.option("--division", type=int, required=True, help="The street, nine digits.")
@click.option("--address", required=True)
@click.option(
    "--scope", type=click.Choice(["everybody", "division", "address", "roster", "documents"]), default="everybody"
)
@click.option("--place", type=int, help="The compound, village or building of --scope address.")
@click.option(
    "--document", "documents", multiple=True, help="A kind of document of --scope documents; can be repeated."
)
@click.option("--desks", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--workdays", default=WORKDAYS, show_default=True, help="Hours from Monday to Friday.")
@click.option("--weekend", default="", help="Hours of Saturday and Sunday; without it closed.")
@click.option("--at", "where", type=(float, float), help="Longitude and latitude.")
@BY
@needs_database
def open_point(
    title: str, *, workdays: str, weekend: str, where: tuple[float, float] | None, by: str | None,
    documents: tuple[str, ...], **rest: object,
) -> None:  # fmt: skip
    """Open an issuing point; its number is printed."""
    from yimatong.records import clock
    from yimatong.stations.issuing.actions import points

    longitude, latitude = where or (None, None)
    made = points.open_point(
        by=official(by), title=title, hours=[spans(workdays)] * 5 + [spans(weekend)] * 2, now=clock.now(),
        documents=documents, longitude=longitude, latitude=latitude, **rest,  # type: ignore[arg-type]
    )  # fmt: skip
    say(_("issuing point {made} is open.", made=made.pk), err=False)


@command.command("stop")
@POINT
@click.option("--why", required=True, help="The reason, for the audit.")
@BY
@needs_database
def stop(point: int, why: str, by: str | None) -> None:
    """Stop a point for good; its register, stock and tasks stay."""
    from yimatong.stations.issuing.actions import points

    points.stop_point(by=official(by), point=point, why=why)
    say(_("issuing point {point} is stopped.", point=point))


@command.command("appoint")
@POINT
@click.argument("username")
@BY
@needs_database
def appoint(point: int, username: str, by: str | None) -> None:
    """Let an official work at a point's desks."""
    from yimatong.stations.issuing.actions import points

    points.appoint(by=official(by), point=point, official=official(username))
    say(_("{username} works at issuing point {point} now.", username=username, point=point))


@command.command("points")
@needs_database
def list_points() -> None:
    """List the points: scope, staff, what they issued, blanks in stock, numbers left."""
    from yimatong.stations.issuing import queries
    from yimatong.stations.issuing.models import Paper, Point

    for point in Point.objects.order_by("pk"):
        stock = queries.stock(point.pk)
        staff = point.staff.filter(until=None).count()
        issued = Paper.objects.filter(point=point).count()
        click.echo(
            f"{'-' if point.stopped_at else ' '} {point.pk:>5} {point.kind:<11}{point.scope:<10}staff {staff:<4}"
            f"issued {issued:<8}blanks {stock.left:<7}numbers {stock.numbers:<6}{point.title}"
        )


@command.command("blanks")
@POINT
@click.argument("count", type=int)
@BY
@needs_database
def blanks(point: int, count: int, by: str | None) -> int:
    """Take numbered blanks into a point's stock; their numbers are printed, to be given to the printer."""
    from yimatong.core.paper import number
    from yimatong.records import clock
    from yimatong.records.refusals import Refused
    from yimatong.stations.issuing.actions import blanks as actions

    made = actions.receive(by=official(by), point=point, count=count, now=clock.now())
    if isinstance(made, Refused):
        return no(made)
    for serial in range(made.first, made.last + 1):
        click.echo(number(made.district, serial))
    return int(Exit.OK)


@command.command("issue")
@POINT
@click.argument("person", type=int)
@click.option("--child-of", type=int, help="The person number of a parent, for a child without a document.")
@BY
@needs_database
def issue(point: int, person: int, child_of: int | None, by: str | None) -> int:
    """Issue a pass to somebody by their person number; number and code are printed. Exit code 1 where it is refused."""
    from yimatong.records import clock
    from yimatong.records.refusals import Refused
    from yimatong.stations.issuing.actions import issuing

    answer = issuing.issue(by=official(by), point=point, person=person, now=clock.now(), child_of=child_of)
    if isinstance(answer, Refused):
        return no(answer)
    click.echo(f"{answer.number}  {answer.valid_until:%Y-%m-%d}")
    click.echo(answer.text)
    return int(Exit.OK)


@command.command("number")
@click.argument("number")
@needs_database
def about(number: str) -> int:
    """Say where a number stands; exit code 1 where it opens no gate."""
    from yimatong.core.paper import NumberFlaw
    from yimatong.records import clock
    from yimatong.stations.issuing import queries

    said = queries.by_number(number, clock.now())
    if isinstance(said, NumberFlaw):
        click.echo(said.sentence(language()), err=True)
        return int(Exit.INPUT)
    click.echo(f"{said.number}  {said.state}{'  ' + said.cause if said.cause else ''}")
    return int(Exit.OK if said.state in {"good", "doubled"} else Exit.FOUND)


@command.command("register")
@POINT
@click.option("--day", help="Like 2020-02-20; else today.")
@needs_database
def register(point: int, day: str | None) -> None:
    """Print the lines and totals of a day's register, without names and documents; the whole one is printed at the desk."""
    from yimatong.records import calendar
    from yimatong.stations.issuing import queries

    wanted = day_of(day) if day else calendar.today()
    for page in queries.register(point, wanted):
        click.echo(f"{wanted}  {page.page}/{page.pages}")
        for line in page.lines:
            signed = "signed" if line.signed else "-"
            click.echo(f"  {line.line:>4}  {line.number}  {line.mode:<8}{signed:<8}{line.remark}")
        click.echo("  " + "  ".join(f"{mode} {count}" for mode, count in page.totals.items()))


@command.command("print")
@POINT
@click.option("--day", required=True, help="Of the register, like 2020-02-20.")
@click.option(
    "--form",
    default="card",
    show_default=True,
    metavar="[card|a4|sheet|thermal58|thermal80]",
    help="Cards, large print on A4, ten cards on a sheet A4 with marks to cut along, strips of 58 or 80 mm.",
)
@click.argument("file", type=NewFile())
@BY
@needs_database
def print_day(point: int, day: str, form: str, file: Path, by: str | None) -> None:
    """Print all passes of a day that are still good into one PDF, in the lines of the register.

    Every pass printed stands in the audit, and a look at its holder. The file holds names and documents: guard it.
    It is there whole or not at all, and only its owner can read it.
    """
    from yimatong.edges import printing
    from yimatong.edges.printing.cards import check_choice
    from yimatong.edges.web.desk.day_prints import DayPrint
    from yimatong.records import clock
    from yimatong.stations.issuing.actions.points import at_desk

    check_choice(form, printing.BOTH)
    who = official(by)
    job = DayPrint.of(by=who, point=at_desk(who, point), day=day_of(day), form=form, now=clock.now())  # type: ignore[arg-type]
    count, step = len(job.papers), _("setting").of(language())
    with printing.whole_file(file) as out, shown() as show:
        written = printing.write_many(
            job.passes(), out, form=job.form, total=count, progress=lambda done, _total: show(step, done, count)
        )
    say(
        _("{passes} passes printed on {pages} pages: {file}", passes=written.passes, pages=written.pages, file=file),
    )


@command.command("tasks")
@click.option("--all", "with_closed", is_flag=True, help="Closed ones too.")
@BY
@needs_database
def tasks(with_closed: bool, by: str | None) -> int:
    """List collection tasks, of all points or of an official's; exit code 1 when one is late."""
    from yimatong.records import clock
    from yimatong.stations.issuing import queries

    found = queries.tasks(official(by), clock.now(), with_closed=with_closed)
    for line in found:
        task = line.task
        click.echo(
            f"{'!' if line.late else ' '} {task.pk:>6}  {task.paper.number}  {task.kind:<9}{task.cause:<9}"
            f"{task.outcome or line.answerable:<14}{task.due_at:%Y-%m-%d %H:%M}  {task.point.title}"
        )
    return int(Exit.FOUND if any(line.late for line in found) else Exit.OK)


@command.command("close")
@click.argument("task", type=int)
@click.argument("outcome", type=click.Choice(["collected", "not_found", "declared_lost", "told"]))
@click.option("--note", default="", help="No personal data.")
@BY
@needs_database
def close(task: int, outcome: str, note: str, by: str | None) -> None:
    """Close a collection task with its outcome."""
    from yimatong.records import clock
    from yimatong.stations.issuing.actions import collecting

    collecting.close_task(by=official(by), task=task, outcome=outcome, now=clock.now(), note=note)
    say(_("task {task} is closed.", task=task))


def day_of(text: str) -> date:
    """A day as it is typed, or `day-wrong`."""
    from yimatong.stations.issuing.errors import mistake

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise mistake("day-wrong", place="--day") from None


def spans(text: str) -> list[list[str]]:
    """`08:30-11:30,13:30-17:30` as pairs."""
    return [part.strip().split("-") for part in text.split(",") if part.strip()]


def no(refused: Refused) -> int:
    """Print a refusal, with the reasons to be read aloud."""
    click.echo(refused.tell(language()), err=True)
    return int(Exit.FOUND)
