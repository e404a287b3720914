"""The addresses of the product: each edge brings its own."""

from django.urls import URLPattern, URLResolver, include, path

from yimatong.site.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health, name="health"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("yimatong.edges.web.urls")),
]
