"""The Django app `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages only: no models, no signals."""

    name = "yimatong.edges.web"
    label = "web"
    verbose_name = "Office pages"
