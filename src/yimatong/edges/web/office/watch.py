"""Whether everything that happens by itself has happened lately."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from yimatong.edges.web.office.discrepancies import in_words
from yimatong.edges.web.official import access, watching
from yimatong.edges.web.official.frame import show
from yimatong.records import policies
from yimatong.stations.audits import verifying
from yimatong.stations.judgements import discrepancies

PAGES = "default"
LATELY = 30
"""Verifications that the page lists: a month of nights."""


@access.page(access.SEE_WATCH)
def watch(request: HttpRequest) -> HttpResponse:
    """Show each thing that is watched: when it last happened, until when it has to happen again; what is too late first."""
    found = sorted(watching.watched(), key=lambda one: not one.late)
    context: dict[str, object] = {"rows": found, "late": sum(one.late for one in found), "on_disk": policies.on_disk()}
    context["may_see_looks"] = access.official(request).role in access.SEE_LOOKS
    return show(request, "web/watch.html", context)


@access.page(access.SEE_WATCH)
def verified(request: HttpRequest) -> HttpResponse:
    """Show what the last verification of everything found, by check; those before it; what stands open."""
    lately = verifying.lately(LATELY, PAGES)
    last = lately[0] if lately else None
    checks = [(one, [in_words(verifying.read(line)) for line in one.named]) for one in last.checks] if last else []
    standing = [in_words(verifying.as_found(one)) for one in discrepancies.open_ones(PAGES)]
    context = {"last": last, "checks": checks, "lately": lately, "standing": standing}
    return show(request, "web/verified.html", context)
