"""The tables of districts, runs and feeds: their columns, said once for every page that shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _, pgettext_lazy

from yimatong.core.colour import Colour
from yimatong.edges.web.everybody.policies import colour_word
from yimatong.edges.web.everybody.titles import feed_title
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.office.freshness import Feed
from yimatong.edges.web.office.people_lists import address
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.stations.judgements.queries import DistrictCount, RunLine

KINDS: dict[str, Promise] = {
    "full": _("Everybody"),
    "touched": _("The touched"),
    "as_of": _("As of an instant"),
    "replay": _("Replay"),
}
STATES: dict[str, Promise] = {
    "started": _("started"),
    "snapshotted": _("inputs taken"),
    "judged": _("judged"),
    "published": _("published"),
    "finished": _("finished"),
    "repeated": _("no change"),
    "failed": _("failed"),
    "abandoned": _("abandoned"),
}
GOING = frozenset({"started", "snapshotted", "judged"})
TONES = {"published": "is-on", "finished": "is-on", "repeated": "is-on", "failed": "is-bad", "abandoned": "is-bad"}


def kind_title(run: RunLine) -> str:
    """Return what a run judged, in words."""
    return str(KINDS.get(run.kind, run.kind))


def state_title(run: RunLine) -> str:
    """Return where a run stands, in words."""
    return gettext("in force") if run.in_force else str(STATES.get(run.state, run.state))


def state_key(run: RunLine) -> str:
    """Return where a run stands, as an address says it."""
    return "in-force" if run.in_force else run.state


def state_tone(run: RunLine) -> str:
    """Return how the badge of a run's state looks."""
    return TONES.get(run.state, "is-wait")


def deliveries_of(feed: Feed) -> str:
    """Return where a feed's deliveries are listed."""
    return f"{reverse('web:deliveries')}?deliveries.feed={feed.feed}"


def count_of(colour: Colour) -> Callable[[Any], int | None]:
    """Return how many people of a colour a run or a district has."""
    return lambda row: row.counts[colour] if row.counts else None


def colour_columns(link: Callable[[Any, Colour], str] | None = None) -> tuple[Column, ...]:
    """Return a column a colour."""
    return tuple(
        Column(
            colour.value,
            in_words(colour_word(colour)),
            count_of(colour),
            "number",
            link=(lambda row, colour=colour: link(row, colour)) if link else None,  # type: ignore[misc]
        )
        for colour in Colour
    )


def district_table(request: HttpRequest, districts: Sequence[DistrictCount]) -> Table:
    """Return the colours by district."""
    columns = (
        Column("name", _("District"), lambda district: in_words(district.name)),
        Column("division", _("Code"), lambda district: str(district.division), "code", in_page=False),
        *colour_columns(lambda district, colour: address(district=str(district.division), colour=colour)),
        Column("people", pgettext_lazy("how many", "People"), lambda district: district.people, "number"),
    )
    return Table(
        name="districts",
        caption=_("By district"),
        columns=columns,
        rows=ListRows(columns, tuple(districts)),
        request=request,
        sort="-red",
        page_size=16,
        empty=_("Nobody has been judged yet."),
    )


def run_table(request: HttpRequest, runs: Sequence[RunLine], page_size: int = 25) -> Table:
    """Return the history of runs."""
    columns = (
        Column("run", _("Run"), lambda run: run.run, "number", link=lambda run: reverse("web:run", args=[run.run])),
        Column("state", _("State"), state_title, "badge", tone=state_tone, choices=state_key),
        Column("kind", _("Judged"), kind_title, choices=lambda run: run.kind),
        Column("as_of", _("As of"), lambda run: run.as_of, "instant"),
        Column("finished", _("Finished"), lambda run: run.finished_at, "instant", in_page=False),
        Column("people", pgettext_lazy("how many", "People"), lambda run: run.people, "number"),
        Column("changed", _("Changes"), lambda run: run.changed, "number"),
        *colour_columns(),
        Column("seconds", _("Seconds"), lambda run: run.seconds, "seconds"),
        Column("policy", _("Policy"), lambda run: f"{run.policy} {run.policy_version}", in_page=False),
        Column("digest", _("Policy hash"), lambda run: run.policy_digest[:8], "code"),
        Column("engine", _("Engine"), lambda run: run.engine, in_page=False),
        Column("by", _("Started by"), lambda run: run.by, in_page=False),
    )
    return Table(
        name="runs",
        caption=_("Judgement runs"),
        columns=columns,
        rows=ListRows(columns, tuple(runs)),
        request=request,
        sort="-run",
        page_size=page_size,
        empty=_("No run yet. The nightly run starts by itself as soon as the worker runs."),
        highlight=lambda run: run.in_force,
        refreshing=any(run.state in GOING for run in runs),
    )


def feed_table(request: HttpRequest, feeds: Sequence[Feed]) -> Table:
    """Return how fresh each feed is."""
    columns = (
        Column("feed", _("Feed"), lambda feed: feed_title(feed.feed), link=deliveries_of),
        Column("latest", _("Last delivery"), lambda feed: feed.latest, "instant"),
        Column(
            "state",
            _("Freshness"),
            lambda feed: gettext("late") if feed.late else gettext("fresh"),
            "badge",
            tone=lambda feed: "is-wait" if feed.late else "is-on",
        ),
        Column("deliveries", _("Deliveries"), lambda feed: feed.deliveries, "number", in_page=False),
        Column("rows", _("Taken"), lambda feed: feed.rows, "number"),
        Column("waiting", _("Held"), lambda feed: feed.waiting, "number"),
    )  # fmt: skip
    return Table(
        name="feeds",
        caption=_("Freshness of the feeds"),
        columns=columns,
        rows=ListRows(columns, tuple(feeds)),
        request=request,
        sort="feed",
        page_size=20,
        searchable=False,
        empty=_("No delivery yet. The command yimatong feeds takes files in."),
    )
