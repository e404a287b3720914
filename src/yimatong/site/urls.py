"""The addresses of the product: each edge brings its own."""

from django.urls import URLPattern, URLResolver, include, path

# What addresses hold (`<number:...>`, `<word:...>`) is registered there, also for a worker, which loads no middleware.
from yimatong.edges.web.everybody.bounds import refused
from yimatong.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("code/", include("yimatong.edges.web.phone.page.urls")),
    path("complain/", include("yimatong.edges.web.resident.complaining.urls")),
    path("e/", include("yimatong.edges.web.phone.urls")),
    path("d/", include("yimatong.edges.web.desk.offline.urls")),
    path("desk/app/", include("yimatong.edges.web.desk.offline.page.urls")),
    path("s/", include("yimatong.edges.web.scanner.urls")),
    path("scan/", include("yimatong.edges.web.scanner.page.urls")),
    path("me/", include("yimatong.edges.web.resident.urls")),
    path("texts/", include("yimatong.edges.web.resident.texting.urls")),
    path("", include("yimatong.edges.web.urls")),
]
handler400 = refused
handler500 = "yimatong.site.moments.went_wrong"
