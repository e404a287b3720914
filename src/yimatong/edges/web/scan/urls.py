"""The addresses of the scanner's page. A device keeps all of them; none says anything about a person."""

from django.urls import path

from yimatong.edges.web.scan import views

app_name = "scan"
urlpatterns = [
    path("", views.shell, name="shell"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("<str:name>", views.file, name="file"),
]
