"""The addresses of the device API. None of them carries a name, a document's number or a person's number."""

from django.urls import path

from yimatong.edges.web.devices.asking import by_method
from yimatong.edges.web.scanner import api

app_name = "scanner"
urlpatterns = [
    path("enrol", api.enrol, name="enrol"),
    path("sync", api.sync, name="sync"),
    path("extract", api.extract, name="extract"),
    path("extract-key", api.extract_key, name="extract-key"),
    path("apply", by_method(GET=api.apply_form, POST=api.apply), name="apply"),
    path("divisions", api.divisions, name="divisions"),
]
