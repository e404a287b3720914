"""Whether everything that happens by itself has happened lately."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from yimatong.edges.web import access, watching
from yimatong.edges.web.frame import show


@access.page(access.SEE_WATCH)
def watch(request: HttpRequest) -> HttpResponse:
    """Show each thing that is watched: when it last happened, until when it has to happen again; what is too late first."""
    found = sorted(watching.watched(), key=lambda one: not one.late)
    context: dict[str, object] = {"rows": found, "late": sum(one.late for one in found)}
    context["may_see_looks"] = access.official(request).role in access.SEE_LOOKS
    return show(request, "web/watch.html", context)
