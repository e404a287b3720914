"""Checkpoints as the office sees them: their tables, and the words in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from yimatong.core.checkpoints.words import ACTION_WORDS, VALUE_WORDS
from yimatong.core.facts import Level
from yimatong.core.names import LEVELS
from yimatong.core.text import Text, message
from yimatong.edges.web.everybody.policies import colour_word
from yimatong.edges.web.everybody.words import in_words, instant, named
from yimatong.edges.web.official.device_states import at_second, device_state
from yimatong.edges.web.official.tables import Column, ListRows, Table
from yimatong.records import calendar, clock
from yimatong.records.queries import division_name
from yimatong.stations.checkpoints.models import Checkpoint, Device, Entry, Flag
from yimatong.stations.checkpoints.queries import Counts
from yimatong.stations.dispositions.rules import texts_on

ZONES = {"ordinary": message("ordinary area"), "control": LEVELS[Level.CONTROL_ZONE]}
FLAGS: dict[str, Promise] = {
    "dead-pass": _("released on a pass that was recalled before"),
    "impossible-time": _("one pass at two distant checkpoints in too little time"),
    "not-the-matrix": _("decided otherwise than the matrix"),
    "record-changed": _("a record came again with other content"),
    "clock": _("the scanner's clock is wrong"),
    "emergency": _("passed by a work card while the code was down"),
}


@dataclass(frozen=True)
class Line:
    """A checkpoint in the list: what happened today, complaints, scanners in touch of how many."""

    counts: Counts
    complaints: int
    devices: Sequence[Device]

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint itself."""
        return self.counts.checkpoint

    @property
    def in_touch(self) -> int:
        """How many scanners were heard of in the last quarter of an hour."""
        return sum(device_state(device) == "in_touch" for device in self.devices)

    @property
    def state(self) -> str:
        """`closed`, `working`, `offline` (its scanners are), `empty` (it has none)."""
        if self.checkpoint.closed_at:
            return "closed"
        standing = [one for one in self.devices if one.revoked_at is None]
        return "working" if self.in_touch else "offline" if standing else "empty"


LINE_STATES: dict[str, Promise] = {
    "working": _("working"),
    "offline": _("its scanners are offline"),
    "empty": _("no scanner yet"),
    "closed": _("closed"),
}
LINE_TONES = {"working": "is-on", "closed": "", "empty": "is-wait", "offline": "is-wait"}


def checkpoint_table(request: HttpRequest, lines: Sequence[Line]) -> Table:
    """The checkpoints with what happened today."""

    def verdict(key: str) -> Any:
        return lambda one: one.counts.verdicts.get(key, 0)

    def action(key: str) -> Any:
        return lambda one: one.counts.actions.get(key, 0)

    columns: tuple[Column, ...] = (
        Column("title", _("Checkpoint"), lambda one: checkpoint_title(one.checkpoint), link=address),
        Column("state", _("Standing"), line_state, "badge", tone=line_tone, choices=lambda one: one.state),
        Column("district", _("District"), district, choices=lambda one: str(one.checkpoint.district), in_page=False),
        Column("zone", _("Zone"), lambda one: in_words(ZONES[one.checkpoint.zone]), choices=lambda one: one.checkpoint.zone, in_page=False),
        Column("passages", _("Passages"), lambda one: one.counts.passages, "number"),
        *(Column(key, in_words(colour_word(key)), verdict(key), "number") for key in ("green", "yellow", "red")),
        Column("nothing", _("No code"), verdict("nothing"), "number"),
        Column("release", _("Released"), action("release"), "number", in_page=False),
        Column("turn_back", _("Turned back"), action("turn_back"), "number"),
        Column("hand_over", _("Handed over"), action("hand_over"), "number"),
        Column("refused", _("Refused though green"), lambda one: one.counts.refused_green, "number"),
        Column("unattended", _("Unattended"), lambda one: one.counts.unattended, "number", in_page=False),
        Column("complaints", _("Complaints"), lambda one: one.complaints, "number"),
        Column("noticed", _("Noticed"), lambda one: sum(one.counts.flags.values()), "number"),
        Column("scanners", _("Scanners"), scanners, sortable=False),
        Column("last", _("Last"), last_minute),
        Column("last_at", _("Last passage"), lambda one: at_second(one.counts.last), "instant", in_page=False),
    )  # fmt: skip
    return Table(
        name="checkpoints",
        caption=_("Checkpoints"),
        columns=columns,
        rows=ListRows(columns, tuple(lines)),
        request=request,
        sort="-passages",
        page_size=50,
        highlight=lambda one: one.counts.refused_green > 0,
        empty=_("No checkpoint is open."),
    )


