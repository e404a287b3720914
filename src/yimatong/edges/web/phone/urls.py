"""The addresses of the phone's API. None of them carries a name, a document's number or a person's number.

What is under /e/signed/ is answered before (files.py).
"""

from django.urls import path

from yimatong.edges.web.phone import api

app_name = "phone"
urlpatterns = [
    path("time", api.time, name="time"),
    path("people", api.people, name="people"),
    path("status", api.status, name="status"),
    path("bind/challenge", api.challenge, name="challenge"),
    path("bind", api.bind, name="bind"),
    path("rebind", api.rebind, name="rebind"),
    path("unbind", api.unbind, name="unbind"),
    path("strip/<word:day>", api.strip, name="strip"),
    path("told", api.told, name="told"),
]
