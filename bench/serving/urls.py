"""The product's addresses and `empty`: the same server, every layer of a page, and nothing done."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yimatong.site.urls import urlpatterns as ours


def empty(_request: HttpRequest) -> HttpResponse:
    """Nothing."""
    return HttpResponse(b"", content_type="application/json")


urlpatterns = [path("empty", empty), *ours]
