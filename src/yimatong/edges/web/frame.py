"""The frame around every office page: the menu, who is signed in, which policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yimatong.edges.web import access
from yimatong.edges.web.policies import installed_policy
from yimatong.records.models import Official

ROLE_TITLES = {
    Official.Role.CONTROL_OFFICE: _("control office"),
    Official.Role.HEALTH: _("health department"),
    Official.Role.CLERK: _("desk"),
    Official.Role.AUDITOR: _("auditor"),
}


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
    Entry(_("Judgement runs"), "runs", "runs", access.ANYBODY, frozenset({"run"})),
    Entry(_("People"), "people", "people", access.OPEN_PERSON, frozenset({"look", "explain"})),
    Entry(_("Policy"), "policy", "policy", access.ANYBODY),
    Entry(_("Deliveries"), "deliveries", "deliveries", access.SEE_DELIVERIES, frozenset({"delivery"})),
    Entry(_("Unresolved places"), "places", "places", access.SEE_DELIVERIES),
    Entry(_("Register of looks"), "looks", "looks", access.SEE_LOOKS),
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
    frame = {"menu": menu, "role": ROLE_TITLES[Official.Role(by.role)], "policy_title": installed_policy().title}
    return render(request, template, {**frame, **context}, status=status)
