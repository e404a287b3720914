"""Checkpoints: what happens at each today, opening and closing one, its page, and the notice of rights for its wall (U9)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimatong.core.checkpoints.words import ACTION_WORDS, VALUE_WORDS
from yimatong.core.errors import YimatongError
from yimatong.edges.printing.symbol import symbol
from yimatong.edges.web.everybody.divisions import division_in_words
from yimatong.edges.web.everybody.words import in_words, until
from yimatong.edges.web.office import checkpoint_tables as shown
from yimatong.edges.web.office.checkpoint_forms import AnswerForm, CloseForm, HoursForm, OfferForm, OpenForm
from yimatong.edges.web.office.checkpoint_tables import checkpoint_title
from yimatong.edges.web.office.complaints import complaint_table
from yimatong.edges.web.office.hand_overs import hand_over_table
from yimatong.edges.web.official import access
from yimatong.edges.web.official.device_states import Scanner
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.forms import put_into
from yimatong.edges.web.official.frame import show
from yimatong.records import calendar, clock
from yimatong.records.models import Official
from yimatong.stations.appeals import queries as appeals
from yimatong.stations.checkpoints import queries
from yimatong.stations.checkpoints.actions import opening
from yimatong.stations.checkpoints.models import Checkpoint
from yimatong.stations.checkpoints.queries import Counts
from yimatong.stations.dispositions import queries as dispositions
from yimatong.stations.dispositions.rules import texts_on

DAYS = 14
DONE: dict[str, Promise] = {
    "opened": _("The checkpoint is open. Make a code for each phone that is to be its scanner."),
    "closed": _("The checkpoint is closed; its scanners and codes are revoked."),
    "hours": _("The hours are changed. Each scanner learns them at its next sync."),
    "revoked": _(
        "Revoked. A scanner that is offline deletes everything at its next contact; until then its hours end."
    ),
}


@access.page(access.SEE_CHECKPOINTS)
@require_GET
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Show the checkpoints of the jurisdiction with what happened today; the page renews itself."""
    by, now = access.official(request), clock.now()
    lines = lines_of(by, now)
    table = shown.checkpoint_table(request, lines)
    context = {
        "table": table,
        "tiles": tiles([line.counts for line in lines]),
        "may_open": by.role in access.RUN_CHECKPOINTS,
        "today": calendar.day(now),
        "done": DONE.get(request.GET.get("done", "")),
    }
    return exported(table) or show(request, "web/checkpoints.html", context)


def lines_of(by: Official, now: datetime) -> list[shown.Line]:
    """Today's lines of the list."""
    since = calendar.begins(calendar.day(now))
    complaints = appeals.counts(by=by, since=since)
    devices: dict[int, list[Any]] = defaultdict(list)
    for device in queries.devices(by=by):
        devices[device.checkpoint_id].append(device)
    return [
        shown.Line(counts, complaints.get(counts.checkpoint.number, 0), devices[counts.checkpoint.number])
        for counts in queries.live_counts(by=by, since=since)
    ]


def tiles(counted: list[Counts]) -> dict[str, Any]:
    """The sums of the whole list."""
    return {
        "passages": sum(one.passages for one in counted),
        "colours": [(key, sum(one.verdicts.get(key, 0) for one in counted)) for key in ("green", "yellow", "red")],
        "actions": [
            (key, in_words(ACTION_WORDS[key]), sum(one.actions.get(key, 0) for one in counted))
            for key in ("release", "apply_now", "turn_back", "hand_over")
        ],
        "refused": sum(one.refused_green for one in counted),
    }


