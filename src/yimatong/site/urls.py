"""The addresses of the product: each edge brings its own."""

from django.urls import URLPattern, URLResolver, include, path

import yimatong.edges.web.bounds  # noqa: F401 -- the converters that addresses are written with
from yimatong.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("code/", include("yimatong.edges.web.code.urls")),
    path("complain/", include("yimatong.edges.web.complaining.urls")),
    path("e/", include("yimatong.edges.web.phone.urls")),
    path("d/", include("yimatong.edges.web.desk_app.urls")),
    path("desk/app/", include("yimatong.edges.web.desk_app.pages")),
    path("s/", include("yimatong.edges.web.scanner.urls")),
    path("scan/", include("yimatong.edges.web.scan.urls")),
    path("me/", include("yimatong.edges.web.resident.urls")),
    path("texts/", include("yimatong.edges.web.texting.urls")),
    path("", include("yimatong.edges.web.urls")),
]
handler400 = "yimatong.edges.web.bounds.refused"
handler500 = "yimatong.site.moments.went_wrong"
