"""The product's addresses and `e/empty`: the same server, every layer of a page, nothing done, and given up last as a strip is."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from yimatong.site.urls import urlpatterns as ours


def empty(_request: HttpRequest) -> HttpResponse:
    """Nothing."""
    return HttpResponse(b"", content_type="application/json")


urlpatterns = [path("e/empty", empty), *ours]
