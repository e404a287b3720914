"""A company's roster (B7, A17): its own names, who has agreed, who has to act; for the health department the tests by category.

Whoever speaks for a company sees nothing else, and nothing on these pages is looked up in anybody's record for them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter
from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.text import given, in_all
from yimatong.edges.feeds import rosters as files
from yimatong.edges.feeds.problems import PROBLEMS
from yimatong.edges.web.everybody.titles import ROSTER_CATEGORIES
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import answer, exported
from yimatong.edges.web.official.frame import show
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import clock
from yimatong.records.models import Official
from yimatong.stations.issuing import companies, queries
from yimatong.stations.issuing.actions import rosters as actions
from yimatong.stations.issuing.companies import WorkerShown
from yimatong.stations.issuing.models import Point, RosterAsked, RosterLine
from yimatong.stations.judgements.tasks import judge_soon

Role = Official.Role
ACTS: dict[str, tuple[Promise, str]] = {
    "agree": (_("has not agreed yet"), "is-wait"),
    "declare": (_("declare"), "is-bad"),
    "see-code": (_("look at their own page"), "is-wait"),
    "": (_("nothing to do"), "is-on"),
}
REPORT = "roster.report"
MOST_BYTES, MOST_TOLD = 5 << 20, 500
NAMES = {"csv": "roster.csv", "xlsx": "roster.xlsx", "xls": "roster.xls"}


class FileForm(forms.Form):
    """A file of workers or of tests."""

    template_name = "web/parts/form.html"
    file = forms.FileField(
        label=_("File (Excel or CSV)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv,text/csv"}),
        help_text=_("At most 5 MB. The file itself is not kept."),
    )

    def clean_file(self) -> UploadedFile:
        """Not too large to be read while somebody waits."""
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 5 MB. Divide it."))
        return given


@access.page(access.SEE_ROSTERS)
@require_GET
def rosters(request: HttpRequest) -> HttpResponse:
    """List the companies that one speaks for or works at; the control office and the health department see all."""
    now = clock.now()
    lines = [(one, companies.roster(one.pk, now)) for one in companies_of(access.official(request))]
    return show(request, "web/rosters.html", {"lines": lines})


@access.page(access.SEE_ROSTERS)
@require_GET
def roster(request: HttpRequest, number: int) -> HttpResponse:
    """Show one company's roster: totals of its own names and who has to act; the health department sees categories instead."""
    by = access.official(request)
    here = company_of(by, number)
    return roster_page(request, by, here)


def roster_page(request: HttpRequest, by: Official, here: Point, form: FileForm | None = None) -> HttpResponse:
    """The page, with a form that was wrong where there is one."""
    now = clock.now()
    context: dict[str, Any] = {"point": here, "form": form or FileForm(), "report": report_of(request, here)}
    status = 422 if form is not None else 200
    if by.role == Role.HEALTH:
        tested = [(ROSTER_CATEGORIES[one.category], one) for one in companies.by_category(here.pk, now)]
        return show(request, "web/roster_tests.html", context | {"tested": tested}, status=status)
    shown = companies.roster(here.pk, now)
    table = roster_table(request, here, shown.workers)
    context |= {
        "shown": shown,
        "table": table,
        "agree": shown.count("agree"),
        "act": shown.count("declare", "see-code"),
    }
    context["may_ask"] = by.role in access.ASK_WORKERS
    return exported(table) or show(request, "web/roster.html", context, status=status)


def roster_table(request: HttpRequest, here: Point, workers: tuple[WorkerShown, ...]) -> Table:
    """The company's names, and what each has to do."""
    columns: tuple[Column, ...] = (
        Column("name", _("Name"), lambda one: one.asked.name, link=lambda one: address(one.asked)),
        Column("tail", _("Number ends in"), lambda one: one.asked.tail, "code", sortable=False),
        Column("category", _("Category"), lambda one: str(ROSTER_CATEGORIES[one.asked.category]), choices=lambda one: one.asked.category),
        Column("act", _("To do"), lambda one: str(ACTS[one.act][0]), "badge", tone=tone_of, choices=lambda one: one.act or "nothing"),
    )  # fmt: skip
    return Table(
        name="roster",
        caption=_("Roster"),
        columns=columns,
        rows=ListRows(columns, workers),
        request=request,
        sort="name",
        empty=_("Nobody is on the list yet. Upload your workers."),
    )


def tone_of(one: WorkerShown) -> str:
    """How what is to be done looks."""
    return ACTS[one.act][1]


@access.page(access.ASK_WORKERS)
@require_POST
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Take a file of workers: those whose rows are right are asked, the others stand in the report."""
    by = access.official(request)
    here, form = company_of(by, number), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return roster_page(request, by, here, form)
    with tempfile.TemporaryDirectory() as folder:
        read = files.workers(put(form.cleaned_data["file"], Path(folder)), clock.now())
    fresh = actions.ask(by=by, point=here.pk, workers=read.rows)
    keep_report(request, here, len(read.rows), fresh, read.problems)
    return redirect(f"{reverse('web:roster', args=[here.pk])}?report=1")


@access.page(access.RECORD_TESTS)
@require_POST
def tests(request: HttpRequest, number: int) -> HttpResponse:
    """Take the tests of a company's workers as facts, by the health department; who is judged anew is judged soon."""
    by = access.official(request)
    here, form = company_of(by, number), FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return roster_page(request, by, here, form)
    with tempfile.TemporaryDirectory() as folder:
        read = files.tests(put(form.cleaned_data["file"], Path(folder)), here.pk, clock.now())
    fresh = actions.record_tests(by=by, point=here.pk, tests=read.rows, now=clock.now())
    keep_report(request, here, len(read.rows), fresh, read.problems)
    judge_soon()
    return redirect(f"{reverse('web:roster', args=[here.pk])}?report=1")


