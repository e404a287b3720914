"""The addresses that the gateways of texts know."""

from django.urls import path

from yimatong.edges.web.resident.texting.views import delivered, received

app_name = "texting"
urlpatterns = [path("received", received, name="received"), path("delivered", delivered, name="delivered")]