def line_state(one: Line) -> str:
    """Return where a checkpoint stands, in words."""
    return str(LINE_STATES[one.state])


def line_tone(one: Line) -> str:
    """Return how its badge looks."""
    return LINE_TONES[one.state]


def address(one: Line) -> str:
    """Return where a checkpoint is shown."""
    return reverse("web:checkpoint", args=[one.checkpoint.number])


def district(one: Line) -> str:
    """Return the county's name."""
    day = calendar.day(clock.now())
    return division_name(one.checkpoint.district * 1000, day, levels=1) or str(one.checkpoint.district)


def scanners(one: Line) -> str:
    """Return `2 / 3`: in touch, of those that were not revoked."""
    return f"{one.in_touch} / {sum(device.revoked_at is None for device in one.devices)}"


def last_minute(one: Line) -> str | None:
    """Return the minute of today's last passage, `12:19`."""
    moment = at_second(one.counts.last)
    return instant(moment)[-5:] if moment else None


def flag_table(request: HttpRequest, flags: Sequence[Flag]) -> Table:
    """What was noticed in passages; nobody is named, and no pass either."""
    columns: tuple[Column, ...] = (
        Column("kind", _("Noticed"), lambda one: str(FLAGS[one.kind]), choices=lambda one: one.kind, wide=True),
        Column("day", _("Day"), lambda one: calendar.date_of(one.day), "day"),
        Column("device", _("Scanner"), lambda one: one.device.name),
        Column("n", _("Record"), lambda one: one.n, "number"),
        Column("more", _("More"), flag_details, sortable=False, wide=True),
        Column("noticed", _("Noticed on"), lambda one: clock.in_city(one.noticed_at), "instant"),
    )
    return Table(
        name="flags",
        caption=_("Noticed"),
        columns=columns,
        rows=ListRows(columns, tuple(flags)),
        request=request,
        sort="-noticed",
        page_size=15,
        empty=_("Nothing was noticed."),
    )


FLAWS: dict[str, Promise] = {
    "fever": _("with fever: should have been handed over"),
    "not-down": _("the code was not down"),
    "zone": _("another zone than the checkpoint's"),
    "temperature": _("the reading does not fit the fever"),
    "lists": _("released with lists past their stop"),
}


def flag_details(one: Flag) -> str | None:
    """Return what a flag says besides its kind."""
    details: Mapping[str, Any] = one.details
    flaw = str(FLAWS[details["flaw"]]) if details.get("flaw") in FLAWS else ""
    if one.kind == "emergency":
        return " · ".join(filter(None, (duty_title(str(details.get("duty")), one.day), flaw)))
    if flaw:
        return flaw
    if one.kind == "dead-pass":
        return gettext("%(minutes)s minutes after the recall") % {"minutes": details.get("minutes", "?")}
    if one.kind == "not-the-matrix" and "matrix" in details:
        return f"{action_title(str(details.get('action')))} ≠ {action_title(str(details['matrix']))}"
    if one.kind == "not-the-matrix":
        return gettext("by a policy that was never signed")
    return None


