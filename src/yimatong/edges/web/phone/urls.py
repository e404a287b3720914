"""The addresses of the phone's API. None of them carries a name, a document's number or a person's number.

What is under /e/signed/ is answered before (files.py).
"""

from django.urls import path

from yimatong.edges.web.phone import views

app_name = "phone"
urlpatterns = [
    path("time", views.time, name="time"),
    path("people", views.people, name="people"),
    path("status", views.status, name="status"),
    path("bind/challenge", views.challenge, name="challenge"),
    path("bind", views.bind, name="bind"),
    path("rebind", views.rebind, name="rebind"),
    path("unbind", views.unbind, name="unbind"),
    path("strip/<word:day>", views.strip, name="strip"),
    path("told", views.told, name="told"),
]
