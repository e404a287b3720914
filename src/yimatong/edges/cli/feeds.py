"""`yimatong feeds`: files of facts in, deliveries listed and withdrawn, held rows reported."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from yimatong.core import given
from yimatong.core.errors import Exit
from yimatong.core.text import listed, message as _
from yimatong.edges.cli.paths import NewFile, NewFolder
from yimatong.edges.cli.signing_in import in_own_name
from yimatong.edges.cli.starting import needs_database, say

if TYPE_CHECKING:
    from yimatong.edges.feeds.importing import Outcome
    from yimatong.edges.feeds.risk_areas.taking import ListOutcome
    from yimatong.records.models import Official

FEEDS = (
    "people", "cases", "contacts", "orders", "tests", "symptoms", "permits", "declarations",
    "police_declarations", "platform_decisions", "presence", "discharges", "stays",
)  # fmt: skip
DEFAULT_BASIS = "《中华人民共和国传染病防治法》第十二条"
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("feeds")
def command() -> None:
    """Take deliveries of facts in, and withdraw them. docs/reference/feeds.md lists every column."""


def official(username: str | None) -> Official:
    """The official in whose name a command works: the one named, who signs in with their password, else the machine itself."""
    from yimatong.records.actions import officials

    return in_own_name(officials.official(username)) if username else officials.the_system()


BY = click.option("--by", metavar="USERNAME", help="In whose name, with their password; without it, in the machine's.")
BASIS = click.option(
    "--legal-basis", default=DEFAULT_BASIS, show_default=True, help="On what ground the data are kept."
)
STRICT = click.option("--strict", is_flag=True, help="Exit code 1 when rows were held.")


@command.command("import")
@click.argument("kind", type=click.Choice(FEEDS))
@click.argument("file", type=FILE)
@click.option("--source", required=True, help="Who delivers: an office, a hospital, a system.")
@BASIS
@BY
@STRICT
@needs_database
def import_file(kind: str, file: Path, source: str, legal_basis: str, by: str | None, strict: bool) -> int:
    """Take one Excel, CSV or (stays) Parquet file."""
    from django.conf import settings
    from django.utils import timezone

    from yimatong.edges.feeds import importing, stays

    steps = {"read": _("reading"), "check": _("checking"), "take": _("taking")}
    if kind == "stays":
        say(_("· taking stays into the lake"))
        outcome = stays.take_file(
            file, by=official(by), source=source, legal_basis=legal_basis, lake_folder=settings.YIMATONG_HOME / "lake"
        )
    else:
        outcome = importing.take_file(
            file, feed=kind, by=official(by), source=source, legal_basis=legal_basis, now=timezone.now(),
            progress=lambda step: say(_("· {step}", step=steps[step])),
        )  # fmt: skip
    tell(outcome)
    if not outcome.again:
        judge_soon()
    return int(Exit.FOUND if strict and outcome.held else Exit.OK)


def judge_soon() -> None:
    """Ask the worker to judge those whom the new or withdrawn facts touch (requirement A15: within minutes)."""
    from yimatong.stations.judgements import tasks

    tasks.judge_soon()


def tell(outcome: Outcome) -> None:
    """Print what became of a file."""
    if outcome.again:
        say(
            _(
                "this very file was taken before as delivery {delivery}; nothing was changed.",
                delivery=outcome.delivery,
            ),
        )
    click.echo(
        f"delivery {outcome.delivery}  {outcome.feed}  rows {outcome.rows:,} = taken {outcome.taken:,} "
        f"+ unchanged {outcome.unchanged:,} + held {outcome.held:,}  (ended {outcome.ended:,}, new people {outcome.appeared:,})"
    )
    if outcome.ignored:
        say(_("columns that were ignored: {ignored}", ignored=listed(outcome.ignored)))
    if outcome.skipped:
        say(_("sheets that were not read: {skipped}", skipped=listed(outcome.skipped)))
    if outcome.held and not outcome.again:
        say(
            _(
                "{held} rows wait: yimatong feeds held {delivery} --out report.xlsx",
                held=outcome.held,
                delivery=outcome.delivery,
            ),
        )


@command.command("risk-areas")
@click.argument("lists", nargs=-1, required=True, type=FILE)
@click.option("--source", default=None, help="Whose lists; lists of one source follow one another.")
@BASIS
@BY
@STRICT
@needs_database
def risk_areas(lists: tuple[Path, ...], source: str | None, legal_basis: str, by: str | None, strict: bool) -> int:
    """Take official risk-area lists (JSON), in the order given: each is the state at its instant."""
    from yimatong.edges.feeds import files
    from yimatong.edges.feeds.divisions import is_national
    from yimatong.edges.feeds.risk_areas import taking

    for file in lists:
        # Before the divisions, which take a while.
        files.stamp(file)
    if not is_national():
        load_divisions(None, by)
    held = 0
    for file in lists:
        outcome = taking.take_list(file, by=official(by), legal_basis=legal_basis, source=source or taking.SOURCE)
        tell_list(file, outcome)
        held += outcome.held
    judge_soon()
    return int(Exit.FOUND if strict and held else Exit.OK)


def tell_list(file: Path, outcome: ListOutcome) -> None:
    """Print what became of a list."""
    again = "  (again)" if outcome.again else ""
    click.echo(
        f"{file.name}  delivery {outcome.delivery}{again}  texts {outcome.rows:,} = taken {outcome.taken:,} + unchanged "
        f"{outcome.unchanged:,} + held {outcome.held:,}  areas started {outcome.started:,}, ended {outcome.ended:,}"
    )
    if outcome.resolved:
        click.echo("    resolved by: " + ", ".join(f"{how} {count:,}" for how, count in outcome.resolved))


@command.command("divisions")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Tables of tools/divisions.py."
)
@BY
@needs_database
def divisions(folder: Path | None, by: str | None) -> None:
    """Load the administrative divisions with their history, from the repository's tables or a folder of such."""
    load_divisions(folder, by)


