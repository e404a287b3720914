"""What the account's people were told: on top of their page until it is put aside, and all of it in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_http_methods

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody.policies import installed_policy
from yimatong.edges.web.everybody.words import in_words
from yimatong.edges.web.resident.session import page, show
from yimatong.edges.web.resident.who import everybody
from yimatong.records import clock
from yimatong.stations.declarations.models import Account
from yimatong.stations.declarations.wording import shown, telling
from yimatong.stations.notifications import queries
from yimatong.stations.notifications.actions.reading import put_aside
from yimatong.stations.notifications.models import Notification
from yimatong.stations.notifications.queries import Shown
from yimatong.stations.notifications.words import words_of

Kind = Notification.Kind
WHY, QUESTIONS = _("Why, and what next"), _("Answer the question")
LEADS: dict[str, tuple[str, str, Promise]] = {
    Kind.APPEAL_RECEIVED: ("me:why", "#objections", _("Where it stands")),
    Kind.APPEAL_ANSWERED: ("me:why", "#objections", _("Read the answer")),
    Kind.CONTRADICTED: ("me:questions", "", QUESTIONS),
    Kind.COMPLAINT_RECEIVED: ("complain:receipt", "", _("Where it stands")),
    Kind.COMPLAINT_ANSWERED: ("complain:receipt", "", _("Read the answer")),
    Kind.PAPER_RECALLED: ("me:points", "", _("Issuing points")),
}
"""Where a card leads: a page, a place on it, in which words. All others lead to the page that says why."""


@dataclass(frozen=True)
class News:
    """A notification as a card: `name` is whom it concerns, where there are several; `href` may be empty."""

    number: int
    kind: str
    tone: str
    title: str
    words: str
    at: str
    name: str
    href: str
    lead: str


def news(account: Account, rows: Sequence[Shown]) -> list[News]:
    """The cards of these notifications."""
    how, palette = telling(), installed_policy().palette
    handles = {whose.person: whose.handle for whose in everybody(account)}
    found = []
    for one in rows:
        row, words = one.notification, words_of(one.notification, how, palette)
        view, place, lead = LEADS.get(row.kind, ("me:why", "", WHY))
        handle = handles.get(row.person_id)
        href = (reverse(view, args=[handle]) if handle else "") if view == "me:why" else reverse(view)
        found.append(
            News(
                row.pk, row.kind, str(row.details.get("colour", "")), in_words(words.title), in_words(words.card),
                in_words(shown(row.at)), _whose(one, is_family=len(handles) > 1),
                href and href + place, str(lead),
            )
        )  # fmt: skip
    return found


def _whose(one: Shown, *, is_family: bool) -> str:
    """Whom a card is about, where an account has more people than one."""
    if one.about is None or not is_family:
        return ""
    return one.about.name if one.about.relation else gettext("myself")


def unread(account: Account, now: datetime) -> list[News]:
    """What stands on top of the account's page."""
    return news(account, queries.unread(account, now))


@page
@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest, account: Account) -> HttpResponse:
    """Show everything that is kept; put one aside."""
    if request.method == "POST":
        given = request.POST.get("number", "")
        put_aside(account=account, notification=whole(given) or 0)
        return redirect("me:home")
    context = {
        "news": news(account, queries.inbox(account)), "days": telling().keep.days, "now": clock.now(),
    }  # fmt: skip
    return show(request, "me/messages.html", context)
