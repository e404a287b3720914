"""The addresses of the offline desk's API. None of them carries a name, a document's number or a person's number."""

from django.urls import path

from yimatong.edges.web.desk.offline import api

app_name = "desk-api"
urlpatterns = [
    path("enrol", api.enrol, name="enrol"),
    path("sync", api.sync, name="sync"),
    path("carry", api.carry, name="carry"),
    path("extract", api.extract, name="extract"),
    path("extract-key", api.extract_key, name="extract-key"),
    path("divisions", api.divisions, name="divisions"),
]