def load_divisions(folder: Path | None, by: str | None) -> None:
    """Load them and say how many; a list's places are resolved to their codes."""
    from yimatong.edges.feeds.divisions import load

    say(_("· loading the divisions"))
    loaded = load(by=official(by), folder=folder)
    counts = ", ".join(f"{level} {count:,}" for level, count in loaded.by_level.items())
    click.echo(f"{counts}; of the past {loaded.past:,}; from {loaded.folder}")


@command.command("withdraw")
@click.argument("delivery", type=int)
@click.option("--why", required=True, help="The reason, for the record; no personal data.")
@BY
@needs_database
def withdraw(delivery: int, why: str, by: str | None) -> None:
    """Withdraw a delivery: what rests on it alone is struck, what others said too stands."""
    from django.conf import settings

    from yimatong.edges.feeds.withdrawing import withdraw as undo

    done = undo(by=official(by), delivery=delivery, why=why, lake_folder=settings.YIMATONG_HOME / "lake")
    judge_soon()
    click.echo(
        f"delivery {delivery} withdrawn: struck {done.struck:,}, standing {done.standing:,}, people {len(done.people):,}"
    )


@command.command("list")
@click.option("--feed", help="Only this feed.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=20, show_default=True)
@needs_database
def list_deliveries(feed: str | None, limit: int) -> None:
    """List the deliveries, the newest first."""
    from yimatong.records.models import Delivery

    found = Delivery.objects.order_by("-pk")
    for one in (found.filter(feed=feed) if feed else found)[:limit]:
        click.echo(
            f"{one.pk:>7}  {one.received_at:%Y-%m-%d %H:%M}  {one.feed:<12}  {one.state:<9}  rows {one.rows:>10,}  taken {one.taken:>10,}  "
            f"unchanged {one.unchanged:>9,}  held {one.held:>7,}  {one.source}  {one.file_name}  {one.error}".rstrip()
        )


@command.command("held")
@click.argument("deliveries", nargs=-1, type=int)
@click.option("--out", required=True, type=NewFile(), help="The Excel file to write.")
@click.option("--why", default="", help="Why the rows are looked at, for the audit.")
@BY
@needs_database
def held(deliveries: tuple[int, ...], out: Path, why: str, by: str | None) -> None:
    """Write the rows that wait as Excel: row, column, what is wrong, what to do. It holds personal data: guard it."""
    from yimatong.edges.feeds import reports
    from yimatong.records.models import Delivery, HeldRow

    found = Delivery.objects.filter(held_rows__state=HeldRow.State.WAITING).distinct().order_by("pk")
    chosen = found.filter(pk__in=deliveries) if deliveries else found
    rows = reports.write(chosen, out, by=official(by), why=why or f"yimatong feeds held ({getpass.getuser()})")
    say(_("{rows} rows written to {out}", rows=rows, out=out))


@command.command("confirm")
@click.argument("held_row", type=int)
@click.option("--person", type=int, required=True, help="Our number of the person whom the row is about.")
@click.option("--why", required=True, help="How that was established; no personal data.")
@click.option("--by", metavar="USERNAME", required=True, help="The official who established it; never the machine.")
@needs_database
def confirm(held_row: int, person: int, why: str, by: str) -> None:
    """Make a held row a fact, when an official has established whom it is about."""
    from django.utils import timezone

    from yimatong.edges.feeds import releasing

    fact = releasing.confirm(by=official(by), held_row=held_row, person=person, why=why, now=timezone.now())
    judge_soon()
    click.echo(str(fact))


@command.command("dismiss")
@click.argument("held_row", type=int)
@click.option("--why", required=True, help="Why nothing comes of the row; no personal data.")
@click.option("--by", metavar="USERNAME", required=True, help="The official who says so.")
@needs_database
def dismiss(held_row: int, why: str, by: str) -> None:
    """Close a held row that is about nobody, or was delivered again correctly."""
    from django.utils import timezone

    from yimatong.records.actions import held

    held.dismiss(by=official(by), held_row=held_row, why=why, now=timezone.now())
    say(_("dismissed."))


@command.command("contracts")
@click.option("--out", type=NewFolder(), help="Write the two reference pages into this folder.")
@click.option(
    "--check",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Compare the pages in this folder; exit code 1 when one is not fresh.",
)
def contracts(out: Path | None, check: Path | None) -> int:
    """Print what every feed's file must look like."""
    from yimatong.edges.feeds.pages import pages

    if out is None and check is None:
        click.echo(pages()["feeds.md"])
    stale = []
    for name, text in pages().items():
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            given.writable(out / name)
            (out / name).write_text(text, encoding="utf-8")
        if check is not None and digest(check / name) != hashlib.sha256(text.encode()).hexdigest():
            stale.append(name)
    for name in stale:
        say(_("{name} is not what the code says; run make docs", name=name))
    return int(Exit.FOUND if stale else Exit.OK)


def digest(file: Path) -> str:
    """The SHA-256 of a file, or nothing where there is none."""
    return hashlib.sha256(given.read(file)).hexdigest() if file.is_file() else ""
