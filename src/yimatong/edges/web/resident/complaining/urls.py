"""The public addresses of complaints. A slip's number tells nobody who was turned back; a receipt stands in no address."""

from django.urls import path

from yimatong.edges.web.resident.complaining import views

app_name = "complain"
urlpatterns = [
    path("", views.complain, name="any"),
    path("done/", views.done, name="done"),
    path("receipt/", views.receipt, name="receipt"),
    path("<number:checkpoint>/", views.complain, name="here"),
    path("<number:checkpoint>/<word:slip>/", views.complain, name="slip"),
]
