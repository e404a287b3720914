"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from yimatong.edges.web.resident.session import ACCOUNT
from yimatong.edges.web.words import chinese
from yimatong.records import identity
from yimatong.records.models import Official
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.actions.limits import Source


class SignIn(LoginView):
    """The sign-in page. The demo's accounts are named on it only where the settings say that this is a demo."""

    template_name = "web/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        """Count the try before the password is looked at: right or wrong, by name and by network."""
        name = request.POST.get("username", "")[:64]
        source = Source(address=str(request.META.get("REMOTE_ADDR", "")))
        target = identity.keyed("official:", name)
        if no := limits.spend(what="official", source=source, target=target, at=timezone.now()):
            shown = self.get_context_data(refused=no.tell("zh" if chinese() else "en"))
            return self.render_to_response(shown, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Forget the resident of this browser: an official's session holds nobody's account."""
        self.request.session.pop(ACCOUNT, None)
        return super().form_valid(form)

    def get_success_url(self) -> str:
        """Where somebody goes: whoever speaks for a company has no overview, and begins at its roster."""
        asked, by = super().get_success_url(), self.request.user
        is_employer = isinstance(by, Official) and by.role == Official.Role.EMPLOYER
        return reverse("web:rosters") if is_employer and asked == reverse("web:overview") else asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's accounts."""
        return super().get_context_data(**kwargs) | {"demo_accounts": getattr(settings, "YIMATONG_DEMO_ACCOUNTS", ())}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and show the sign-in page."""
    logout(request)
    return redirect("web:login")
