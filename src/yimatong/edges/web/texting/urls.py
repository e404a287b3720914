"""The one address that the gateway of texts knows."""

from django.urls import path

from yimatong.edges.web.texting.views import received

app_name = "texting"
urlpatterns = [path("received", received, name="received")]