@access.page(access.SEE_WORKERS)
@require_http_methods(["GET", "POST"])
def worker(request: HttpRequest, number: int, asked: int) -> HttpResponse:
    """One name: the company takes it off its list; the clerk of its point says that consent was signed, or taken back, on paper."""
    by = access.official(request)
    here = company_of(by, number)
    found = get_object_or_404(RosterAsked, pk=asked, point=here, dropped_at=None)
    if request.method == "POST":
        pressed(by, found, request.POST.get("go", ""))
        return redirect("web:roster", here.pk)
    shown = next(one for one in companies.roster(here.pk, clock.now()).workers if one.asked.pk == asked)
    title, tone = ACTS[shown.act]
    context = {
        "point": here,
        "asked": found,
        "category": ROSTER_CATEGORIES[found.category],
        "act": shown.act,
        "title": title,
        "tone": tone,
        "may_ask": by.role in access.ASK_WORKERS,
        "may_sign": by.role in access.DESK,
    }
    return show(request, "web/roster_worker.html", context)


def pressed(by: Official, found: RosterAsked, go: str) -> None:
    """What a button does: `drop`, `signed` or `withdrawn`."""
    now = clock.now()
    allowed = access.ASK_WORKERS if go == "drop" else access.DESK
    if by.role not in allowed:
        raise PermissionDenied
    if go == "drop":
        actions.drop(by=by, asked=found.pk, now=now)
    elif go == "signed":
        actions.signed(by=by, asked=found.pk, now=now)
        judge_soon()
    elif go == "withdrawn":
        for line in RosterLine.objects.filter(point=found.point_id, person__id_key=found.id_key, removed_at=None):
            actions.remove(by=by, line=line.pk, why="withdrawn", now=now)
        judge_soon()
    else:
        raise Http404


@access.page(access.ASK_WORKERS)
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """An empty roster to be filled in."""
    return answer(files.template(), "roster")


@access.page(access.SEE_ROSTERS)
@require_GET
def report(request: HttpRequest, number: int) -> HttpResponse:
    """The rows of the last file that were not taken, as Excel; it has none of their values."""
    here = company_of(access.official(request), number)
    kept = report_of(request, here, asked=True)
    if kept is None:
        raise Http404
    from io import BytesIO

    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("report")
        for at, title in enumerate((_("Row"), _("Column"), _("What is wrong"), _("What to do"), _("Code"))):
            sheet.write_string(0, at, str(title))
            sheet.set_column(at, at, 28)
        for line, row in enumerate(kept["problems"], start=1):
            sheet.write_number(line, 0, row["row"])
            for at, key in enumerate(("column", "wrong", "remedy", "code"), start=1):
                sheet.write_string(line, at, row[key])
    return answer(buffer.getvalue(), "report")


def companies_of(by: Official) -> list[Point]:
    """The companies and buildings whose roster one may see."""
    mine = queries.points_of(by) if by.role in (Role.CLERK, Role.EMPLOYER) else Point.objects.order_by("title")
    return list(mine.filter(kind__in=Point.WITH_ROSTER, stopped_at=None))


def company_of(by: Official, number: int) -> Point:
    """One of these, 404 where it is none: whether there is such a company is nobody else's business."""
    found = next((one for one in companies_of(by) if one.pk == number), None)
    if found is None:
        raise Http404
    return found


def address(asked: RosterAsked) -> str:
    """Where one name is shown."""
    return reverse("web:roster-worker", args=[asked.point_id, asked.pk])


def put(given: UploadedFile, folder: Path) -> Path:
    """The file in a folder that is gone after it was read, under a name of ours."""
    ending = Path(given.name or "").suffix.lower().lstrip(".")
    path = folder / NAMES.get(ending, "roster.csv")
    with path.open("wb") as out:
        for piece in given.chunks():
            out.write(piece)
    return path


def keep_report(request: HttpRequest, here: Point, rows: int, fresh: int, problems: tuple[files.Problem, ...]) -> None:
    """Keep what became of a file for the page that follows: numbers, columns and codes, no value of any row."""
    told = [[one.row, in_all(one.column), one.code] for one in problems[:MOST_TOLD]]
    request.session[REPORT] = {"point": here.pk, "rows": rows, "new": fresh, "held": len(problems), "told": told}


def report_of(request: HttpRequest, here: Point, *, asked: bool = False) -> dict[str, Any] | None:
    """What became of the last file, in the reader's language; None where the page was not asked for it."""
    kept = request.session.get(REPORT)
    if kept is None or kept["point"] != here.pk or not (asked or request.GET.get("report")):
        return None
    problems = [
        {
            "row": row,
            "column": in_words(given(column)),
            "wrong": in_words(PROBLEMS[code].wrong),
            "remedy": in_words(PROBLEMS[code].remedy),
            "code": code,
        }
        for row, column, code in kept["told"]
    ]
    return {**kept, "problems": problems}
