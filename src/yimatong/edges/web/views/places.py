"""Places and divisions that a list named and that could not be found: what somebody has to look into."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from yimatong.edges.web import access
from yimatong.edges.web.frame import show


@access.page(access.SEE_DELIVERIES)
def places(request: HttpRequest) -> HttpResponse:
    """Show the unresolved places."""
    return show(request, "web/places.html", {})
