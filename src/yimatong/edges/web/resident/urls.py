"""The addresses of the residents' pages. None carries a name, an ID number, a receipt or a person's number: `about` is
`self`, `new` or `f2` (who.py)."""

from django.urls import path

from yimatong.edges.web.resident.views import (
    declaring,
    home,
    phone,
    points,
    receipts,
    review,
    rows,
    sign_in,
    turns,
    welcome,
    why,
    work,
)

app_name = "me"
urlpatterns = [
    path("", welcome.welcome, name="welcome"),
    path("about/", welcome.about, name="about"),
    path("print/", welcome.print_size, name="print"),
    path("sign-in/", sign_in.channels, name="channels"),
    path("sign-in/phone/", phone.phone, name="phone"),
    path("sign-in/phone/code/", phone.code, name="code"),
    path("sign-in/<slug:slug>/", sign_in.begin, name="begin"),
    path("sign-in/<slug:slug>/return/", sign_in.returned, name="return"),
    path("sign-out/", sign_in.sign_out, name="out"),
    path("home/", home.home, name="home"),
    path("questions/", home.questions, name="questions"),
    path("family/add/", home.add, name="add"),
    path("places/divisions/", rows.divisions, name="divisions"),
    path("points/", points.points, name="points"),
    path("points/<int:number>/", points.point, name="point"),
    path("points/<int:number>/book/", points.book, name="book"),
    path("points/<int:number>/cancel/", points.cancel, name="cancel"),
    path("points/<int:number>/number/", turns.draw, name="draw"),
    path("points/<int:number>/turn/", turns.turn, name="turn"),
    path("points/<int:number>/leave/", turns.leave, name="leave"),
    path("points/<int:number>/screen/", turns.screen, name="door"),
    path("work/", work.work, name="work"),
    path("receipt/", receipts.receipt, name="receipt"),
    path("receipt/code/", receipts.receipt_code, name="receipt-code"),
    path("<slug:about>/declare/", declaring.begin, name="declare"),
    path("<slug:about>/declare/review/", review.review, name="review"),
    path("<slug:about>/declare/<slug:key>/", declaring.screen, name="screen"),
    path("<slug:about>/declare/<slug:key>/add/", rows.row, name="row"),
    path("<slug:about>/waiting/", review.waiting, name="waiting"),
    path("<slug:about>/health/", home.health, name="health"),
    path("<slug:about>/health/<slug:what>/", home.noted, name="noted"),
    path("<slug:about>/why/", why.why, name="why"),
    path("<slug:about>/why/<int:number>/", why.dispute, name="dispute"),
    path("<slug:about>/looks/", home.looks, name="looks"),
    path("<slug:about>/detach/", home.detach, name="detach"),
]