def duty_title(duty: str, day: int) -> str:
    """Return a duty in the words of the policy of a day (since 1970); the word that came, where the policy has none."""
    texts = texts_on(calendar.begins(calendar.date_of(day)))
    titles = {entry.id: in_words(entry.text) for entry in texts.duties} if texts else {}
    return titles.get(duty, duty)


def action_title(action: str) -> str:
    """Return an action of the matrix in words."""
    return in_words(ACTION_WORDS[action]) if action in ACTION_WORDS else action


def shift_table(request: HttpRequest, shifts: Sequence[Entry]) -> Table:
    """Beginnings and ends of shifts, with what was counted and what was written for the next."""
    columns: tuple[Column, ...] = (
        Column("at", _("When"), lambda one: at_second(one.at), "instant"),
        Column("event", _("Shift"), shift_event, choices=lambda one: str(one.body.get("event"))),
        Column("guard", _("Guard"), lambda one: str(one.body.get("guard") or "") or None),
        Column("device", _("Scanner"), lambda one: one.device.name),
        Column("counts", _("Counted"), shift_counts, sortable=False, wide=True),
        Column("note", _("Note for the next shift"), lambda one: str(one.body.get("note") or "") or None, sortable=False, wide=True),
    )  # fmt: skip
    return Table(
        name="shifts",
        caption=_("Shifts"),
        columns=columns,
        rows=ListRows(columns, tuple(shifts)),
        request=request,
        sort="-at",
        page_size=10,
        searchable=False,
        empty=_("No shift has begun yet."),
    )


def shift_event(one: Entry) -> str:
    """Return whether a shift begins or ends."""
    return str(_("ends") if one.body.get("event") == "end" else _("begins"))


COUNT_WORDS: dict[str, Text] = {
    "annulled": message("taken back"),
    "slip": message("slips"),
    "refusal": message("refusals"),
    "complaint": message("complaints"),
    "look": message("looked up"),
    "override": message("overrides"),
    "emergency": message("by a work card"),
}
"""What a scanner counts besides verdicts and actions."""


def shift_counts(one: Entry) -> str | None:
    """Return the counts of a shift in words, the greatest first."""
    words = {**VALUE_WORDS["verdict"], **ACTION_WORDS, **COUNT_WORDS}
    counts = one.body.get("counts")
    if not isinstance(counts, dict) or not counts:
        return None
    found = sorted(counts.items(), key=lambda pair: -int(pair[1]))
    return " · ".join(f"{in_words(words[key]) if key in words else key} {count}" for key, count in found)


def grounds(counts: Counts, now: datetime) -> list[tuple[str, int]]:
    """Return the grounds on which people were refused, in the policy's words, the most frequent first."""
    texts = texts_on(now)
    titles = {entry.id: in_words(entry.text) for entry in texts.refusal_grounds} if texts else {}
    found = [
        (titles.get(ground, ground or gettext("no ground given")), count) for ground, count in counts.refusals.items()
    ]
    return sorted(found, key=lambda pair: -pair[1])


def zone_title(found: Checkpoint) -> str:
    """Return the zone in words, with its hours where a control zone is one at certain hours alone."""
    hours = ", ".join(hours_in_words(found.control_hours))
    zone = in_words(ZONES[found.zone])
    return f"{zone} ({hours})" if hours else zone


def hours_in_words(hours: Sequence[Sequence[int]]) -> list[str]:
    """Return the hours: `every day 00:00 to 23:59`, `Mon Tue 08:00 to 18:00`."""
    names = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    found = []
    for days, first, last in hours:
        which = (
            gettext("every day") if days == 127 else " ".join(str(names[bit]) for bit in range(7) if days >> bit & 1)
        )
        found.append(f"{which} {first // 60:02d}:{first % 60:02d}–{last // 60:02d}:{last % 60:02d}")
    return found


def checkpoint_title(checkpoint: Any) -> str:
    """Return a checkpoint's name in the page's language."""
    if checkpoint is None:
        return gettext("no checkpoint named")
    return named(checkpoint)
