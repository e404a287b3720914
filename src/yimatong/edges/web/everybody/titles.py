"""What stands for a code of the records, on officials' pages and on residents': feeds, roles, categories."""

from __future__ import annotations

from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yimatong.core.facts import Level
from yimatong.core.names import LEVELS
from yimatong.edges.feeds.catalogue import CONTRACTS
from yimatong.edges.web.everybody.words import in_words
from yimatong.records.models import Official

HOW_ANSWERED: dict[str, Promise] = {"desk": _("written down at a desk"), "online": _("written by themselves, online")}

ROSTER_CATEGORIES: dict[str, Promise] = {
    "local": _("stayed in the city"),
    "returned": _("back from within the province"),
    "province": _("back from another province"),
    "risk": format_lazy(_("back from a {area}"), area=lazy(in_words, str)(LEVELS[Level.HIGHER_RISK])),
}

ROLE_TITLES = {
    Official.Role.CONTROL_OFFICE: _("control office"),
    Official.Role.HEALTH: _("health department"),
    Official.Role.CLERK: _("desk"),
    Official.Role.AUDITOR: _("auditor"),
    Official.Role.EMPLOYER: _("company"),
}

OTHER_FEEDS: dict[str, Promise] = {"stays": _("Stays"), "risk-areas": _("Risk areas"), "demo_city": _("Demo city")}
"""The feeds that have no table contract."""


def feed_title(feed: str) -> str:
    """Return a feed's name in the page's language; a feed without one is called as it calls itself."""
    if feed in CONTRACTS:
        return in_words(CONTRACTS[feed].title)
    return str(OTHER_FEEDS.get(feed, feed))
