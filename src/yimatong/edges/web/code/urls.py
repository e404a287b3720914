"""The addresses of the code page. A phone keeps all of them; none says anything about a person."""

from django.urls import path

from yimatong.edges.web.code import views

app_name = "code"
urlpatterns = [
    path("", views.shell, name="shell"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("<str:name>", views.icon, name="icon"),
]
