"""The register of a point: days of a month, one day line by line, its print, its export, and the signatures to its lines."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from yimatong.core.bounds import loads
from yimatong.core.errors import YimatongError
from yimatong.core.time import day_of
from yimatong.edges import printing
from yimatong.edges.web.desk import issuing, prints, session
from yimatong.edges.web.desk.day_prints import DayPrint, printable
from yimatong.edges.web.everybody.words import masked, told
from yimatong.edges.web.official import access, counted, excel, frame
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import calendar, clock
from yimatong.records.actions import audit
from yimatong.stations.issuing import books, queries
from yimatong.stations.issuing.actions.signing import LARGEST, sign_register
from yimatong.stations.issuing.errors import mistake
from yimatong.stations.issuing.models import Entry, Point
from yimatong.stations.issuing.queries import RegisterLine

MODES: dict[str, Promise] = {"desk": _("at the desk"), "offline": _("desk offline"), "blank": _("blank by hand")}
STANDING = {False: (_("stands"), "is-on"), True: (_("dead"), "is-bad")}
MOST_STROKES = 400
LARGEST_SCAN = 10_000_000
"""Bytes of a scan or photograph as it comes; some kilobytes of it are kept."""
MOST_PASSES = 500
"""Of a day's passes in one answer: some seconds of a machine that others wait for."""
FORMS: dict[str, Promise] = {"sheet": _("Ten cards on a sheet A4"), **issuing.FORMS}


@access.page(access.DESK)
@require_GET
def register(request: HttpRequest, number: int) -> HttpResponse:
    """Show the register of a day: names are masked, the print and the export have them whole."""
    at, day = session.here(request, number), session.day_of(request)
    pages = queries.register(at.pk, day)
    table = register_table(request, at, day, masked_names=True)
    signed = sum(line.signed for page in pages for line in page.lines)
    context = {
        "point": at, "day": day, "table": table, "pages": len(pages), "totals": pages[0].day_totals if pages else None,
        "signed": signed, "modes": [(MODES[key], pages[0].day_totals[key]) for key in MODES] if pages else [],
        "month": day.strftime("%Y-%m"), "forms": list(FORMS.items()), "printable": printable(at, day, clock.now()).count(),
        "most": MOST_PASSES,
    }  # fmt: skip
    return show(request, "web/desk_register.html", context)


@access.page(access.DESK)
@require_GET
def register_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """Give the register of a day as it is filed; everybody in it is looked at, which is recorded."""
    by, at, day = access.official(request), session.here(request, number), session.day_of(request)
    looked(request, at, day)
    pages = prints.register_pages(at, day, by.name)
    if not pages:
        raise Http404
    made = printing.register_pages(pages)
    audit.record(by=by, action="register.print", subject=f"point/{at.pk}", details={"day": day.isoformat()})
    return session.pdf_answer(made, f"register-{at.pk}-{day.isoformat()}")


