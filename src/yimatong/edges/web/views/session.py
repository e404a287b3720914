"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.views import RedirectURLMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic.edit import FormView

from yimatong.edges.web import officials
from yimatong.edges.web.resident.session import ACCOUNT
from yimatong.edges.web.words import chinese
from yimatong.records import identity
from yimatong.records.acting import Acting
from yimatong.records.actions.officials import sign_in
from yimatong.records.models import Official
from yimatong.stations.declarations.actions import limits
from yimatong.stations.declarations.actions.limits import Source


class NameAndPassword(forms.Form):
    """What an official signs in with."""

    username = forms.CharField(max_length=64)
    password = forms.CharField(max_length=1024, strip=False)

    session: Acting | None = None

    def clean(self) -> dict[str, Any]:
        """Sign in; whatever does not fit is one and the same mistake."""
        given = super().clean() or {}
        if given.keys() >= {"username", "password"}:
            self.session = sign_in(username=given["username"], password=given["password"])
        if self.session is None:
            raise ValidationError("wrong")
        return given


class SignIn(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """The sign-in page. The demo's accounts are named on it only where the settings say that this is a demo."""

    template_name = "web/login.html"
    form_class = NameAndPassword
    next_page = settings.LOGIN_REDIRECT_URL

    def get(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        """Lead on whoever is signed in."""
        if request.user.is_authenticated:
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        """Count the try before the password is looked at: right or wrong, by name and by network."""
        name = request.POST.get("username", "")[:64]
        source = Source(address=str(request.META.get("REMOTE_ADDR", "")))
        target = identity.keyed("official:", name)
        if no := limits.spend(what="official", source=source, target=target, at=timezone.now()):
            shown = self.get_context_data(refused=no.tell("zh" if chinese() else "en"))
            return self.render_to_response(shown, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: NameAndPassword) -> HttpResponse:
        """Forget the resident of this browser: an official's session holds nobody's account."""
        assert form.session is not None
        self.request.session.pop(ACCOUNT, None)
        officials.enter(self.request, form.session)
        return officials.remember(HttpResponseRedirect(self.get_success_url()), form.session)

    def get_success_url(self) -> str:
        """Where somebody goes: whoever speaks for a company has no overview, and begins at its roster."""
        asked, by = super().get_success_url(), self.request.user
        is_employer = isinstance(by, Official) and by.role == Official.Role.EMPLOYER
        return reverse("web:rosters") if is_employer and asked == reverse("web:overview") else asked

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add where it leads on to, and the demo's accounts."""
        accounts = getattr(settings, "YIMATONG_DEMO_ACCOUNTS", ())
        return super().get_context_data(**kwargs) | {"next": self.get_redirect_url(), "demo_accounts": accounts}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and show the sign-in page."""
    officials.leave(request)
    request.session.flush()
    return officials.forget(redirect("web:login"))
