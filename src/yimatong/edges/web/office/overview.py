"""The control office's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yimatong.core.colour import Colour
from yimatong.edges.web.office import cases, curves
from yimatong.edges.web.office.freshness import freshness
from yimatong.edges.web.office.overview_tables import district_table, feed_table, run_table
from yimatong.edges.web.official import access
from yimatong.edges.web.official.excel import exported
from yimatong.edges.web.official.frame import show
from yimatong.stations.judgements import queries
from yimatong.stations.judgements.queries import Overview, RunLine


@access.page(access.ANYBODY)
def overview(request: HttpRequest) -> HttpResponse:
    """Show how many people have each colour, where, why, since when, and how fresh what we know is."""
    now = queries.overview()
    districts = district_table(request, now.districts)
    runs = run_table(request, now.runs, page_size=8)
    feeds = feed_table(request, freshness(timezone.now()))
    file = exported(districts, runs, feeds)
    if file is not None:
        return file
    before = run_before(now)
    case_days = cases.reported(now.run.as_of) if now.run else ()
    context = {
        "now": now,
        "before": before,
        "tiles": [tile(now, before, colour) for colour in Colour],
        "districts": districts,
        "runs": runs,
        "feeds": feeds,
        "bars": bars(now),
        "map": curves.district_map(now.districts) if now.run else None,
        "colours": curves.colour_curve(now.days),
        "cases": curves.case_curve(case_days),
        "case_days": case_days,
        "days": now.days,
    }
    return show(request, "web/overview.html", context)


def run_before(now: Overview) -> RunLine | None:
    """Return the run whose verdicts were in force before the present ones."""
    published = [run for run in now.runs if run.state == "published" and now.run and run.run < now.run.run]
    return published[0] if published else None


def tile(now: Overview, before: RunLine | None, colour: Colour) -> dict[str, object]:
    """Return one colour's big figure: people, and how many more or fewer than after the run before."""
    earlier = before.counts[colour] if before and before.counts else None
    people = now.counts[colour]
    return {"colour": colour, "people": people, "change": None if earlier is None else people - earlier}


def bars(now: Overview) -> list[dict[str, object]]:
    """Return the reasons with the length of their bars in percent of the longest."""
    longest = max((reason.people for reason in now.reasons), default=0)
    return [
        {"reason": reason, "length": f"{100 * reason.people / longest:.2f}%" if longest else "0"}
        for reason in now.reasons
    ]
