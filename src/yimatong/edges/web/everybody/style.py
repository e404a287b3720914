"""The policy's palette as a style sheet: no colour is written into a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from yimatong.edges.web.everybody.palette import style_sheet
from yimatong.edges.web.everybody.policies import installed_policy


@cache_control(max_age=300)
def palette(request: HttpRequest) -> HttpResponse:
    """Return the style sheet; it holds colours only and is open to everybody."""
    return HttpResponse(style_sheet(installed_policy().palette), content_type="text/css; charset=utf-8")
