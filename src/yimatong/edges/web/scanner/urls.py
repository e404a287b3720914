"""The addresses of the device API. None of them carries a name, a document's number or a person's number."""

from django.urls import path

from yimatong.edges.web.device.asking import by_method
from yimatong.edges.web.scanner import views

app_name = "scanner"
urlpatterns = [
    path("enrol", views.enrol, name="enrol"),
    path("sync", views.sync, name="sync"),
    path("extract", views.extract, name="extract"),
    path("extract-key", views.extract_key, name="extract-key"),
    path("apply", by_method(GET=views.apply_form, POST=views.apply), name="apply"),
    path("divisions", views.divisions, name="divisions"),
]