@access.page(access.RUN_CHECKPOINTS)
@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a checkpoint."""
    by = access.official(request)
    form = OpenForm(request.POST if request.method == "POST" else None, by=by)
    if request.method == "POST" and form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("title_zh", "title_en", "division", "zone", "lat", "lon")}
        try:
            made = opening.open_checkpoint(
                by=by, hours=form.entry(), control_hours=form.control_entry(), at=timezone.now(), **given
            )
        except YimatongError as mistake:
            put_into(form, mistake)
        else:
            return redirect(f"{reverse('web:checkpoint', args=[made.number])}?done=opened")
    return show(request, "web/checkpoint_open.html", {"form": form}, status=422 if request.method == "POST" else 200)


@access.page(access.SEE_CHECKPOINTS)
@require_GET
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    """Show one checkpoint: what happens there, its scanners, what was noticed, who complained."""
    return page_of(request, found_or_404(request, number))


def page_of(request: HttpRequest, found: Checkpoint, status: int = 200, **more: Any) -> HttpResponse:
    """Return the page of a checkpoint; `more` are forms with mistakes, or an answer that is shown once."""
    by, now = access.official(request), clock.now()
    day = calendar.begins(calendar.day(now))
    today, weeks = (queries.counts_of(found, since=day - timedelta(days=back)) for back in (0, DAYS - 1))
    tables = {
        "flags": shown.flag_table(request, tuple(queries.flags(by=by, checkpoint=found.number)[:500])),
        "shifts": shown.shift_table(
            request, tuple(queries.shifts(by=by, checkpoint=found.number).select_related("device")[:200])
        ),
        "complaints": complaint_table(request, appeals.complaints(by=by, checkpoint=found.number)),
        "hand_overs": hand_over_table(request, dispositions.inbox(by=by, checkpoint=found.number), of_one=True),
    }
    file = exported(*tables.values())
    if file is not None:
        return file
    may_run = by.role in access.RUN_CHECKPOINTS and found.closed_at is None
    first, last = found.hours[0][1], found.hours[0][2]
    control = (
        {"control_begins": found.control_hours[0][1], "control_ends": found.control_hours[0][2]}
        if found.control_hours
        else {}
    )
    context: dict[str, Any] = {
        "it": found,
        "title": checkpoint_title(found),
        "place": division_in_words(found.division),
        "zone": shown.zone_title(found),
        "hours": shown.hours_in_words(found.hours),
        "figures": figures(today, weeks),
        "refused": [today.refused_green, weeks.refused_green],
        "unattended": [today.unattended, weeks.unattended],
        "grounds": shown.grounds(weeks, now),
        "scanners": [Scanner(device) for device in queries.devices(by=by, checkpoint=found.number)],
        "offers": [
            (one, until(one.until)) for one in queries.offers(by=by, checkpoint=found.number, at=timezone.now())
        ],
        "tables": tables,
        "may_run": may_run,
        "days": DAYS,
        "done": DONE.get(request.GET.get("done", "")),
        "offer_form": OfferForm(),
        "answer_form": AnswerForm(checkpoint=found),
        "close_form": CloseForm(prefix="close"),
        "hours_form": HoursForm(
            initial={
                "days": [str(bit) for bit in range(7) if found.hours[0][0] >> bit & 1],
                "begins": f"{first // 60:02d}:{first % 60:02d}",
                "ends": f"{last // 60:02d}:{last % 60:02d}",
                **{name: f"{minute // 60:02d}:{minute % 60:02d}" for name, minute in control.items()},
            }
        ),
    }
    response = show(request, "web/checkpoint.html", {**context, **more}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def figures(today: Counts, weeks: Counts) -> list[tuple[str, list[tuple[str, str, int, int]]]]:
    """Verdicts and actions, today and over the days: (key, word, today, days), those that never were left out."""

    def part(words: Any, now: dict[str, int], before: dict[str, int]) -> list[tuple[str, str, int, int]]:
        return [(key, in_words(text), now.get(key, 0), before[key]) for key, text in words.items() if before.get(key)]

    return [
        ("verdicts", part(VALUE_WORDS["verdict"], today.verdicts, weeks.verdicts)),
        ("actions", part(ACTION_WORDS, today.actions, weeks.actions)),
    ]


@access.page(access.RUN_CHECKPOINTS)
@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close a checkpoint, with a reason; everything that could scan there is revoked."""
    found, form = found_or_404(request, number), CloseForm(request.POST, prefix="close")
    if not form.is_valid():
        return page_of(request, found, 422, close_form=form)
    opening.close_checkpoint(
        by=access.official(request), checkpoint=number, why=form.cleaned_data["why"], at=timezone.now()
    )
    return redirect(f"{reverse('web:checkpoint', args=[number])}?done=closed")


@access.page(access.RUN_CHECKPOINTS)
@require_POST
def hours(request: HttpRequest, number: int) -> HttpResponse:
    """Change its hours."""
    found, form = found_or_404(request, number), HoursForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, 422, hours_form=form)
    control = form.control_entry() if found.zone == found.Zone.CONTROL else None
    opening.change_hours(
        by=access.official(request), checkpoint=number, hours=form.entry(), control_hours=control, now=clock.now()
    )
    return redirect(f"{reverse('web:checkpoint', args=[number])}?done=hours")


@access.page(access.SEE_CHECKPOINTS)
@require_GET
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """Show the notice of rights for the wall of a checkpoint, in both languages, from the policy (U9)."""
    found, texts = found_or_404(request, number), texts_on(clock.now())
    if texts is None:
        raise Http404
    complain = request.build_absolute_uri(reverse("complain:here", args=[number]))
    declare = request.build_absolute_uri(f"{reverse('me:welcome')}?at={number}")
    context = {
        "it": found,
        "texts": texts.notice,
        "title": checkpoint_title(found),
        "complain": complain,
        "declare": declare,
        "complain_code": mark_safe(symbol(complain).svg),  # noqa: S308 -- drawn here, of our own address
        "declare_code": mark_safe(symbol(declare).svg),  # noqa: S308 -- the same
    }
    return show(request, "web/checkpoint_notice.html", context)


def found_or_404(request: HttpRequest, number: int) -> Checkpoint:
    """Return a checkpoint of the jurisdiction, open or closed."""
    found = Checkpoint.objects.filter(pk=number).first() if number < 2**31 else None
    if found is None or not access.may_see(access.official(request), found.division):
        raise Http404
    return found
