"""The addresses of the office pages. None of them carries a name, an ID number or a person's number."""

from django.urls import path

from yimatong.edges.web.views import (
    deliveries,
    explanation,
    looks,
    overview,
    people,
    places,
    policy,
    runs,
    session,
    style,
)

app_name = "web"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("login/", session.SignIn.as_view(), name="login"),
    path("logout/", session.sign_out, name="logout"),
    path("palette.css", style.palette, name="palette"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:number>/", runs.run, name="run"),
    path("people/", people.people, name="people"),
    path("people/open/", looks.open_person, name="look"),
    path("looks/", looks.register, name="looks"),
    path("looks/<int:look>/", explanation.explanation, name="explain"),
    path("policy/", policy.policy, name="policy"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<int:number>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:number>/held/", deliveries.held_report, name="held-report"),
    path("places/", places.places, name="places"),
]
