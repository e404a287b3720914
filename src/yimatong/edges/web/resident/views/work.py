"""My work: which companies ask for me, what they will see, and my yes or no, which I can take back at any time (B7, A17)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from yimatong.core.bounds import whole
from yimatong.edges.web.everybody.titles import ROSTER_CATEGORIES
from yimatong.edges.web.resident.session import page, show
from yimatong.records import clock
from yimatong.stations.declarations.models import Account
from yimatong.stations.issuing import companies
from yimatong.stations.issuing.actions import rosters
from yimatong.stations.judgements.tasks import judge_soon


@page
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, account: Account) -> HttpResponse:
    """Show the companies that have written this person's document on their list; agree, or not."""
    if request.method == "POST":
        given, go = request.POST.get("asked", ""), request.POST.get("go", "")
        asked = whole(given) or 0
        if go not in {"agree", "decline"}:
            raise Http404
        (rosters.agree if go == "agree" else rosters.decline)(account=account, asked=asked, now=clock.now())
        judge_soon()
        return redirect("me:work")
    lines = [(one, ROSTER_CATEGORIES[one.asked.category]) for one in companies.work_of(account)]
    return show(request, "me/work.html", {"lines": lines})
