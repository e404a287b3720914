"""The frame around every office page: the menu, who is signed in, which policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web.everybody.policies import installed_policy
from yimatong.edges.web.everybody.titles import ROLE_TITLES
from yimatong.edges.web.official import access, watching
from yimatong.records.models import Official


@dataclass(frozen=True)
class Entry:
    """A line of the menu; `pages` are the names of the addresses under it."""

    title: Promise
    icon: str
    view: str
    roles: frozenset[Official.Role]
    pages: frozenset[str] = frozenset()


MENU = (
    Entry(_("Overview"), "overview", "overview", access.ANYBODY),
    Entry(_("Judgement runs"), "runs", "runs", access.ANYBODY, frozenset({"run", "watch", "verified"})),
    Entry(_("People"), "people", "people", access.OPEN_PERSON, frozenset({"look", "explain"})),
    Entry(_("Declarations"), "declarations", "declarations", access.OPEN_PERSON),
    Entry(
        _("Checkpoints"),
        "checkpoints",
        "checkpoints",
        access.SEE_CHECKPOINTS,
        frozenset({"checkpoint", "checkpoint-open", "checkpoint-codes", "checkpoint-notice"}),
    ),
    Entry(
        _("Hand-overs"),
        "hand-overs",
        "hand-overs",
        access.SEE_HAND_OVERS,
        frozenset({"hand-over", "hand-over-details"}),
    ),
    Entry(
        _("To be told in person"),
        "outreach",
        "outreach",
        access.SEE_OUTREACH,
        frozenset({"outreach-task", "outreach-details"}),
    ),
    Entry(
        _("Objections"),
        "objections",
        "objections",
        access.SEE_OBJECTIONS,
        frozenset({"objection", "objection-words", "objection-settle"}),
    ),
    Entry(
        _("Corrections of identities"),
        "people",
        "corrections",
        access.SEE_CORRECTIONS,
        frozenset({"correction", "correction-new", "correction-values", "correction-settle", "restatement"}),
    ),
    Entry(
        _("Complaints"), "complaints", "complaints", access.SEE_COMPLAINTS, frozenset({"complaint", "complaint-words"})
    ),
    Entry(
        _("Desk for paper passes"),
        "desk",
        "desk",
        access.DESK,
        frozenset(
            {
                "desk-point",
                "desk-person",
                "desk-issue",
                "desk-replace",
                "desk-pass",
                "desk-register",
                "desk-queue",
                "desk-devices",
                "desk-codes",
                "desk-revoke",
                "desk-months",
                "desk-blanks",
                "desk-blanks-receive",
                "desk-blanks-leave",
                "desk-blanks-stub",
                "desk-declare",
                "desk-declare-begin",
                "desk-declare-child",
                "desk-objection",
                "desk-sign",
            }
        ),
    ),
    Entry(_("Companies' rosters"), "permits", "rosters", access.SEE_ROSTERS, frozenset({"roster", "roster-worker"})),
    Entry(
        _("Issuing points"),
        "points",
        "points",
        access.SEE_POINTS,
        frozenset(
            {
                "point",
                "point-name",
                "point-appoint",
                "point-hours",
                "point-days",
                "point-move",
                "point-stop",
            }
        ),
    ),
    Entry(
        _("Passes taken back"),
        "collections",
        "collections",
        access.SEE_COLLECTIONS,
        frozenset({"collection", "collection-holder"}),
    ),
    Entry(_("What a number is"), "number", "number", access.DESK),
    Entry(
        _("Offline entries"),
        "held-entries",
        "held-entries",
        access.DESK,
        frozenset({"held-entry", "held-entry-content"}),
    ),
    Entry(
        _("Fraud"),
        "fraud",
        "fraud",
        access.SEE_FRAUD,
        frozenset({"fraud-open", "fraud-case", "fraud-papers", "fraud-hear", "fraud-settle"}),
    ),
    Entry(
        _("Special permits"),
        "permits",
        "permits",
        access.SEE_PERMITS,
        frozenset({"permit", "permit-find", "permit-new"}),
    ),
    Entry(_("Policy"), "policy", "policy", access.ANYBODY),
    Entry(_("Deliveries"), "deliveries", "deliveries", access.SEE_DELIVERIES, frozenset({"delivery"})),
    Entry(_("Unresolved places"), "places", "places", access.SEE_DELIVERIES),
    Entry(_("Register of looks"), "looks", "looks", access.SEE_LOOKS),
    Entry(_("Looks in sum"), "looks", "look-sums", access.SEE_LOOKS),
)


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return an office page inside its frame."""
    by = access.official(request)
    now = request.resolver_match.url_name if request.resolver_match else ""
    menu = [
        {
            "title": entry.title,
            "icon": entry.icon,
            "href": reverse(f"web:{entry.view}"),
            "current": now == entry.view or now in entry.pages,
        }
        for entry in MENU
        if by.role in entry.roles
    ]
    late = watching.seen_late() if by.role in access.SEE_WATCH else ()
    frame = {
        "menu": menu,
        "role": ROLE_TITLES[Official.Role(by.role)],
        "policy_title": installed_policy().title,
        "standing_still": now != "watch" and any(code != watching.LATE_STANDING for code in late),
        "changed_past": now != "verified" and watching.LATE_STANDING in late,
    }
    return render(request, template, {**frame, **context}, status=status)


def kept_nowhere(response: HttpResponse) -> HttpResponse:
    """The answer, which no cache keeps."""
    response.headers["Cache-Control"] = "no-store"
    return response
