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

from yimatong.edges.web.everybody import officials
from yimatong.edges.web.everybody.accounts import ACCOUNT
from yimatong.edges.web.everybody.words import shown_language
from yimatong.edges.web.official import access, doors
from yimatong.records.acting import Acting
from yimatong.records.models import Official


class NameAndPassword(forms.Form):
    """What an official signs in with; on a new device, where strangers have used up the tries, with a code for it."""

    username = forms.CharField(max_length=64)
    password = forms.CharField(max_length=1024, strip=False)
    code = forms.CharField(max_length=20, required=False)


class SignIn(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """The sign-in page. The demo's accounts are named on it only where the settings say that this is a demo."""

    template_name = "web/login.html"
    form_class = NameAndPassword
    next_page = settings.LOGIN_REDIRECT_URL

    def get(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        """Lead on whoever is signed in."""
        if request.user.is_authenticated:
            return HttpResponseRedirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: NameAndPassword) -> HttpResponse:
        """Try the password where this door may; whatever does not fit is one and the same mistake."""
        given, at = form.cleaned_data, timezone.now()
        door = doors.of_browser(self.request, given["username"], given["code"], at)
        made = doors.try_password(door, password=given["password"], at=at)
        if isinstance(made, Acting):
            return self.entered(made)
        if made is None:
            form.add_error(None, ValidationError("wrong"))
            return self.form_invalid(form)
        shown = self.get_context_data(form=form, refused=made.tell(shown_language()))
        return self.render_to_response(shown, status=429)

    def entered(self, made: Acting) -> HttpResponse:
        """Forget the resident of this browser: an official's session holds nobody's account. The device is known from here on."""
        self.request.session.pop(ACCOUNT, None)
        officials.enter(self.request, made)
        response = officials.remember(HttpResponseRedirect(self.get_success_url()), made)
        return doors.remember(self.request, response, access.official(self.request))

    def get_redirect_url(self) -> str:  # type: ignore[override]
        """The page that was asked for, an address of ours from its beginning; else none."""
        asked = str(super().get_redirect_url())
        return asked if asked.startswith("/") else ""

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