@access.page(access.DESK)
@require_GET
def passes_pdf(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Give all passes of a day that are still good as one file, streamed as it is set; everybody in it is looked at."""
    by, at, day, now = access.official(request), session.here(request, number), session.day_of(request), clock.now()
    form = request.GET.get("form", "sheet")
    if form not in FORMS:
        raise Http404
    job = DayPrint.of(by=by, point=at, day=day, form=form, now=now)  # type: ignore[arg-type]
    if len(job.papers) > MOST_PASSES:
        count = len(job.papers)
        raise mistake("too-many-to-print", count=count, most=MOST_PASSES, point=at.pk, day=day.isoformat())
    counted.spend(by, "list", len(job.papers))
    made = StreamingHttpResponse(printing.streamed(job.passes(), form=job.form), content_type="application/pdf")
    return session.for_the_printer(made, f"passes-{at.pk}-{day.isoformat()}-{form}")


@access.page(access.DESK)
@require_GET
def register_excel(request: HttpRequest, number: int) -> HttpResponse:
    """Give the same as an Excel file; everybody in it is looked at, which is recorded."""
    by, at, day = access.official(request), session.here(request, number), session.day_of(request)
    looked(request, at, day)
    table = register_table(request, at, day, masked_names=False)
    if not table.total:
        raise Http404
    made = excel.workbook(table)
    audit.record(by=by, action="register.export", subject=f"point/{at.pk}", details={"day": day.isoformat()})
    return frame.kept_nowhere(excel.answer(made, f"register-{at.pk}-{day.isoformat()}"))


@access.page(access.DESK)
@require_GET
def months(request: HttpRequest, number: int) -> HttpResponse:
    """List the days of a month on which the point issued something; nobody is in it, so it goes to Excel as it is."""
    at = session.here(request, number)
    first, last = books.month_of(month_of(request))
    before, after = date.fromordinal(first.toordinal() - 1), date.fromordinal(last.toordinal() + 1)
    table = days_table(request, at, first, last)
    context = {"point": at, "first": first, "table": table, "before": before, "after": after}
    return exported(table) or show(request, "web/desk_months.html", context)


@access.page(access.DESK)
@require_POST
def sign(request: HttpRequest, number: int, entry: int) -> HttpResponse:
    """Keep the signature to a line: strokes of the screen, a scan of the line that was signed on paper, or that it stands there."""
    by, at = access.official(request), session.here(request, number)
    found = session.paper_of(at, entry)
    how = request.POST.get("how", "")
    try:
        data = signature_of(request, how, found.number)
        sign_register(by=by, number=found.number, how=how, data=data, now=clock.now())
    except YimatongError as mistake:
        return issuing.paper_page(request, at, entry, 422, problem=told(mistake))
    return redirect(session.address(found) + "?done=signed")


def signature_of(request: HttpRequest, how: str, number: str) -> bytes:
    """What is kept of a signature; empty, which is none, where nothing was given or more than a photograph has."""
    if how == "screen":
        return strokes_of(request.POST.get("strokes", ""))
    scan = request.FILES.get("scan") if how == "scan" else None
    return (
        b""
        if scan is None or not 0 < (scan.size or 0) <= LARGEST_SCAN
        else printing.signature_scan(scan.read(), number)
    )


def strokes_of(text: str) -> bytes:
    """The strokes of a form, read and written anew; empty, which is no signature, where they are none."""
    if len(text) > LARGEST:
        return b""
    try:
        given = loads(text)
        strokes = [[[int(x), int(y)] for x, y in stroke] for stroke in given if stroke]
    except (ValueError, TypeError, OverflowError):
        return b""
    if not 1 <= len(strokes) <= MOST_STROKES or sum(map(len, strokes)) < 2:
        return b""
    return json.dumps(strokes, separators=(",", ":")).encode()


def looked(request: HttpRequest, at: Point, day: date) -> None:
    """Record a look at everybody in a day's register."""
    by, why = access.official(request), f"paper: register {day.isoformat()}"
    counted.looks(by=by, people=prints.people_of(at, day), why=why, where="register")


def register_table(request: HttpRequest, at: Point, day: date, *, masked_names: bool) -> Table:
    """The lines of a day; with whole names for paper and export alone."""
    entries = dict(Entry.objects.filter(point=at, day=day_of(day)).values_list("paper_id", "pk"))
    rows = tuple(line for page in queries.register(at.pk, day) for line in page.lines)

    def shown_at(one: RegisterLine) -> str:
        return reverse("web:desk-pass", args=[at.pk, entries[one.paper]])

    name: Any = (lambda one: masked(one.name)) if masked_names else (lambda one: one.name)
    document: Any = (lambda one: one.document[-4:]) if masked_names else (lambda one: one.document)
    columns: tuple[Column, ...] = (
        Column("page", pgettext_lazy("register", "Page"), lambda one: (one.line - 1) // queries.LINES + 1, "number"),
        Column("line", _("Line"), lambda one: one.line, "number"),
        Column("number", pgettext_lazy("pass", "Number"), lambda one: one.number, "code", link=shown_at),
        Column("name", _("Name"), name),
        Column("tail", _("Number ends in") if masked_names else _("Document number"), document, "code", sortable=False),
        Column("child", _("Parent's document"), lambda one: str(_("yes")) if one.child_of else None, in_page=False),
        Column("at", _("Issued"), lambda one: one.issued_at, "instant"),
        Column("until", _("Valid until"), lambda one: one.valid_until, "day"),
        Column("mode", _("How"), lambda one: str(MODES[one.mode]), choices=lambda one: one.mode),
        Column(
            "signed",
            _("Signature"),
            lambda one: str(_("signed") if one.signed else _("missing")),
            "badge",
            tone=lambda one: "is-on" if one.signed else "is-wait",
            choices=lambda one: "yes" if one.signed else "no",
        ),
        Column(
            "state",
            pgettext_lazy("pass", "Standing"),
            lambda one: str(STANDING[bool(one.remark)][0]),
            "badge",
            tone=tone_of,
            choices=lambda one: "dead" if one.remark else "stands",
        ),
    )
    return Table(
        name="register",
        caption=_("Register"),
        columns=columns,
        rows=ListRows(columns, rows),
        request=request,
        sort="line",
        exportable=False,
        page_size=50,
        empty=_("Nothing was issued here on this day."),
    )


def days_table(request: HttpRequest, at: Point, first: date, last: date) -> Table:
    """The days of a month with their totals."""
    where = reverse("web:desk-register", args=[at.pk])
    columns: tuple[Column, ...] = (
        Column("day", _("Day"), lambda one: one.day, "day", link=lambda one: f"{where}?day={one.day.isoformat()}"),
        Column("lines", _("Lines"), lambda one: one.lines, "number"),
        Column("pages", _("Pages"), lambda one: one.pages, "number"),
        Column("desk", _("At the desk"), lambda one: one.desk, "number"),
        Column("offline", _("Desk offline"), lambda one: one.offline, "number"),
        Column("blank", _("Blank by hand"), lambda one: one.blank, "number"),
        Column("replaced", _("Replaced"), lambda one: one.replaced, "number"),
        Column("signed", _("Signed"), lambda one: one.signed, "number"),
        Column("unsigned", _("Not signed"), lambda one: one.lines - one.signed, "number"),
    )
    return Table(
        name="days",
        caption=_("Days of the register"),
        columns=columns,
        rows=ListRows(columns, books.days(at.pk, first, last)),
        request=request,
        sort="-day",
        page_size=31,
        searchable=False,
        highlight=lambda one: one.signed < one.lines,
        empty=_("Nothing was issued here in this month."),
    )


def month_of(request: HttpRequest) -> date:
    """The first day of the month that is asked for, today's where none is."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return calendar.day(clock.now())


def tone_of(one: RegisterLine) -> str:
    """How the standing of a line looks."""
    return STANDING[bool(one.remark)][1]
