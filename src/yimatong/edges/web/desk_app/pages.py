"""The addresses of the offline desk's page. A tablet keeps all of them; none says anything about a person."""

from django.urls import path

from yimatong.edges.web.desk_app import shell

app_name = "desk-app"
urlpatterns = [
    path("", shell.page, name="shell"),
    path("sw.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("<str:name>", shell.drawing, name="file"),
]
