"""Offline desks of a point: codes that make a tablet one, which stand on one page once, and their end, one or many.

Whoever works at the point makes them; the control office may make one for any of its staff.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from yimatong.core.bounds import whole
from yimatong.edges.printing.symbol import symbol
from yimatong.edges.web.everybody import words
from yimatong.edges.web.official import access
from yimatong.edges.web.official.device_states import Scanner
from yimatong.edges.web.official.frame import show
from yimatong.stations.issuing.actions import desks
from yimatong.stations.issuing.actions.points import at_desk
from yimatong.stations.issuing.models import DeskDevice, DeskOffer, Point

MOST = 5


@access.page(access.DESK)
@require_GET
def devices(request: HttpRequest, number: int) -> HttpResponse:
    """List the point's offline desks, and the codes that were not used."""
    return page_of(request, at_desk(access.official(request), number))


@access.page(access.DESK)
@require_POST
def offer(request: HttpRequest, number: int) -> HttpResponse:
    """Make codes and show them, once."""
    by = access.official(request)
    here = at_desk(by, number)
    count = whole(request.POST.get("count", "1"), MOST)
    staff = {str(one.official_id): one.official for one in here.staff.filter(until=None).select_related("official")}
    if not count:
        return page_of(request, here, 422, mistake=_("Choose a number from the list."))
    made = desks.offer_desks(
        by=by, point=here.pk, count=count, clerk=staff.get(request.POST.get("clerk", "")), at=timezone.now()
    )
    app = request.build_absolute_uri(reverse("desk-app:shell"))
    codes = [
        {
            "id": one.id,
            "svg": mark_safe(symbol(f"{app}#enrol={one.secret}").svg),  # noqa: S308 -- drawn here, of our own text
            "signs": " ".join(one.secret[at : at + 4] for at in range(0, len(one.secret), 4)),
            "until": words.until(one.until),
        }
        for one in made
    ]
    response = show(request, "web/desk_codes.html", {"point": here, "codes": codes})
    response.headers["Cache-Control"] = "no-store"
    return response


@access.page(access.DESK)
@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke the chosen desks and codes, with a reason."""
    by = access.official(request)
    here, why = at_desk(by, number), request.POST.get("why", "").strip()
    chosen = {
        name: [found for one in request.POST.getlist(name) if (found := whole(one)) is not None]
        for name in ("devices", "offers")
    }
    if not why or not any(chosen.values()):
        return page_of(request, here, 422, mistake=_("Choose at least one desk or code, and say why."))
    desks.revoke_desks(
        by=by, point=here.pk, why=why, at=timezone.now(), devices=chosen["devices"], offers=chosen["offers"]
    )
    return redirect(reverse("web:desk-devices", args=[here.pk]) + "?done=revoked")


def page_of(request: HttpRequest, here: Point, status: int = 200, mistake: Any = None) -> HttpResponse:
    """The page of a point's offline desks."""
    found = DeskDevice.objects.filter(point=here).select_related("clerk").order_by("revoked_at", "number")
    codes = DeskOffer.objects.filter(point=here, used_at=None, revoked_at=None, until__gt=datetime.now(UTC))
    context = {
        "point": here,
        "desks": [{"desk": one, "seen": Scanner(one), "stopped": one.revoked_at is not None} for one in found],  # type: ignore[arg-type]
        "offers": [{"id": one.pk, "until": words.until(one.until), "clerk": one.clerk.name} for one in codes],
        "staff": [one.official for one in here.staff.filter(until=None).select_related("official")],
        "counts": range(1, MOST + 1),
        "mistake": mistake,
        "done": request.GET.get("done", "") == "revoked",
    }
    return show(request, "web/desk_devices.html", context, status=status)
